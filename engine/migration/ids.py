"""Ids for life: which thing of the new definition is which of the old one.

A thing keeps its number under its own name, or under one that it had before (`was:`); a thing that is gone is retired. Neither
a number nor the name of a table or column is ever given out twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.metadata import Identity
from engine.storage import Known, names

from .things import Thing


@dataclass(frozen=True)
class Ids:
    """What was known `before` and is known `after`; `came_from` maps the number of a renamed thing to what it was before."""

    before: Mapping[int, Known]
    after: tuple[Known, ...]

    @property
    def live(self) -> tuple[Known, ...]:
        """What the new definition names."""
        return tuple(thing for thing in self.after if thing.retired_in is None)

    @property
    def identity(self) -> Identity:
        """Numbers and physical names by key."""
        physical = {thing.key: thing.physical for thing in self.live if thing.physical}
        return Identity({thing.key: thing.number for thing in self.live}, physical)

    def new(self) -> list[Known]:
        """Things that were not there."""
        return [thing for thing in self.live if self._old(thing) is None]

    def renamed(self) -> list[tuple[Known, Known]]:
        """Things that are called otherwise: before and after."""
        pairs = ((self._old(thing), thing) for thing in self.live)
        return [(old, thing) for old, thing in pairs if old is not None and old.name != thing.name]

    def retired(self) -> list[Known]:
        """Things that are gone."""
        return [old for thing in self.after if thing.retired_in is not None and (old := self._old(thing)) is not None]

    def moved(self) -> list[tuple[Known, Known]]:
        """Fields that need another column, because their type is another: before and after."""
        pairs = ((self._old(thing), thing) for thing in self.live if thing.kind == "field")
        return [(old, thing) for old, thing in pairs if old is not None and old.physical and thing.physical != old.physical]

    def recomputed(self) -> list[Known]:
        """Stored computed fields whose formula is new or another."""
        pairs = ((self._old(thing), thing) for thing in self.live if thing.rule)
        return [thing for old, thing in pairs if old is None or old.rule != thing.rule or old.physical != thing.physical]

    def _old(self, thing: Known) -> Known | None:
        old = self.before.get(thing.number)
        return old if old is not None and old.retired_in is None else None


def assign(known: Sequence[Known], found: Iterable[Thing], renames: Mapping[str, tuple[str, ...]], revision: int) -> Ids:
    """The ids of the things of a definition that becomes `revision`, given everything ever known."""
    wanted = list(found)
    matched = _matched(known, wanted, renames)
    giver = _Giver(known, revision)
    numbers = {thing.key: matched[thing.key].number if thing.key in matched else giver.number() for thing in wanted}
    live = [giver.known(thing, numbers, matched.get(thing.key)) for thing in wanted]
    kept = {thing.number for thing in live}
    gone = [old if old.retired_in is not None else replace(old, retired_in=revision) for old in known if old.number not in kept]
    return Ids({old.number: old for old in known}, tuple(sorted([*live, *gone], key=lambda thing: thing.number)))


def _matched(known: Sequence[Known], wanted: Sequence[Thing], renames: Mapping[str, tuple[str, ...]]) -> dict[str, Known]:
    """Key of a thing to what it was: itself, else an earlier name, live ones before retired ones."""
    live = {thing.key: thing for thing in known if thing.retired_in is None}
    retired = {thing.key: thing for thing in known if thing.retired_in is not None}
    found: dict[str, Known] = {}
    for thing in wanted:
        if thing.key not in live:
            former = [names[key] for names in (live, retired) for key in renames.get(thing.key, ()) if key in names]
            if former:
                found[thing.key] = former[0]
    taken = {old.number for old in found.values()}
    return {thing.key: live[thing.key] for thing in wanted if thing.key in live and live[thing.key].number not in taken} | found


_TAKEN = ("loom_", "sqlite_", "pg_")


class _Giver:
    """Gives out numbers and physical names that nothing ever had."""

    def __init__(self, known: Sequence[Known], revision: int) -> None:
        self._revision = revision
        self._last = max((thing.number for thing in known), default=0)
        self._tables: set[str] = set()
        self._columns: dict[int | None, set[str]] = {}
        for thing in known:
            if thing.physical and thing.kind == "entity":
                self._tables |= _family(thing.physical)
            elif thing.physical:
                self._columns.setdefault(thing.owner, set()).add(thing.physical)

    def number(self) -> int:
        self._last += 1
        return self._last

    def known(self, thing: Thing, numbers: Mapping[str, int], old: Known | None) -> Known:
        number = numbers[thing.key]
        owner = numbers[thing.owner] if thing.owner else None
        shape = f"link({numbers[thing.target]})" if thing.target else thing.shape
        physical = self._physical(thing, owner, shape, old)
        if not shape and old is not None and thing.kind == "field":
            shape = old.shape
        return Known(number, thing.kind, thing.name, owner, physical, shape, thing.rule, old.born_in if old else self._revision)

    def _physical(self, thing: Thing, owner: int | None, shape: str, old: Known | None) -> str | None:
        """A table or column keeps its name for life; a field whose values have another type gets another column."""
        if thing.kind == "entity":
            return old.physical if old else self._table(thing.name.replace(".", "__"))
        if thing.kind != "field":
            return None
        if old is not None and old.physical and shape in ("", old.shape):
            return old.physical
        return self._column(owner, thing.name.rpartition(".")[2]) if shape else None

    def _table(self, name: str) -> str:
        found = next(
            tried for tried in _tries(name) if not _family(tried) & self._tables and not tried.startswith(("loom_", "sqlite_", "pg_"))
        )
        self._tables |= _family(found)
        return found

    def _column(self, owner: int | None, name: str) -> str:
        columns = self._columns.setdefault(owner, set())
        found = next(tried for tried in _tries(name) if tried not in columns)
        columns.add(found)
        return found


def _tries(name: str) -> Iterable[str]:
    yield names.fitting(name)
    yield from (names.fitting(f"{name}_{count}") for count in range(2, 10_000))


def _family(table: str) -> set[str]:
    return {table, names.history_name(table), names.view_name(table)}
