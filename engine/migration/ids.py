"""Ids for life: which thing of the new definition is which of the old one.

A thing keeps its number under its own name, or under one that it had before (`was:`); a thing that is gone is retired. Neither
a number nor the name of a table or column is ever given out twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from types import MappingProxyType

from engine.frozen import frozen
from engine.loading import Origins
from engine.metadata import Identity
from engine.storage import Known, Survey, names

from .codes import CODED, COLUMN, HOLDERS, STATE, code_of, lists_of, recoded_lists
from .things import Thing

NOTHING: Mapping[str, str] = MappingProxyType({})


@frozen(slots=False)
class Ids:
    """What was known `before` and is known `after`; `successors` are the keys that say of themselves that they were called so.

    `lists` are the lists of choices and the lifecycles by what they were called.
    """

    before: Mapping[int, Known]
    after: tuple[Known, ...]
    successors: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def live(self) -> tuple[Known, ...]:
        """What the new definition names."""
        return tuple(thing for thing in self.after if thing.retired_in is None)

    @cached_property
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

    def restored(self) -> list[Known]:
        """Things that were gone and are there again, with what they held."""
        return [thing for thing in self.live if (old := self.before.get(thing.number)) is not None and old.retired_in is not None]

    def merged(self) -> list[tuple[Known, Known]]:
        """Codes that are gone and the ones that say that they were called so: theirs are the records now.

        Those that went earlier stand only in what comes back.
        """
        gone = [old for thing in self.after if thing.retired_in is not None and (old := self.before.get(thing.number))]
        coded = [old for old in (gone if self.restored() else self.retired()) if old.kind in CODED and old.key not in self.by_key]
        return [(old, self.by_key[into]) for old in coded if (into := self.successors.get(old.key, "")) in self.by_key]

    @cached_property
    def by_key(self) -> Mapping[str, Known]:
        """What the new definition names, by its key."""
        return {thing.key: thing for thing in self.live}

    def recoded(self) -> list[tuple[Known, Known]]:
        """Codes that records hold and that are called otherwise now, or have become another: before and after."""
        again = [(self.before[thing.number], thing) for thing in self.restored()]
        pairs = (*self.renamed(), *again, *self.merged())
        return [(old, new) for old, new in pairs if new.kind in CODED and code_of(old) != code_of(new)]

    def resting(self, codes: str) -> list[tuple[Known, str]]:
        """Columns that nobody sees and that hold codes of this list, each with its table."""
        tables = {thing.number: thing.physical for thing in self.after if thing.kind == "entity"}
        gone = (thing for thing in self.after if thing.retired_in is not None and thing.codes == codes and thing.physical)
        return [(thing, table) for thing in gone if (table := tables.get(thing.owner or 0))]

    def retired(self) -> list[Known]:
        """Things that are gone."""
        return [old for thing in self.after if thing.retired_in is not None and (old := self._old(thing)) is not None]

    def moved(self) -> list[tuple[Known, Known]]:
        """Fields and states that need another column: the type is another, or was when they went, or many codes are. Before and after."""
        pairs = ((self.before.get(thing.number), thing) for thing in self.live if thing.kind in HOLDERS)
        return [(old, thing) for old, thing in pairs if old is not None and old.physical and thing.physical != old.physical]

    def parked(self) -> list[tuple[Known, Known]]:
        """Links that are gone and whose values move: before and after."""
        pairs = ((self._old(thing), thing) for thing in self.after if thing.retired_in is not None)
        return [(old, thing) for old, thing in pairs if old is not None and old.physical != thing.physical]

    def recomputed(self) -> list[Known]:
        """Stored computed fields whose formula is new or another."""
        pairs = ((self._old(thing), thing) for thing in self.live if thing.rule)
        return [thing for old, thing in pairs if old is None or old.rule != thing.rule or old.physical != thing.physical]

    def _old(self, thing: Known) -> Known | None:
        old = self.before.get(thing.number)
        return old if old is not None and old.retired_in is None else None


def assign(known: Sequence[Known], found: Iterable[Thing], origins: Origins, giver: Giver, traded: Mapping[str, str] = NOTHING) -> Ids:
    """The ids of the things of a definition, given everything ever known; `giver` has what is new, `traded` change their names."""
    wanted, renames = list(found), origins.renames
    matched = _matched(known, wanted, origins)
    matched |= {key: old for key, former in traded.items() for old in known if old.key == former and old.retired_in is None}
    numbers = {thing.key: matched[thing.key].number if thing.key in matched else giver.number() for thing in wanted}
    successors = {former: thing.key for thing in wanted for former in renames.get(thing.key, ())}
    anew = recoded_lists(known, matched, successors)
    named = [giver.known(thing, numbers, matched.get(thing.key), anew) for thing in wanted]
    live = [replace(thing, package=origins.packages.get(thing.key, "")) for thing in named]
    kept = {thing.number for thing in live}
    left = (old if old.retired_in is not None else giver.retired(old) for old in known if old.number not in kept)
    lists = lists_of(matched)
    gone = [replace(old, codes=lists.get(old.codes, old.codes)) for old in left]
    return Ids({old.number: old for old in known}, tuple(sorted([*live, *gone], key=lambda thing: thing.number)), successors, lists)


def traded(known: Iterable[Known], renames: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Keys that are there and take each other's names, each with the one whose name it takes: a was b and b was a."""
    live = {thing.key for thing in known if thing.retired_in is None}
    takes = {key: former for key, called in renames.items() if key in live for former in called if former in live}
    found: dict[str, str] = {}
    for key, former in takes.items():
        circle, at = [key], former
        while at in takes and at not in circle:
            circle.append(at)
            at = takes[at]
        if at == key:
            found[key] = former
    return found


