"""Whether the chosen records may be chosen: they exist, the actor may read them, and the link's `where` holds for them.

A record that may not be seen answers exactly like one that does not exist (DESIGN section 5).
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message
from engine.metadata import Field, Link
from engine.unit_of_work import UnitOfWork

from .compute import frame_in
from .draft import Draft, Line
from .visible import visible_ids

MISSING = Message("There is no such record, or you may not see it.")


def check_links(uow: UnitOfWork, draft: Draft) -> None:
    """A problem for each link that was set or changed to something that may not be chosen."""
    wanted: dict[str, set[int]] = {}
    chosen = list(_chosen(draft))
    for line, field, link in chosen:
        wanted.setdefault(link.entity, set()).add(line.row[field.name])  # type: ignore[arg-type]
    found = {entity: visible_ids(uow, entity, ids) for entity, ids in wanted.items()}
    for line, field, link in chosen:
        if line.row[field.name] not in found[link.entity]:
            draft.problem(line.path(field.name), "no_such_record", MISSING)


def check_conditions(uow: UnitOfWork, draft: Draft) -> None:
    """A problem for each link whose `where` does not hold for the record that it leads to."""
    failed = {problem.path for problem in draft.problems}
    for line in draft.lines():
        frame = frame_in(uow, draft, line)
        for field in line.entity.links:
            assert field.link is not None
            where, path = field.link.where, line.path(field.name)
            if where is None or field.computed or line.row.get(field.name) is None or path in failed:
                continue
            if not where.holds(line.row, frame):
                draft.problem(path, "where", Message("{field} cannot be this record here.", {"field": field.label}))


def _chosen(draft: Draft) -> Iterator[tuple[Line, Field, Link]]:
    """The links of the draft that lead to another record than before."""
    for line in draft.lines():
        for field in line.entity.links:
            if field.link is not None and not field.computed and line.row.get(field.name) is not None and line.sets(field.name):
                yield line, field, field.link
