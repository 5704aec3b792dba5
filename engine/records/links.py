"""Whether the chosen records may be chosen: they exist, the actor may read them, and the link's `where` holds for them.

A record that may not be seen answers exactly like one that does not exist (DESIGN section 5).
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message
from engine.metadata import Field, Link
from engine.unit_of_work import UnitOfWork, View

from .compute import frame_in
from .draft import Draft, Line
from .frame import RecordFrame
from .visible import visible_ids

MISSING = Message("There is no such record, or you may not see it.")


def check_links(view: View, draft: Draft, only: frozenset[str] | None = None) -> None:
    """A problem for each link (of the record's fields in `only`, if given) that was set to something that may not be chosen.

    The link is blank from then on: nothing is filled, computed or said from a record that the person may not see.
    """
    wanted: dict[str, set[int]] = {}
    chosen = [each for each in _chosen(draft) if only is None or each[0].path(each[1].name).split(".", 1)[0] in only]
    for line, field, link in chosen:
        wanted.setdefault(link.entity, set()).add(line.row[field.name])  # type: ignore[arg-type]
    found = {entity: visible_ids(view, entity, ids) for entity, ids in wanted.items()}
    for line, field, link in chosen:
        if line.row[field.name] not in found[link.entity]:
            draft.problem(line.path(field.name), "no_such_record", MISSING)
            line.row[field.name] = None


def check_conditions(uow: UnitOfWork, draft: Draft) -> None:
    """A problem for each link whose `where` does not hold for the record that it leads to."""
    failed = {problem.path for problem in draft.problems}
    for line in draft.lines():
        frame = frame_in(uow, draft, line)
        for field in line.entity.links:
            assert field.link is not None
            path = line.path(field.name)
            if field.computed or line.row.get(field.name) is None or path in failed:
                continue
            if field.link.where is not None and not field.link.where.holds(line.row, frame):
                draft.problem(path, "where", Message("{field} cannot be this record here.", {"field": field.label}))
            elif field.link.role is not None and line.sets(field.name) and not _plays(frame, line.row[field.name], field.link.role):
                role = uow.metadata.roles[field.link.role].label
                draft.problem(path, "role", Message("{field} must be somebody with the role {role}.", {"field": field.label, "role": role}))


def _plays(frame: RecordFrame, person: object, role: str) -> bool:
    found = frame.record("user", person) if isinstance(person, int) else None
    roles = (found or {}).get("roles") or ()
    return role in frame.view.metadata.held(frozenset(roles))  # type: ignore[call-overload]


def _chosen(draft: Draft) -> Iterator[tuple[Line, Field, Link]]:
    """The links that somebody chose; what a default or a copied value sets is the definition's own choice."""
    for line in draft.lines():
        for field in line.entity.links:
            if (
                field.link is not None
                and line.path(field.name) in draft.given
                and line.row.get(field.name) is not None
                and line.sets(field.name)
            ):
                yield line, field, field.link
