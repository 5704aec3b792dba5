"""Whether the chosen records may be chosen: they exist, the actor may read them, and the link's `where` holds for them.

A record that may not be seen answers exactly like one that does not exist (DESIGN section 5).
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.access import row_rule
from engine.errors import Message
from engine.metadata import Entity, Field
from engine.unit_of_work import UnitOfWork, View

from .draft import Draft, Row
from .frame import RecordFrame
from .visible import visible_ids

MISSING = Message("There is no such record, or you may not see it.")


def check_links(uow: UnitOfWork, draft: Draft) -> None:
    """A problem for each link that was set or changed to something that may not be chosen."""
    wanted: dict[str, set[int]] = {}
    for _, field, row, _ in _set_links(draft):
        assert field.link is not None
        wanted.setdefault(field.link.entity, set()).add(row[field.name])  # type: ignore[arg-type]
    found = {entity: visible_ids(uow, entity, ids) for entity, ids in wanted.items()}
    for _, field, row, path in _set_links(draft):
        assert field.link is not None
        if row[field.name] not in found[field.link.entity]:
            draft.problem(path, "no_such_record", MISSING)
    _check_conditions(uow, draft)


def _set_links(draft: Draft) -> Iterator[tuple[Entity, Field, Row, str]]:
    """The links of the draft that hold another record than before."""
    for entity, row, before, prefix in draft.rows():
        for field in entity.links:
            number = row.get(field.name)
            if number is not None and not field.computed and (before is None or before.get(field.name) != number):
                yield entity, field, row, prefix + field.name


def _check_conditions(uow: UnitOfWork, draft: Draft) -> None:
    failed = {problem.path for problem in draft.problems}
    for entity, row, before, prefix in draft.rows():
        frame = RecordFrame(uow, owner=None if row is draft.new else draft.new, old=before)
        for field in entity.links:
            if _must_hold(field, row, draft) and prefix + field.name not in failed:
                _check_condition(draft, field, row, prefix + field.name, frame)


def _must_hold(field: Field, row: Row, draft: Draft) -> bool:
    return field.link is not None and field.link.where is not None and row.get(field.name) is not None and not field.computed


def _check_condition(draft: Draft, field: Field, row: Row, path: str, frame: RecordFrame) -> None:
    assert field.link is not None and field.link.where is not None
    if not field.link.where.holds(row, frame):
        draft.problem(path, "where", Message("{field} cannot be this record here.", {"field": field.label}))


def may_see(view: View, entity: str) -> bool:
    """Whether any row of an entity can be visible at all."""
    return not row_rule(view.metadata.entities[entity], "read", view.actor).nothing
