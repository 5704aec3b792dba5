"""The whole way from a folder, or from a stored revision, to metadata."""

from __future__ import annotations

from pathlib import Path

from engine.errors import BadDefinition, Issue, Sentence
from engine.frozen import frozen
from engine.garbage import uncollected
from engine.metadata import Identity, Metadata
from engine.plugins import Plugins

from .declarations import gather
from .findings import Findings
from .folder import Sources, read_sources

FRESH = Identity()


@frozen(slots=False)
class Report:
    """What a check found: all issues by file and line, and the metadata when there is no error among them."""

    issues: tuple[Issue, ...]
    metadata: Metadata | None

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that keep the application from loading."""
        return tuple(issue for issue in self.issues if issue.level == "error")


def check(root: Path, plugins: Plugins | None = None) -> Report:
    """Check the application in a folder, with its own plugins. Raises FileNotFoundError when there is no such folder."""
    return check_sources(read_sources(root), plugins=plugins or Plugins.discover(root))


def check_sources(sources: Sources, identity: Identity = FRESH, number: int = 0, plugins: Plugins | None = None) -> Report:
    """The same for files that are not, or no longer, in a folder; without `plugins` what connectors offer is not checked."""
    with uncollected():
        return _checked(sources, identity, number, plugins)


def _checked(sources: Sources, identity: Identity, number: int, plugins: Plugins | None) -> Report:
    from .resolve import resolve  # noqa: PLC0415 - most of the compiler, which who finds what another compiled does without
    from .rules import RULES, Loaded  # noqa: PLC0415 - as above

    findings = Findings()
    for broken in plugins.broken if plugins else ():
        findings.issues.append(Issue("P501", Sentence("The plugin does not work: {reason}.", reason=broken.reason), broken.file, 1, 1))
    declarations = gather(sources, findings, plugins.field_types if plugins else ())
    if declarations.app is None:
        return Report(findings.ordered(), None)
    resolved = resolve(declarations, findings, (identity, number), plugins)
    loaded = Loaded(resolved.metadata, declarations, resolved.shells, findings)
    for rule in RULES:
        rule(loaded)
    return Report(findings.ordered(), None if findings.failed else resolved.metadata)


def load(root: Path, plugins: Plugins | None = None, identity: Identity = FRESH) -> Metadata:
    """The metadata of the application in a folder. Raises BadDefinition with all issues, FileNotFoundError without a folder."""
    return load_sources(read_sources(root), identity, plugins=plugins or Plugins.discover(root))


def load_sources(sources: Sources, identity: Identity = FRESH, number: int = 0, plugins: Plugins | None = None) -> Metadata:
    """The metadata of stored files: a revision with its number and ids for life. Raises BadDefinition with all issues."""
    report = check_sources(sources, identity, number, plugins)
    if report.metadata is None:
        raise BadDefinition(report.issues)
    return report.metadata
