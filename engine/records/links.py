"""Whether the chosen records may be chosen: they exist, the actor may read them, and the link's `where` holds for them.

A record that may not be seen answers exactly like one that does not exist (DESIGN section 5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from engine.errors import Message
from engine.metadata import FILE, Entity, Field, Value, owners_of
from engine.unit_of_work import UnitOfWork, View

from .attachments import holder_of, may_attach
from .compute import frame_in
from .draft import Draft, Line, Row, ids_of, rows_of
from .frame import RecordFrame
from .rows import fetch_many
from .visible import visible_ids

MISSING = Message("There is no such record, or you may not see it.")


def check_links(view: View, drafts: Sequence[Draft], only: frozenset[str] | None = None) -> None:
    """A problem for each link (of the fields in `only`, if given) of drafts that was set to something that may not be chosen.

    The link is blank from then on: nothing is filled, computed or said from a record that the person may not see.
    """
    if only is not None or not _all_seen(view, drafts):
        _refuse_unseen(view, drafts, only)
    for draft in drafts:
        for name in draft.led if only is None else draft.led.keys() & only:
            _check_led(view, draft, name)


def _all_seen(view: View, drafts: Sequence[Draft]) -> bool:
    """Whether new drafts lead only to records that the actor sees, which is quickly told of many, and nearly always so."""
    if any(draft.old is not None for draft in drafts):
        return False
    wanted: dict[str, set[Value]] = {}
    for draft in drafts:
        for table, links in _leading(draft.entity):
            rows = (draft.new,) if table is None else rows_of(draft.new, table)
            for name, target in links:
                wanted.setdefault(target, set()).update([row.get(name) for row in rows])
    for found in wanted.values():
        found.discard(None)
    return not wanted.get(FILE) and all(ids <= visible_ids(view, entity, ids) for entity, ids in wanted.items() if ids)  # type: ignore[arg-type]


@lru_cache(maxsize=1024)
def _leading(entity: Entity) -> tuple[tuple[Field | None, tuple[tuple[str, str], ...]], ...]:
    """The links of a record (None) and of the rows of its tables, each with the entity that it leads to."""
    owners = [(None, entity), *((table, table.rows) for table in entity.collections)]
    return tuple((table, tuple((link.name, _target(link)) for link in owner.links)) for table, owner in owners if owner and owner.links)


def _refuse_unseen(view: View, drafts: Sequence[Draft], only: frozenset[str] | None) -> None:
    chosen = [(draft, *each) for draft in drafts for each in _chosen(draft)]
    if only is not None:
        chosen = [each for each in chosen if _is_among(each[1].path(each[2].name), only)]
    wanted: dict[str, set[int]] = {}
    for _, _, field, number in chosen:
        wanted.setdefault(_target(field), set()).add(number)
    files = fetch_many(view, FILE, sorted(wanted.get(FILE, ())))
    unseen = {entity: ids if entity == FILE else ids - visible_ids(view, entity, ids) for entity, ids in wanted.items()}
    for draft, line, field, number in chosen if any(unseen.values()) else ():
        file = files.get(number) if _target(field) == FILE else None
        if number in unseen[_target(field)] and not may_attach(view, draft, holder_of(draft, line, field), file):
            draft.problem(line.path(field.name), "no_such_record", MISSING)
            line.row[field.name] = None


def _target(field: Field) -> str:
    assert field.link is not None
    return field.link.entity


def _is_among(path: str, only: frozenset[str]) -> bool:
    """Whether a field, the cell of a row, or its table is meant."""
    return path in only or path.split(".", 1)[0] in only


def _check_led(view: View, draft: Draft, name: str) -> None:
    """The same for links over records between."""
    link, numbers = draft.entity.fields[name].link, draft.led[name]
    assert link is not None
    seen = visible_ids(view, link.entity, numbers)
    if not seen.issuperset(numbers):
        draft.problem(name, "no_such_record", MISSING)
        draft.led[name] = [number for number in numbers if number in seen]


def check_conditions(uow: UnitOfWork, draft: Draft) -> None:
    """A problem for each link whose `where` does not hold for the record that it leads to."""
    failed = {problem.path for problem in draft.problems}
    for line in draft.lines() if _narrows(draft.entity) else ():
        for field in line.entity.narrowed:
            assert field.link is not None
            path = line.path(field.name)
            if line.row.get(field.name) is None or path in failed:
                continue
            frame = frame_in(uow, draft, line)
            if not admits(field, line.row, line.row[field.name], frame):
                draft.problem(path, "where", Message("{field} cannot be this record here.", {"field": field.label}))
            elif field.link.role is not None and line.sets(field.name) and not _plays(frame, line.row[field.name], field.link.role):
                role = uow.metadata.roles[field.link.role].label
                draft.problem(path, "role", Message("{field} must be somebody with the role {role}.", {"field": field.label, "role": role}))
    if draft.entity.relations or draft.led:
        _check_several(uow, draft)


@lru_cache(maxsize=1024)
def _narrows(entity: Entity) -> bool:
    """Whether a link of a record, or of the rows of its tables, has conditions."""
    return any(owner.narrowed for owner in owners_of(entity))


def _check_several(uow: UnitOfWork, draft: Draft) -> None:
    """The same for links that lead to several records."""
    chosen = {field.name: ids_of(field, draft.new.get(field.name)) or () for field in draft.entity.relations}
    for name, numbers in (chosen | draft.led).items():
        field, frame = draft.entity.fields[name], RecordFrame(uow, old=draft.old)
        if not all(admits(field, draft.new, number, frame) for number in numbers):
            draft.problem(name, "where", Message("{field} cannot be all of these records here.", {"field": field.label}))


def admits(field: Field, row: Row, number: Value, frame: RecordFrame) -> bool:
    """Whether the `where` of a link of `row` holds for the record `number`, as if it were chosen."""
    where = field.link.where if field.link is not None else None
    if where is None:
        return True
    if not field.several:
        return where.holds({**row, field.name: number}, frame)
    return where.holds(row, replace(frame, extra={**frame.extra, field.name: number}))


def _plays(frame: RecordFrame, person: object, role: str) -> bool:
    found = frame.record("user", person) if isinstance(person, int) else None
    roles = (found or {}).get("roles") or ()
    return role in frame.view.metadata.held(frozenset(roles))  # type: ignore[call-overload]


def _chosen(draft: Draft) -> Iterator[tuple[Line, Field, int]]:
    """The links that somebody chose, and where they lead; what a default or a copied value sets is the definition's own choice."""
    for line in draft.lines():
        for field in line.entity.links:
            name = field.name
            number = line.row.get(name)
            if isinstance(number, int) and line.prefix + name in draft.given and (line.before is None or line.sets(name)):
                yield line, field, number
