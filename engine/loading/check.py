"""The whole way from a folder, or from a stored revision, to metadata."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import BadDefinition, Issue
from engine.metadata import Identity, Metadata

from .declarations import gather
from .findings import Findings
from .folder import Sources, read_sources
from .resolve import resolve

_FRESH = Identity()


@dataclass(frozen=True)
class Report:
    """What a check found: all issues by file and line, and the metadata when there is no error among them."""

    issues: tuple[Issue, ...]
    metadata: Metadata | None

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that keep the application from loading."""
        return tuple(issue for issue in self.issues if issue.level == "error")


def check(root: Path) -> Report:
    """Check the application in a folder. Raises FileNotFoundError when there is no such folder."""
    return check_sources(read_sources(root))


def check_sources(sources: Sources, identity: Identity = _FRESH, number: int = 0) -> Report:
    """The same for files that are not, or no longer, in a folder."""
    findings = Findings()
    metadata = resolve(gather(sources, findings), findings, identity, number)
    return Report(findings.ordered(), None if findings.failed else metadata)


def load(root: Path, identity: Identity = _FRESH) -> Metadata:
    """The metadata of the application in a folder. Raises BadDefinition with all issues, FileNotFoundError without a folder."""
    return load_sources(read_sources(root), identity)


def load_sources(sources: Sources, identity: Identity = _FRESH, number: int = 0) -> Metadata:
    """The metadata of stored files: a revision with its number and ids for life. Raises BadDefinition with all issues."""
    report = check_sources(sources, identity, number)
    if report.metadata is None:
        raise BadDefinition(report.issues)
    return report.metadata