def _matched(known: Sequence[Known], wanted: Sequence[Thing], origins: Origins) -> dict[str, Known]:
    """Key of a thing to what it was: itself, else an earlier name, live ones before retired ones; else itself when it was there once.

    What one package has removed is not what another one, or the application, brings under the same name.
    """
    renames = origins.renames
    live = {thing.key: thing for thing in known if thing.retired_in is None}
    retired = {thing.key: thing for thing in known if thing.retired_in is not None}
    found = _renamed([thing.key for thing in wanted if thing.key not in live], renames, (live, retired))
    taken = {old.number for old in found.values()}
    pushed = [thing.key for thing in wanted if thing.key in live and live[thing.key].number in taken]
    found |= _renamed(pushed, renames, (live, retired), taken)
    taken = {old.number for old in found.values()}
    same = {thing.key: live[thing.key] for thing in wanted if thing.key in live and live[thing.key].number not in taken} | found
    taken = {old.number for old in same.values()}
    once = {(thing.key, thing.package): thing for thing in known if thing.retired_in is not None}
    lacking = [(thing.key, origins.packages.get(thing.key, "")) for thing in wanted if thing.key not in same]
    return same | {key: once[key, package] for key, package in lacking if (key, package) in once and once[key, package].number not in taken}


def _renamed(
    keys: Iterable[str], renames: Mapping[str, tuple[str, ...]], among: Sequence[Mapping[str, Known]], taken: Collection[int] = ()
) -> dict[str, Known]:
    """Keys to the things that were called otherwise; each thing is only one of them."""
    found: dict[str, Known] = {}
    for key in keys:
        claimed = {*taken, *(old.number for old in found.values())}
        called = [each[former] for each in among for former in renames.get(key, ()) if former in each]
        former = [old for old in called if old.number not in claimed]
        if former:
            found[key] = former[0]
    return found


MANY = 20_000
"""From how many codes on they are carried to another column, a few rows at a time, instead of rewritten where they are."""
_TAKEN = ("loom_", "sqlite_", "pg_")
PARKED = "key"
"""The shape of the column of a link that is gone."""
Promise = tuple[str, str, str]
"""A shape, the name of a column, and its table."""


class Giver:
    """Gives out numbers and physical names that nothing ever had, for what becomes `revision`.

    `survey` tells which columns the database has; `promised` are the shapes and names that an apply which was cut short has made.
    """

    def __init__(self, known: Sequence[Known], revision: int, survey: Survey, promised: Mapping[str, Promise]) -> None:
        self.revision = revision
        self._survey = survey
        self._tables_of = {thing.number: thing.physical for thing in known if thing.kind == "entity"}
        self._promised = promised
        self._last = max((thing.number for thing in known), default=0)
        self._tables: set[str] = set()
        self._columns: dict[int | None, set[str]] = {}
        for thing in known:
            if thing.physical and thing.kind == "entity":
                self._tables |= _family(thing.physical)
                self._columns.setdefault(thing.number, set()).update(survey.columns(thing.physical))
            elif thing.physical:
                self._columns.setdefault(thing.owner, set()).add(thing.physical)

    def number(self) -> int:
        self._last += 1
        return self._last

    def known(self, thing: Thing, numbers: Mapping[str, int], old: Known | None, recoded: Collection[str] = ()) -> Known:
        """What becomes of a thing that was `old`; codes of the lists `recoded` are called otherwise."""
        number = numbers[thing.key]
        owner = numbers[thing.owner] if thing.owner else None
        shape = f"link({numbers[thing.target]})" if thing.target else thing.shape
        stays = old is not None and shape in ("", old.shape) and not (old.codes in recoded and self._is_large(thing, old))
        physical = old.physical if old is not None and old.physical and stays else self._physical(thing, owner, shape, old)
        if not shape and old is not None and thing.kind == "field":
            shape = old.shape
        return Known(
            number, thing.kind, thing.name, owner, physical, shape, thing.rule, old.born_in if old else self.revision, codes=thing.codes
        )

    def retired(self, old: Known) -> Known:
        """What is gone. The values of a link move to a column that refers to nothing: what they lead to may be deleted now."""
        gone = replace(old, retired_in=self.revision)
        table = self._tables_of.get(old.owner or 0)
        if not old.shape.startswith("link") or not old.physical or not table or not self._survey.values(table, old.physical):
            return gone
        promised = self._promised.get(old.key)
        return replace(gone, shape=PARKED, physical=promised[1] if promised else self._column(old.owner, old.name.rpartition(".")[2]))

    def _physical(self, thing: Thing, owner: int | None, shape: str, old: Known | None) -> str | None:
        """A table or column keeps its name for life; a field whose values have another type gets another column.

        So does one with many codes to rewrite: they are carried there while people work.
        """
        if thing.kind == "entity":
            return old.physical if old and old.physical else self._table(thing.name.replace(".", "__"))
        if thing.kind not in HOLDERS:
            return None
        if thing.kind == COLUMN and old is None:
            return STATE
        promised = self._promised.get(thing.key)
        if promised and promised[0] == shape:
            return promised[1]
        return self._column(owner, thing.name.rpartition(".")[2]) if shape else None

    def _is_large(self, thing: Thing, old: Known) -> bool:
        """Whether a column has too many codes, none of them computed, to be rewritten while nobody else writes."""
        if thing.kind not in HOLDERS or thing.rule or not old.physical:
            return False
        return thing.key in self._promised or self._survey.values(self._tables_of.get(old.owner or 0) or "", old.physical) >= MANY

    def _table(self, name: str) -> str:
        found = next(tried for tried in _tries(name) if not _family(tried) & self._tables and not tried.startswith(_TAKEN))
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
