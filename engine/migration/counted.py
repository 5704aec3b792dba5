"""Timers of states that are new, or due at another time: they reach the records that are in these states already."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from engine.errors import Message
from engine.frozen import frozen
from engine.jobs import Work
from engine.metadata import Metadata, by_wish
from engine.storage import Known
from engine.workflow import arming_work

from .change import Change, Step, named
from .codes import code_of


@frozen
class Counted:
    """A state whose records get timers that they did not have, by what these are known by; `place` are the ids of entity and state."""

    thing: Known
    place: tuple[int, int]
    wishes: tuple[str, ...]
    rows: int


def counted(change: Change) -> Iterator[Step]:
    """What is counted from now on, each state once."""
    for one in _counted(change):
        words = (
            "{thing}: its {rows:record gets|records get} new timers ({timers}), counted from when {rows:|it|they} came "
            "into it; what is overdue happens now."
        )
        params = {"thing": named(one.thing), "rows": one.rows, "timers": ", ".join(" ".join(wish.split()[:-1]) for wish in one.wishes)}
        yield Step("timers", one.thing.key, Message(words, params), one.rows, lock="later")


def counting_work(change: Change, number: int, now: datetime) -> Iterator[Work]:
    """The jobs that ask for these timers, because of the revision of that number."""
    for one in _counted(change):
        yield arming_work(one.place, one.wishes, number, now)


def _counted(change: Change) -> Iterator[Counted]:
    had = _states(change.before) if change.before is not None else {}
    for entity in change.metadata.entities.values() if change.before is not None else ():
        column = change.state_column(entity.name) if entity.lifecycle is not None else ""
        for state in entity.lifecycle.states.values() if entity.lifecycle is not None else ():
            if not state.timers:
                continue
            thing = change.ids.by_key[f"state:{entity.lifecycle.name}.{state.name}"]  # type: ignore[union-attr]
            formers = _formers(change, thing)
            wishes = [wish for wish in by_wish(state.timers) if any(wish not in had.get(former.name, ()) for former in formers)]
            table = change.tables.physical(entity.name)
            rows = sum(change.survey.with_code(table, column, code_of(former)) for former in formers) if wishes else 0
            if rows:
                place = change.ids.by_key[f"entity:{entity.name}"].number, thing.number
                yield Counted(thing, place, tuple(wishes), rows)


def _formers(change: Change, thing: Known) -> list[Known]:
    """What a state was, and the states that become it."""
    old = change.ids.before.get(thing.number)
    return [*([old] if old is not None else []), *(before for before, after in change.ids.merged() if after.number == thing.number)]


def _states(metadata: Metadata) -> Mapping[str, Collection[str]]:
    """The states of all lifecycles, each with what its timers are known by."""
    lifecycles = [entity.lifecycle for entity in metadata.entities.values() if entity.lifecycle is not None]
    return {f"{each.name}.{state.name}": by_wish(state.timers).keys() for each in lifecycles for state in each.states.values()}
