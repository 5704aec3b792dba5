"""Defaults, copied values and computed fields, in this order, before anything is checked (DESIGN path 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from engine.errors import Message
from engine.formula import FormulaFailure
from engine.frozen import frozen
from engine.metadata import SUBTYPE, Entity, Field, Given, Link, Metadata, Value, owners_of
from engine.unit_of_work import View

from .draft import Draft, Line, Row, envelopes, key_of, numbered, pairs_of, rows_of
from .frame import RecordFrame, frame_of
from .matching import find_link
from .still_sealed import rests_on_sealed
from .trees import climb
from .values import fit, fitting, rounded


def value_of(given: Given, row: Row, frame: RecordFrame) -> Value:
    """A literal, or what its formula gives on this row; the ids of the records behind a path."""
    if given.rows is not None:
        return tuple(dict.fromkeys(each["id"] for each in frame.rows(row, given.rows)))
    return given.literal if given.formula is None else given.formula(row, frame)


def defaults(view: View, draft: Draft) -> None:
    """Fill what a new record or row does not say."""
    for line in draft.lines() if draft.old is not None or _leaves_out(draft) else ():
        if line.before is None:
            silent, telling, begins = _unsaid(line.entity)
            row = line.row
            if not silent <= row.keys():
                row.update({**dict.fromkeys(silent), **row})
            if begins:
                _begin(view, draft, line, telling)


def _leaves_out(draft: Draft) -> bool:
    """Whether a new record or its rows may not hold all that they begin with."""
    begun = _begun(draft.entity)
    if begun is None:
        return True
    silent, tables = begun
    new = draft.new
    return not silent <= new.keys() or not all(inner <= row.keys() for table, inner in tables for row in rows_of(new, table))


@lru_cache(maxsize=1024)
def _begun(document: Entity) -> tuple[frozenset[str], Sequence[tuple[Field, frozenset[str]]]] | None:
    """What records, and the rows of their tables, hold blank or empty to begin with; None where one begins with more."""
    inner = [(table, table.rows) for table in document.collections if table.rows is not None]
    owners = [document, *(rows for _, rows in inner)]
    if any(_unsaid(owner)[1] for owner in owners) or any(field.default for owner in owners for field in owner.relations):
        return None
    if any(rows.lifecycle or rows.collections for _, rows in inner):
        return None
    return _unsaid(document)[0] | {table.name for table, _ in inner}, [(table, _unsaid(rows)[0]) for table, rows in inner]


def _begin(view: View, draft: Draft, line: Line, telling: Sequence[Field]) -> None:
    """What a new record or row says by itself."""
    row = line.row
    if line.inner and line.entity.lifecycle is not None:
        row["state"] = line.entity.lifecycle.start
    for table in line.entity.collections:
        row.setdefault(table.name, [])
    for field in telling:
        if row.get(field.name) is None and line.path(field.name) not in draft.given:
            row[field.name] = fit(field, _default(view, draft, line, field))
    _default_links(view, draft, line)


def _default_links(view: View, draft: Draft, line: Line) -> None:
    """The pairs that links to many begin with."""
    for field in line.entity.relations:
        if field.default and not line.row.get(field.name) and line.path(field.name) not in draft.given:
            found = value_of(field.default, line.row, frame_in(view, draft, line))
            line.row[field.name] = pairs_of(field, found if isinstance(found, tuple) else () if found is None else (found,), line.row)


def _default(view: View, draft: Draft, line: Line, field: Field) -> Value:
    return value_of(field.default, line.row, frame_in(view, draft, line)) if field.default else Decimal(0)


@lru_cache(maxsize=1024)
def _unsaid(entity: Entity) -> tuple[frozenset[str], tuple[Field, ...], bool]:
    """The fields that stay blank where nothing is said of them, those that say something then, and whether anything is said at all."""
    fields = [field for field in entity.fields.values() if field.rows is None]
    telling = [field for field in fields if field.default or field.counts_as_zero]
    begins = bool(telling or entity.lifecycle or entity.collections)
    return frozenset(field.name for field in fields if field not in telling), tuple(telling), begins


def fill(view: View, draft: Draft) -> None:
    """Copy values from the record behind a link that was set or changed, unless the same input gives them (`fill`)."""
    filling = _filling(draft.entity)
    for line in draft.lines() if filling else ():
        for name, link in filling.get(line.entity, ()):
            if line.row.get(name) is not None and line.sets(name):
                _fill(draft, line, link, frame_in(view, draft, line))


@lru_cache(maxsize=1024)
def _filling(document: Entity) -> Mapping[Entity, Sequence[tuple[str, Link]]]:
    """The links of a record, and of the rows of its tables, from which values are copied."""
    found: dict[Entity, list[tuple[str, Link]]] = {}
    for owner in owners_of(document):
        for field in owner.links:
            if field.link is not None and field.link.fill:
                found.setdefault(owner, []).append((field.name, field.link))
    return found


def _fill(draft: Draft, line: Line, link: Link, frame: RecordFrame) -> None:
    for name, given in link.fill.items():
        if line.path(name) not in draft.given:
            line.row[name] = fit(line.entity.fields[name], value_of(given, line.row, frame))


def complete(view: View, draft: Draft) -> None:
    """Copied values, defaults and computed fields: everything that the input leaves to the definition."""
    fill(view, draft)
    defaults(view, draft)
    compute(view, draft)


def compute(view: View, draft: Draft) -> None:
    """Compute the stored computed fields in dependency order; a value beyond the limits is a problem at its field.

    Aggregates over other documents keep the value they have: the database calculates them when it has settled (`derive`).
    """
    climb(view, draft)
    _blank_other_kinds(draft)
    for step in _steps(view.metadata, draft.entity):
        if step.field.match is not None:
            _match(view, draft, step)
        elif step.table is not None:
            _compute_rows(view, draft, step, step.table)
        elif draft.old is None or not step.later:
            _compute(draft, step, [(None, draft.new)], _own_frame(view, draft))


@frozen
class Step:
    """One step of computing a record: a field of its own, or of the rows of a table.

    It is `later` where the database calculates it once its row lies there, and `sealable` where it may rest on sealed values of others.
    """

    table: Field | None
    field: Field
    later: bool
    sealable: bool
    fit: Callable[[Value], Value]


@lru_cache(maxsize=512)
def _steps(metadata: Metadata, entity: Entity) -> tuple[Step, ...]:
    """What is computed, in its order."""
    return tuple(_step(metadata, entity, path) for path in entity.compute)


def _step(metadata: Metadata, entity: Entity, path: str) -> Step:
    place, _, name = path.rpartition(".")
    table = entity.fields[place] if place else None
    owner = entity if table is None else table.rows
    assert owner is not None
    field, graph = owner.fields[name], metadata.derivations
    return Step(table, field, graph.rolled_up(field), (field.entity, field.name) in graph.sealed_sources, fitting(field))


def _compute_rows(view: View, draft: Draft, step: Step, table: Field) -> None:
    frame = _inner(view, draft) if draft.old is None else RecordFrame(view, owner=draft.new)
    rows = rows_of(draft.new, table)
    placed: Iterable[tuple[int | str, Row]] = enumerate(rows, 1) if draft.old is None else numbered(rows)
    _compute(draft, step, placed if not step.later else [(at, row) for at, row in placed if row.get("id") is None], frame)


def _own_frame(view: View, draft: Draft) -> RecordFrame:
    return RecordFrame(view, old=draft.old)


def _blank_other_kinds(draft: Draft) -> None:
    """What belongs to another kind of the entity is blank; a problem for what the input gave."""
    for field in draft.entity.of_kinds:
        blank = [] if field.rows is not None else fit(field, None)
        if field.subtype == draft.new.get(SUBTYPE) or draft.new.get(field.name) in (None, blank):
            continue
        if field.name in draft.given:
            draft.problem(field.name, "other_kind", Message("{field} is not for records of this kind.", {"field": field.label}))
        draft.new[field.name] = blank


def _match(view: View, draft: Draft, step: Step) -> None:
    """Find a link of the record, or of the rows of a table, by its key, and fill what it fills."""
    owner, field = draft.entity if step.table is None else step.table.table, step.field
    for line in draft.lines():
        if line.entity is owner:
            frame = frame_in(view, draft, line)
            if find_link(view, draft, line, field, frame) and field.link is not None and line.row[field.name] is not None:
                _fill(draft, line, field.link, frame)


def _compute(draft: Draft, step: Step, placed: Iterable[tuple[int | str | None, Row]], frame: RecordFrame) -> None:
    """Compute a field of the record, or of rows at their positions of a table."""
    field = step.field
    assert field.formula is not None
    name, fitted, function, closed = field.name, step.fit, field.formula.function, step.sealable or field.seal is not None
    for at, row in placed:
        if closed and _is_closed(step, row, frame):
            continue
        try:
            row[name] = fitted(function(row, frame))
        except FormulaFailure as failure:
            row[name] = None
            path = name if at is None or step.table is None else f"{step.table.name}.{at}.{name}"
            draft.problem(path, failure.code, failure.message)


def _is_closed(step: Step, row: Row, frame: RecordFrame) -> bool:
    """Whether a field of a row rests on sealed values: one that the acting person may not read follows when that is opened."""
    field = step.field
    if field.seal is not None and field.name in envelopes(row):
        return True
    if step.sealable and rests_on_sealed(frame, field, row):
        row[field.name] = None
        return True
    return False


def virtual(view: View, fields: Sequence[Field], rows: Sequence[Row]) -> None:
    """Give rows that were read the values of virtual computed fields."""
    if not fields or not rows:
        return
    frame = RecordFrame(view)
    frame.prefetch(rows, [f.formula for f in fields if f.formula])
    for row in rows:
        around = frame_of(view, row)
        for field in fields:
            assert field.formula is not None
            row[field.name] = rounded(field, field.formula(row, around))


def frame_of_new(view: View, draft: Draft, table: Field | None) -> RecordFrame:
    """The frame for the formulas of a new record, or of the rows of one of its tables."""
    return RecordFrame(view) if table is None else _inner(view, draft)


def frame_in(view: View, draft: Draft, line: Line) -> RecordFrame:
    """The frame for the formulas of one row of a draft, the same whenever it is asked for."""
    if line.frame is None:
        line.frame = _inner(view, draft) if line.inner and line.before is None else _around(view, draft, line)
    found: RecordFrame = line.frame
    return found


def _inner(view: View, draft: Draft) -> RecordFrame:
    if draft.inner is None:
        draft.inner = RecordFrame(view, owner=draft.new, saving=_saving(draft))
    found: RecordFrame = draft.inner
    return found


def _around(view: View, draft: Draft, line: Line) -> RecordFrame:
    return RecordFrame(view, owner=draft.new if line.inner else None, old=line.before, saving=_saving(draft))


def _saving(draft: Draft) -> tuple[str, int] | None:
    return None if draft.old is None else (draft.entity.name, key_of(draft.old))
