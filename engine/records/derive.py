"""Keeping computed fields right across documents, in the same transaction (FORMULA 2.14).

Whatever is written is remembered in `uow.touched`. `settle` finds the records that read it, by walking each path backwards
over the old and the new links, and computes them in the order of their rank and id: lock first, then read, in two
statements, because a statement that waits for a lock has chosen its snapshot before. What changes there is touched again.
A derived write is of cause *derived*, and is no new version for people.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from engine.access import SYSTEM
from engine.errors import Refusal
from engine.formula import Hop, Root, Via
from engine.jobs import Job
from engine.metadata import Derivations, Entity, Field, Value
from engine.storage import Asking, Listing
from engine.unit_of_work import Cause, Ground, Touched, UnitOfWork, View, run

from .child_rows import narrowing
from .compute import compute
from .deferred import defer, is_due
from .draft import UNFIT, Draft, Row, begun, key_of, rows_of
from .fetch import fetch_if_there
from .frame import RecordFrame, frame_of
from .making import make_wanted
from .moving import replant
from .rows import fetch_children, fetch_many, fetch_referring
from .still_sealed import rests_on_sealed
from .titles import told_of
from .values import fit
from .visible import reader
from .write import update

DERIVED = Cause("derived")
Document = tuple[int, str, int]
"""Rank, entity and id: the order in which records are computed and locked."""


def settle(uow: UnitOfWork, written: Sequence[tuple[Entity, Row]] = ()) -> None:
    """Compute everything that what was written so far has made stale; `written` are records that were written just now."""
    graph = uow.metadata.derivations
    waiting: list[Document] = []
    fresh = list(written)
    while True:
        fresh += [(uow.metadata.entities[entity], row) for entity, row in uow.made]
        uow.made = []
        for document in _stale(uow, graph):
            heapq.heappush(waiting, document)
        if fresh:
            _confirm(uow, fresh, waiting)
            fresh = []
            continue
        if not waiting:
            return
        first = heapq.heappop(waiting)
        while waiting and waiting[0] == first:
            heapq.heappop(waiting)
        _recompute(uow, first[1], first[2])


def _confirm(uow: UnitOfWork, fresh: Sequence[tuple[Entity, Row]], due: Sequence[Document]) -> None:
    """Lock the records whose values were copied live into new rows, and compute those again where they have changed meanwhile.

    Without it a change of such a record that commits at the same moment would find the new row not there yet. What will be
    computed is locked at once for that, in the same order, or two who have shared a lock would wait for each other to let go.
    """
    if uow.tables.dialect == "sqlite":
        return  # one transaction writes at a time
    rank = uow.metadata.derivations.rank
    sources = [{(rank(name), name, number) for name, number in _sources_of(uow, entity, row)} for entity, row in fresh]
    wanted = set().union(*sources)
    moved: set[Document] = set()
    for document in sorted(wanted | set(due)) if wanted else ():
        _, name, number = document
        now = fetch_many(uow, name, [number], lock=True if document in due else "share").get(number)
        if document in wanted and uow.linked.get((name, number)) != now:
            moved.add(document)
        uow.linked[name, number] = now
    for (entity, row), own in zip(fresh, sources, strict=True):
        if own & moved:
            _recompute(uow, entity.name, key_of(row))


def _sources_of(uow: UnitOfWork, entity: Entity, row: Row) -> set[tuple[str, int]]:
    """The records behind the links that the live fields of a record and its rows follow."""
    live = uow.metadata.derivations.live
    found = _linked(uow, live.get(entity.name, ()), row)
    for table in entity.collections:
        assert table.rows is not None
        for child in rows_of(row, table) if table.rows.name in live else ():
            found |= _linked(uow, live[table.rows.name], child)
    return found


def _linked(uow: UnitOfWork, fields: Sequence[Field], row: Row) -> set[tuple[str, int]]:
    found: set[tuple[str, int]] = set()
    for hops in {ref.hops for f in fields for made in f.made_of for ref in made.references if ref.root is Root.ROW and ref.hops}:
        current: Mapping[str, Value] | None = row
        frame = frame_of(uow, row)
        for hop in hops:
            number = current.get(hop.name) if current is not None and hop.via is Via.LINK else None
            if not isinstance(number, int):
                break
            found.add((hop.target, number))
            current = frame.record(hop.target, number)
    return found


def recompute(uow: UnitOfWork, entity_name: str, number: int, anew: frozenset[str] | None = None) -> None:
    """Compute the stored computed fields of a record anew, and what reads them.

    `anew` are the fields that another definition computes otherwise (`order.rate`): links among them are looked for by their keys.
    A value beyond the limits is left blank; a record that is gone is none to compute.
    """
    if fetch_if_there(uow, entity_name, number) is not None:
        replant(uow, uow.metadata.entities[entity_name], number)
    _recompute(uow, entity_name, number, anew)
    settle(uow)


def derive_handler(ground: Ground) -> Callable[[Job], None]:
    """The handler of the jobs that compute records whose fields are deferred; it may run any number of times."""

    def handle(job: Job) -> None:
        run(ground, SYSTEM, partial(_catch_up, job=job))

    return handle


def _catch_up(uow: UnitOfWork, job: Job) -> None:
    job.done(uow.connection)
    entity, number = str(job.payload["entity"]), int(str(job.payload["record"]))
    if is_due(uow, entity, number):
        recompute(uow, entity, number)


def _recompute(uow: UnitOfWork, entity_name: str, number: int, anew: frozenset[str] | None = None) -> None:
    """Lock a record, compute it from what is committed and what was written here, and write what differs."""
    row = fetch_if_there(uow, entity_name, number, lock=True)
    if row is None:
        return
    draft = computed_anew(uow, uow.metadata.entities[entity_name], row, anew)
    make_wanted(uow, draft)
    _refuse_unmatched(uow, draft)
    with uow.because(DERIVED, SYSTEM):
        if update(uow, draft, derived=True) is not row:
            uow.derived.add((entity_name, number))


def computed_anew(view: View, entity: Entity, row: Row, anew: frozenset[str] | None = None) -> Draft:
    """A record with its computed fields as they should be, those that the database calculates among them; nothing is written."""
    draft = Draft(entity, row, begun(entity, row), derived=True, anew=anew)
    _roll_up(view, entity, [draft.new])
    for table in entity.collections:
        assert table.rows is not None
        _roll_up(view, table.rows, rows_of(draft.new, table))
    compute(view, draft)
    return draft


def _refuse_unmatched(uow: UnitOfWork, draft: Draft) -> None:
    """Raise Refusal where a link has to lead to a record by its key, and there is none any more."""
    for problem in draft.problems:
        if problem.code == "no_match":
            ruled = problem.path.partition(".")[0] in {table.name for table in narrowing(uow, draft.entity)}
            raise Refusal(told_of(uow, draft.entity, draft.new, UNFIT if ruled else problem.message))


def _roll_up(view: View, entity: Entity, rows: Sequence[Row]) -> None:
    """Give rows the aggregates over other documents, calculated by the database in one statement."""
    fields = [f for f in view.metadata.derivations.rollups.get(entity.name, ()) if f.formula is not None and f.formula.pushable]
    numbered = {key_of(row): row for row in rows}
    if not fields or not rows:
        return
    listing = Listing(entity.name, values=tuple(f.formula for f in fields if f.formula is not None), some=True)
    document = view.metadata.entities[entity.document] if entity.document else entity
    frame = RecordFrame(view)
    asking = Asking(frame, reader(view, document), len(numbered), ids=list(numbered))
    for found in view.lists.page(view.connection, listing, asking):
        row = numbered[found.place.id]
        for field, value in zip(fields, found.values, strict=True):
            row[field.name] = None if rests_on_sealed(frame, field, row) else fit(field, value)


def _stale(uow: UnitOfWork, graph: Derivations) -> Iterable[Document]:
    """The documents that read what was touched since the last time."""
    touched, uow.touched = uow.touched, []
    found: set[Document] = set()
    later: set[Document] = set()
    for touch in touched:
        for change in touch.changes:
            for dependent in graph.by_change.get((touch.entity, change), ()):
                readers = _readers(uow, graph, dependent.field, _back(uow, dependent.path, touch))
                (later if dependent.field.keep == "deferred" else found).update(readers)
    if later:
        defer(uow, ((entity, number) for _, entity, number in later))
    return found


def _readers(uow: UnitOfWork, graph: Derivations, field: Field, ids: set[int]) -> set[Document]:
    document = uow.metadata.entities[field.entity].document
    if document is not None:
        ids = {number for row in fetch_many(uow, field.entity, sorted(ids)).values() if isinstance(number := row["document_id"], int)}
    name = document or field.entity
    return {(graph.rank(name), name, number) for number in ids}


def _back(uow: UnitOfWork, path: Sequence[Hop], touch: Touched) -> set[int]:
    """The ids of the records from which `path` leads to the touched row, as it was or as it is."""
    if not path:
        return {touch.id}
    ids = _before_last(uow, path[-1], touch)
    for hop in reversed(path[:-1]):
        ids = _sources(uow, hop, ids)
    return ids


def _before_last(uow: UnitOfWork, hop: Hop, touch: Touched) -> set[int]:
    """The sources of the last hop: read from the row as it was and as it is where it holds the key, else from the database."""
    name = hop.link if hop.via is Via.INVERSE else "document_id" if hop.via is Via.TABLE else None
    if name is not None:
        return {number for row in (touch.old, touch.new) if row is not None and isinstance(number := row.get(name), int)}
    return _sources(uow, hop, {touch.id})


def _sources(uow: UnitOfWork, hop: Hop, targets: set[int]) -> set[int]:
    """The records from which one hop leads to any of `targets`."""
    ids = sorted(targets)
    if hop.via is Via.LINK:
        return {key_of(row) for row in fetch_referring(uow, hop.source, hop.name, ids)}
    if hop.via is Via.DOCUMENT:
        return {key_of(row) for rows in fetch_children(uow, hop.source, ids).values() for row in rows}
    name = hop.link if hop.via is Via.INVERSE and hop.link else "document_id"
    return {number for row in fetch_many(uow, hop.target, ids).values() if isinstance(number := row.get(name), int)}
