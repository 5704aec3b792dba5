"""What changes from one definition to the next, step by step, each with the number of rows it touches.

A step that would lose or falsify data is `blocked`: nothing is applied until the definition or the data is changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message
from engine.metadata import Field
from engine.storage import Known

from .change import Change, Step, code_of, named
from .indexes import indexes
from .retired import retired


def steps(change: Change) -> Iterator[Step]:
    """Everything that changes, in the order in which it is done."""
    for find in (_new, _renamed, retired, _moved, _required, indexes, _filled, _recomputed):
        yield from find(change)


def _new(change: Change) -> Iterator[Step]:
    fresh = {thing.number for thing in change.ids.new()}
    for thing in change.ids.new():
        if thing.owner not in fresh:
            yield Step("new", thing.key, Message("New: {thing}.", {"thing": named(thing)}))


def _renamed(change: Change) -> Iterator[Step]:
    moved = {old.name: new.name for old, new in change.ids.renamed()}
    for old, new in change.ids.renamed():
        owner, _, code = old.name.rpartition(".")
        if f"{moved.get(owner, owner)}.{code}" == new.name:
            continue  # only what it belongs to has another name
        coded = new.kind in ("choice", "state", "role") and code_of(old) != code_of(new)
        rows = sum(change.survey.with_code(t, c, code_of(old), several=s) for t, c, s in change.holders(new)) if coded else 0
        words = Message("{old} is now called {new}.", {"old": named(old), "new": new.name})
        yield Step("code" if coded else "renamed", new.key, words, rows)


def _moved(change: Change) -> Iterator[Step]:
    for old, new in change.ids.moved():
        owner = change.ids.before[old.owner or 0]
        rows = 0 if change.field(new).computed else change.survey.values(owner.physical or "", old.physical or "")
        params = {"thing": named(new), "old": old.shape, "new": new.shape, "rows": rows}
        if rows:
            words = "The type of {thing} changes from {old} to {new}, but {rows} records have a value there. Use a new field instead."
            yield Step("column", new.key, Message(words, params), rows, blocked=True)
        else:
            yield Step("column", new.key, Message("The type of {thing} changes from {old} to {new}.", params))


def _required(change: Change) -> Iterator[Step]:
    for thing, field, rows in _new_columns(change):
        if field.required is True and not field.computed and (field.default is None or field.default.formula is not None):
            words = "{thing} is required, but {rows} records that are there already have no value. Give it a default that is no formula."
            yield Step("new", thing.key, Message(words, {"thing": named(thing), "rows": rows}), rows, blocked=True)


def _filled(change: Change) -> Iterator[Step]:
    for thing, field in to_fill(change):
        rows = change.rows_of(field.entity)
        words = "{thing} of {rows} records gets its default."
        yield Step("fill", thing.key, Message(words, {"thing": named(thing), "rows": rows}), rows)


def to_fill(change: Change) -> Iterator[tuple[Known, Field]]:
    """Required new fields with a default, where there are records already."""
    for thing, field, _ in _new_columns(change):
        if field.required is True and field.default is not None and field.default.formula is None:
            yield thing, field


def _recomputed(change: Change) -> Iterator[Step]:
    for entity, fields in to_recompute(change).items():
        rows = change.rows_of(entity)
        words = "{rows} records of {entity} are computed anew in the background: {fields}."
        yield Step("recompute", f"entity:{entity}", Message(words, {"fields": ", ".join(fields), "rows": rows, "entity": entity}), rows)


def to_recompute(change: Change) -> dict[str, list[str]]:
    """Documents with records whose stored computed fields (cells: `lines.amount`) have a formula that is new or another."""
    found: dict[str, list[str]] = {}
    for thing in change.ids.recomputed():
        field = change.field(thing)
        entity = change.metadata.entities[field.entity]
        document = entity.document or entity.name
        if change.rows_of(document):
            found.setdefault(document, []).append(thing.name.removeprefix(f"{document}."))
    return found


def _new_columns(change: Change) -> Iterator[tuple[Known, Field, int]]:
    """Fields that get a column in a table that has rows."""
    lacking = {(found.table, found.name) for found in change.lacking if found.kind == "column"}
    for thing in change.ids.live:
        if thing.kind == "field" and thing.physical and change.field(thing).stored:
            field = change.field(thing)
            table = change.tables.physical(field.entity)
            if (table, thing.physical) in lacking and (rows := change.survey.rows(table)):
                yield thing, field, rows
