"""Making one record of two: what leads to the one leads to the other, chosen values are taken over, and it can be undone.

The merge is made of ordinary writes: each has its version, its entry in the audit and its checks; what cannot be led over (the
rows of a ledger, a workflow that is running) refuses the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from engine import storage
from engine.access import row_rule
from engine.errors import Forbidden, Invalid, Message, Problem, Refusal
from engine.frozen import frozen
from engine.metadata import Entity, Field, Value, document_of
from engine.storage import Merge
from engine.unit_of_work import UnitOfWork, View

from .accounts import refuse_persons, refuse_roles
from .bin import undelete
from .change import change
from .child_rows import kept_back
from .delete import take_away
from .draft import ChildRow, Row, key_of, rows_of
from .fetch import fetch
from .find import load
from .frame import RecordFrame
from .grants import entity_id
from .present import Record, readable
from .rows import fetch_referring
from .save import save
from .titles import own_title
from .veil import always_readable
from .visible import visible_ids
from .writable import archived, refuse_closed, refuse_locked, writable
from .write import note

Moved = list[tuple[str, int, str]]
"""Links that were led over: entity (or table), record or row, field."""


NO_WORK: frozenset[int] = frozenset()


@frozen
class Merging:
    """What would happen: both records as the actor sees them, the fields that may be taken, and what leads to the one that goes.

    `referring` counts what the actor sees of it, by entity; what they do not see goes along without a word.
    """

    kept: Record
    gone: Record
    fields: tuple[Field, ...]
    referring: Mapping[str, int]


def preview_merge(view: View, entity_name: str, kept: int, gone: int, work: frozenset[int] = NO_WORK) -> Merging:
    """What `merge` would do. Raises Invisible, Forbidden, Refusal, Invalid."""
    entity = view.metadata.entities[entity_name]
    _check(view, entity, (fetch(view, entity_name, kept), fetch(view, entity_name, gone)), work)
    one, other = load(view, entity_name, kept), load(view, entity_name, gone)
    referring: dict[str, int] = {}
    for source, link in view.metadata.inverse.get(entity_name, ()):
        rows = (row for row in fetch_referring(view, source, link, [gone]) if not _goes_too(view, source, entity, row, gone))
        if seen := _seen(view, view.metadata.entities[source], link, rows):
            name = view.metadata.entities[source].document or source
            referring[name] = referring.get(name, 0) + seen
    return Merging(one, other, tuple(_differing(view, entity, one, other)), referring)


def _seen(view: View, source: Entity, link: str, rows: Iterable[Row]) -> int:
    """How many of the records or rows the actor sees; none where the link is closed to them, were it in some only."""
    owner = document_of(view.metadata, source)
    open_ = always_readable(view, owner, link if owner is source else f"{source.table_name}.{link}")
    return len(visible_ids(view, source.name, map(key_of, rows))) if open_ else 0


def merge(  # noqa: PLR0913 - two records, and what goes from one to the other
    uow: UnitOfWork, entity_name: str, kept: int, gone: int, take: Collection[str] = (), work: frozenset[int] = NO_WORK
) -> None:
    """Lead everything from `gone` to `kept`, take these fields over, and delete `gone`, as the acting person.

    `work` are the running workflows that go over too, with what they hold closed; any other that is running refuses it.
    Raises Invisible, Forbidden, Invalid, and Refusal where something cannot be led over.
    """
    entity = uow.metadata.entities[entity_name]
    rows = {number: fetch(uow, entity_name, number, lock=True) for number in sorted({kept, gone})}
    if kept == gone:
        raise Invalid([Problem("gone", "same", Message("A record cannot be merged with itself."))])
    _check(uow, entity, (rows[kept], rows[gone]), work)
    possible = {field.name: field for field in _differing(uow, entity, load(uow, entity_name, kept), load(uow, entity_name, gone))}
    if wrong := [Problem(name, "not_editable", Message("This field cannot be taken over.")) for name in take if name not in possible]:
        raise Invalid(wrong)
    links = _lead(uow, entity, gone, kept)
    number = entity_id(uow, entity)
    about = storage.move_about(uow.connection, number, gone, kept)
    values = {name: _taken(possible[name], rows[kept], rows[gone]) for name in take}
    title = own_title(uow, entity, rows[gone])
    take_away(uow, entity, fetch(uow, entity_name, gone, lock=True))
    if values:
        save(uow, entity_name, kept, values)
    locks = storage.move_locks(uow.connection, number, gone, kept)
    note(uow, entity, fetch(uow, entity_name, kept, lock=True), "merge", {"merged": (None, title)})
    after = fetch(uow, entity_name, kept)
    moved = {
        "links": links,
        "versions": [rows[kept]["version"], after["version"]],
        "rows": _added(entity, rows[kept], after),
        "locks": locks,
        **about,
    }
    storage.add_merge(uow.connection, Merge(number, kept, gone, uow.now, uow.actor.id, moved, sorted(take)))


def unmerge(uow: UnitOfWork, entity_name: str, kept: int) -> int:
    """Undo the last merge into a record: the other comes back with what led to it; gives its id.

    What was changed since stays. Raises Invisible, Forbidden, and Refusal where there is nothing to undo, or no longer.
    """
    entity = uow.metadata.entities[entity_name]
    row = fetch(uow, entity_name, kept, lock=True)
    readable(uow, entity, row)
    if reason := archived(uow.metadata, entity_name, row):
        raise Refusal(reason)
    found = next(iter(storage.merges_of(uow.connection, entity_id(uow, entity), kept)), None)
    binned = None if found is None else storage.bin_number(uow.connection, found.entity_id, found.gone)
    if found is None or binned is None:
        raise Refusal(Message("Nothing was merged into this record that could be taken out again."))
    _give_back(uow, entity, row, found)
    undelete(uow, binned)
    for source, number, link in reversed(found.moved["links"]):
        _point(uow, source, number, link, (kept, found.gone))
    storage.move_back(uow.connection, found)
    storage.undo_merge(uow.connection, found.id, uow.now)
    note(uow, entity, fetch(uow, entity_name, kept, lock=True), "unmerge", {})
    return found.gone


def can_unmerge(view: View, entity: Entity, kept: int) -> bool:
    """Whether something was merged into a record by the actor, or they are an administrator, and may be taken out again."""
    found = next(iter(storage.merges_of(view.connection, entity_id(view, entity), kept)), None)
    if found is None or not (view.actor.administrator or found.by == view.actor.id):
        return False
    return storage.bin_number(view.connection, found.entity_id, found.gone) is not None


def _check(view: View, entity: Entity, rows: tuple[Row, Row], work: frozenset[int]) -> None:
    """Both are seen, the one may be changed and the other deleted, and only `work` is running over the one that goes."""
    kept, gone = rows
    refuse_persons(view, entity)
    for row in rows:
        readable(view, entity, row)
        refuse_roles(view, entity, row)
    writable(view, entity, kept)
    if not row_rule(entity, "delete", view.actor).holds(gone, RecordFrame(view)):
        raise Forbidden(Message("You may not delete this record."))
    if storage.running_over(view.connection, entity_id(view, entity), key_of(gone)) - work:
        raise Refusal(Message("A process is running over {title}; finish or withdraw it first.", {"title": own_title(view, entity, gone)}))
    if work:
        refuse_closed(entity, gone)  # what holds it closed goes over with its work
    else:
        refuse_locked(view, entity, gone)


def _differing(view: View, entity: Entity, kept: Record, gone: Record) -> Sequence[Field]:
    """The fields that hold something else in the record that goes, which the actor sees in both and may write."""
    rows = [fetch(view, entity.name, each.id) for each in (kept, gone)]
    allowed, closed = writable(view, entity, rows[0]), frozenset().union(*(kept_back(view, entity, row) for row in rows))
    found = []
    for field in entity.fields.values():
        seen = kept.sight.readable(field.name) and gone.sight.readable(field.name) and field.name not in closed
        free = not field.computed and not (field.name == "number" and entity.number) and allowed.allows(field.name)
        value = gone.values.get(field.name)
        if seen and free and not field.several and value not in (None, [], ()) and value != kept.values.get(field.name):
            found.append(field)
    return found


def _taken(field: Field, kept: Row, gone: Row) -> object:
    """The value of the record that goes; rows of a table are added to those that are there."""
    table = field.table
    if table is None:
        return gone.get(field.name)
    names = [column.name for column in table.columns if not column.computed]
    own: list[dict[str, Value]] = [{"id": row["id"]} | {name: row.get(name) for name in names} for row in rows_of(kept, field)]
    return own + [{name: row.get(name) for name in names} for row in rows_of(gone, field)]


def _added(entity: Entity, before: Row, after: Row) -> dict[str, list[int]]:
    """The rows that a record has got, by table."""
    found = {}
    for table in entity.tables:
        there = {row["id"] for row in rows_of(before, table)}
        found[table.name] = [key_of(row) for row in rows_of(after, table) if row["id"] not in there]
    return {name: ids for name, ids in found.items() if ids}


def _goes_too(view: View, source: str, entity: Entity, row: Mapping[str, Value], gone: int) -> bool:
    """Whether a row belongs to the record that goes."""
    return view.metadata.entities[source].document == entity.name and row.get("document_id") == gone


def _lead(uow: UnitOfWork, entity: Entity, gone: int, kept: int) -> Moved:
    """Every link to the one record leads to the other; links that are computed or found by key follow by themselves."""
    moved: Moved = []
    for source, link in uow.metadata.inverse.get(entity.name, ()):
        field = uow.metadata.entities[source].fields[link]
        if field.computed or (field.link is not None and field.link.match is not None):
            continue
        for row in fetch_referring(uow, source, link, [gone]):
            if not _goes_too(uow, source, entity, row, gone) and not (source == entity.name and row["id"] == gone):
                _point(uow, source, key_of(row), link, (gone, kept))
                moved.append((source, key_of(row), link))
    return moved


def _point(uow: UnitOfWork, source: str, number: int, link: str, over: tuple[int, int]) -> None:
    """Let a link that leads to the first record lead to the second, where it still does; a record never leads to itself so."""
    before, after = over
    entity = uow.metadata.entities[source]
    if entity.document is not None:
        _point_row(uow, entity, number, link, over)
        return
    row = fetch(uow, source, number, lock=True)
    leads_to = entity.fields[link].link
    itself = leads_to is not None and leads_to.entity == source and number == after
    if row.get(link) == before:
        refuse_roles(uow, entity, row)
        change(uow, source, row, {link: None if itself else after})


def _point_row(uow: UnitOfWork, table: Entity, number: int, link: str, over: tuple[int, int]) -> None:
    before, after = over
    assert table.document is not None
    owner, _, name = table.name.partition(".")
    found = storage.fetch(uow.connection, uow.tables, table.name, [number]).get(number)
    if found is None or found.get(link) != before:
        return
    document = fetch(uow, owner, found["document_id"], lock=True)
    field = uow.metadata.entities[owner].fields[name]
    rows = rows_of(document, field)
    twice = table.relation and any(row.get(link) == after for row in rows)
    left = [ChildRow(row, document) for row in rows if not (twice and row["id"] == number)]
    for row in left:
        if row["id"] == number:
            row[link] = after
    change(uow, owner, document, {name: left})


def _give_back(uow: UnitOfWork, entity: Entity, row: Row, found: Merge) -> None:
    """Fields that were taken over and not changed since hold again what they held before; rows that came and are as they came go."""
    earlier = storage.history(uow.connection, uow.tables, entity.name, found.kept)
    before, then = (next((each for each in (row, *earlier) if each["version"] == one), None) for one in found.moved["versions"])
    names = [name for name in found.taken if name in entity.fields and entity.fields[name].table is None]
    values: dict[str, Value] = {}
    if before is not None and then is not None:
        values = {name: before.get(name) for name in names if row.get(name) == then.get(name)}
    values |= _without_added(entity, row, found.moved.get("rows", {}))
    if values:
        change(uow, entity.name, fetch(uow, entity.name, found.kept, lock=True), values)


def _without_added(entity: Entity, row: Row, added: Mapping[str, Sequence[int]]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, ids in added.items():
        table = entity.fields.get(name)
        if table is not None and table.table is not None:
            found[name] = [child for child in rows_of(row, table) if not (child["id"] in ids and child["version"] == 1)]
    return found
