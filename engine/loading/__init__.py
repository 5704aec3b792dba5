"""YAML to metadata: read, convert, resolve, check; every mistake at its place, all at once."""

from .check import Report, check, check_sources, load, load_sources
from .declarations import system_fields
from .fixing import fix
from .folder import Sources, has_system, read_sources, with_system
from .kept import Kept
from .nearest import did_you_mean
from .origins import Origins, origins
from .positions import Document, Path, issue_at
from .reader import read
from .reference import declarations_page, system_page
from .schema import schemas

__all__ = [
    "Document", "Kept", "Origins", "Path", "Report", "Sources", "check", "check_sources", "declarations_page", "did_you_mean", "fix",
    "has_system", "issue_at", "load", "load_sources", "origins", "read", "read_sources", "schemas", "system_fields", "system_page",
    "with_system",
]  # fmt: skip
