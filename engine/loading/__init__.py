"""YAML to metadata: read, convert, resolve, check; every mistake at its place, all at once."""

from .check import Report, check, load, load_sources
from .folder import Sources, read_sources
from .schema import schema

__all__ = ["Report", "Sources", "check", "load", "load_sources", "read_sources", "schema"]
