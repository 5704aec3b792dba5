"""What changes from one definition to the next, step by step, each with the number of rows it touches.

A step that would lose or falsify data is `blocked`: nothing is applied until the definition or the data is changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message
from engine.storage import Known

from .carried import moved
from .change import Change, Lock, Step, named
from .circles import circles
from .codes import CODED, code_of
from .counted import counted
from .homeless import homeless
from .indexes import indexes
from .kinds import of_one_kind
from .numbered import numbered
from .periods import overlapping
from .replaced import replaced
from .required import required
from .retired import retired
from .sealing import newly_sealed, still_sealed
from .spelled import spoken
from .tightened import tightened


def steps(change: Change, most: int | None = None) -> Iterator[Step]:
    """Everything that changes, in the order in which it is done.

    With `most` only what may be in the way by now: values are read again where a table has no more rows than that.
    """
    hindering = (retired, newly_sealed, still_sealed, replaced, homeless, of_one_kind, overlapping, circles)
    whole = (_new, _restored, _renamed, _merged, *hindering, moved, required, _compared, spoken, indexes, _recomputed, counted, numbered)
    for find in whole if most is None else (*hindering, required):
        yield from find(change)
    yield from tightened(change, most)


def _new(change: Change) -> Iterator[Step]:
    """Where nothing was before, codes go without saying: the engine alone brings dozens of currencies."""
    fresh = {thing.number for thing in change.ids.new()}
    back = {thing.number for thing in change.ids.restored()}
    for thing in change.ids.new():
        said = thing.number not in change.untold and (change.ids.before or thing.kind not in CODED)
        if said and thing.owner not in fresh and thing.number not in back:
            yield Step("new", thing.key, Message("New: {thing}.", {"thing": named(thing)}))


def _restored(change: Change) -> Iterator[Step]:
    back = {thing.number for thing in change.ids.restored()}
    for thing in change.ids.restored():
        if thing.owner in back or thing.number in change.untold:
            continue
        if thing.kind not in ("entity", "field"):
            yield Step("restored", thing.key, Message("There again: {thing}.", {"thing": named(thing)}), lock="none")
            continue
        was = change.ids.before[thing.number]
        rows = change.survey.rows(thing.physical or "")
        if thing.kind == "field":
            rows = change.survey.values(change.table_of(thing), was.physical or "")
        words = "There again: {thing}, with what {rows:record|records} held."
        yield Step("restored", thing.key, Message(words, {"thing": named(thing), "rows": rows}), rows)


def _renamed(change: Change) -> Iterator[Step]:
    called = {old.name: new.name for old, new in change.ids.renamed()}
    for old, new in change.ids.renamed():
        owner, _, code = old.name.rpartition(".")
        if f"{called.get(owner, owner)}.{code}" == new.name or new.number in change.untold:
            continue  # only what it belongs to has another name
        coded = new.kind in CODED and code_of(old) != code_of(new)
        rows = _held(change, old, new) if coded else change.survey.instances(old.name) if new.kind == "workflow" else 0
        words = Message("{old} is now called {new}.", {"old": named(old), "new": new.name})
        yield Step("code" if coded else "renamed", new.key, words, rows, lock=_waiting(change, new, rows))


def _merged(change: Change) -> Iterator[Step]:
    for old, new in change.ids.merged():
        rows = _held(change, old, new)
        if not rows and old.retired_in is not None:
            continue  # it went long ago, and what comes back does not have it
        words = Message("{old} is gone; its {rows:record has|records have} {new} now.", {"old": named(old), "new": new.name, "rows": rows})
        yield Step("code", old.key, words, rows, lock=_waiting(change, new, rows))


def _held(change: Change, old: Known, new: Known) -> int:
    return sum(change.survey.with_code(table, column, code_of(old), several=several) for table, column, several in change.holders(new))


def _waiting(change: Change, new: Known, rows: int) -> Lock:
    """Who saves waits for the rows that are rewritten where they are."""
    return "rows" if rows and any((table, column) not in change.moving for table, column, _ in change.holders(new)) else "moment"


def _compared(change: Change) -> Iterator[Step]:
    """Fields whose texts are equal, unique and sorted otherwise than before."""
    for thing in change.ids.live:
        old, new = (change.old_field(thing), change.field(thing)) if thing.kind == "field" and thing.physical else (None, None)
        if old is None or new is None or old.type.ignore_case == new.type.ignore_case:
            continue
        rows = change.survey.values(change.table_of(thing), thing.physical or "")
        words = "{thing}: the case of letters does not count any more." if new.type.ignore_case else "{thing}: the case of letters counts."
        yield Step("compare", thing.key, Message(words, {"thing": named(thing)}), rows, lock="none")


def _recomputed(change: Change) -> Iterator[Step]:
    for entity, fields in to_recompute(change).items():
        rows = change.rows_of(entity)
        words = "{rows:record|records} of {entity} {rows:|is|are} computed anew in the background: {fields}."
        names = (name.removeprefix(f"{entity}.") for name in fields)
        params = {"fields": ", ".join(names), "rows": rows, "entity": entity}
        yield Step("recompute", f"entity:{entity}", Message(words, params), rows, lock="later")


def to_recompute(change: Change) -> dict[str, list[str]]:
    """Documents with records whose stored computed fields (cells: `order.lines.amount`) have a formula that is new or another."""
    found: dict[str, list[str]] = {}
    for thing in change.ids.recomputed():
        field = change.field(thing)
        entity = change.metadata.entities[field.entity]
        document = entity.document or entity.name
        if change.rows_of(document):
            found.setdefault(document, []).append(thing.name)
    return found
