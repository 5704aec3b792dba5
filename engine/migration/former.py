"""Names that things had in earlier definitions: who takes the files back to what they were has everything under its former name again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.loading import Origins
from engine.storage import Connection, Known, numbers_once

from .things import Thing


def with_former(connection: Connection, known: Sequence[Known], wanted: Sequence[Thing], came: Origins) -> Origins:
    """Where things come from, also those that a definition calls as they were called once, and not as they are called now.

    A name stands for what had it last. Where that is there under another name, or another thing says that it was called so, it is new.
    """
    ever, said = {thing.key for thing in known}, {former for called in came.renames.values() for former in called}
    here = {thing.key for thing in wanted}
    gone = {thing.number: thing for thing in known if thing.key not in here | said}
    fresh = [thing for thing in wanted if thing.key not in ever and thing.key not in came.renames]
    if not (gone and fresh):
        return came
    once = numbers_once(connection, {thing.key for thing in fresh})
    last = {thing.key: thing.number for thing in known}
    renames = dict(came.renames)
    for thing in sorted(fresh, key=lambda thing: (thing.kind != "entity", bool(thing.owner))):  # what it belongs to is found first
        old = gone.get(once.get(thing.key, 0))
        if old is not None and last[old.key] == old.number and _owner(thing, last, renames) == old.owner:
            renames[thing.key] = (old.key,)
    return replace(came, renames=renames)


def _owner(thing: Thing, last: Mapping[str, int], renames: Mapping[str, tuple[str, ...]]) -> int | None:
    """The number of what a thing belongs to; None where that is new, or there is nothing."""
    key = thing.owner or ""
    return next((last[name] for name in (key, *renames.get(key, ())) if name in last), None)
