"""Who may open a report or a dashboard, and who may take its figures away."""

from __future__ import annotations

from collections.abc import Iterator

from engine.metadata import Dashboard, Entity, Report, document_of
from engine.records import exportable, may_count, may_export
from engine.unit_of_work import View


def may_open(view: View, report: Report) -> bool:
    """Whether the reader may see the report: one of its roles, and some right to read something that it counts."""
    return _plays(view, report.roles) and any(may_count(view, view.metadata.entities[source.entity]) for source in report.sources)


def may_take_away(view: View, report: Report) -> bool:
    """Whether the reader may export what the report counts for them."""
    return all(may_export(view, document) for document in _documents(view, report))


def to_take_away(view: View, report: Report) -> None:
    """Raises Forbidden unless the reader may export what the report counts for them."""
    for document in _documents(view, report):
        exportable(view, document)


def _documents(view: View, report: Report) -> Iterator[Entity]:
    entities = (view.metadata.entities[source.entity] for source in report.sources)
    return (document_of(view.metadata, entity) for entity in entities if may_count(view, entity))


def may_open_dashboard(view: View, dashboard: Dashboard) -> bool:
    """Whether the reader may see the dashboard; its tiles have rights of their own."""
    return _plays(view, dashboard.roles)


def _plays(view: View, roles: frozenset[str]) -> bool:
    actor = view.actor
    return not roles or actor.trusted or actor.administrator or any(actor.plays(role) for role in roles)
