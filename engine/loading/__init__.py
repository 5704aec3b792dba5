"""YAML to metadata: read, convert, resolve, check; every mistake at its place, all at once."""

from .check import Report, check, load, load_sources
from .folder import Sources, read_sources
from .nearest import did_you_mean
from .positions import Document, Path, issue_at
from .reader import read
from .schema import schema

__all__ = [
    "Document", "Path", "Report", "Sources", "check", "did_you_mean", "issue_at", "load", "load_sources", "read", "read_sources", "schema",
]  # fmt: skip
