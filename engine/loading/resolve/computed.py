"""Computed fields and links found by key: compiled in the order in which they need each other, never in a circle.

A computed field is stored and kept right by the engine, across documents too. What depends on the time or on the reader is
computed on read; `keep: stored` for such a field is refused, because nothing would keep it right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from engine.errors import Sentence
from engine.formula import Context, Convert, Formula, FormulaErrors, Kind, Names, Root, compile, names_in
from engine.frozen import frozen
from engine.metadata import Match, ValueBase

from .bench import Bench, source_text
from .kinds_of import computed_for
from .matched import Key, filled_by, match_of, read_by
from .seals import Seals
from .shells import FieldShell, Shell


@frozen
class Kept:
    """A computed field: how it is kept, and its formula (None when it is wrong)."""

    keep: Literal["stored", "virtual", "deferred"]
    formula: Formula | None


class Computed:
    """All computed fields of a load; compiling one compiles the virtual ones it reads.

    `matches` are the links found by key; what such a link fills is computed with it.
    """

    def __init__(self, bench: Bench, shells: Mapping[str, Shell]) -> None:
        self._bench = bench
        self._shells = shells
        self.matches: dict[Key, Match] = {}
        self._filled: dict[Key, Key] = {}
        self.fields = {
            (shell.name, each.name): each
            for shell in shells.values()
            for each in shell.fields.values()
            if isinstance(each.declared, ValueBase) and each.declared.formula is not None
        }
        self.seals = Seals(bench, shells, lambda key: self.kept(key).formula if key in self.fields else None)
        self._kept: dict[Key, Kept] = {}
        self._running: list[Key] = []
        self._circles: dict[Key, tuple[Key, ...]] = {}

    def virtual(self, entity: str, name: str) -> Formula | None:
        """The formula to put in the place of a field; None when the field is stored, wrong, or in the middle of being compiled."""
        key = (entity, name)
        if key in self._running:
            self._circles[key] = (*self._running[self._running.index(key) :], key)
            return None
        kept = self.kept(key)
        return kept.formula if kept.keep == "virtual" else None

    def kept(self, key: Key) -> Kept:
        """A computed field, compiled at first use."""
        if key not in self._kept:
            self._running.append(key)
            self._kept[key] = self._of_its_kind(self.fields[key], self._compile(self.fields[key]))
            self._running.pop()
        return self._kept[key]

    def _of_its_kind(self, each: FieldShell, kept: Kept) -> Kept:
        if each.subtype is None or kept.formula is None:
            return kept
        return replace(kept, formula=computed_for(self._bench, each.entity, each.subtype, kept.formula))

    def _compile(self, each: FieldShell) -> Kept:
        declared, place = each.declared, each.place.at("formula")
        assert isinstance(declared, ValueBase)
        assert declared.formula is not None
        if declared.keep is None and (formula := self._storable(each)):
            self._bench.advise(formula, place)
            return Kept("virtual" if asks_rates(formula) else "stored", formula)
        context = Context.STORED if declared.keep in ("stored", "deferred") else Context.VIRTUAL
        compiled = self._bench.formula(declared.formula, place, Names(this=each.entity), (context, each.type))
        if compiled and declared.keep in ("stored", "deferred") and asks_rates(compiled):
            message = "A stored amount does not follow the rates of its day when they are corrected."
            hint = "leave `keep` out, or copy the rate by `fill` and convert with it"
            self._bench.findings.add("FX702", message, each.place.at("keep"), hint=hint)
        return Kept(declared.keep or "virtual", compiled)

    def _storable(self, each: FieldShell) -> Formula | None:
        """The formula if it may be stored: it asks neither the time nor who reads it."""
        assert isinstance(each.declared, ValueBase)
        assert each.declared.formula is not None
        text = source_text(each.declared.formula)
        try:
            return compile(text, Names(this=each.entity), self._bench.catalog, Context.STORED, each.type)
        except FormulaErrors:
            return None

    def compile_all(self) -> None:
        """Compile every computed field, and report the circles (FX801)."""
        for key in self._likely_order():
            self.kept(key)
        self._match_all()
        reported: set[Key] = set()
        for key in (*self._circles, *self.fields, *self.matches):
            circle = key in self._reached(key) and (self._circles.get(key) or self._circle(key))
            if circle and not reported & set(circle):
                reported |= set(circle)
                self._report(circle[:-1])

    def _match_all(self) -> None:
        for shell in self._shells.values():
            for name, each in shell.fields.items():
                if match := match_of(self._bench, each):
                    self.matches[shell.name, name] = match
                    self._filled.update(dict.fromkeys(filled_by(shell, name), (shell.name, name)))

    def _report(self, circle: tuple[Key, ...]) -> None:
        """FX801 at the first field of a circle in the order of the file, and the way round from there."""
        nodes = [*self.fields, *self.matches]
        first = min(range(len(circle)), key=lambda index: nodes.index(circle[index]))
        way = (*circle[first:], *circle[: first + 1])
        words = " -> ".join(".".join(key) for key in way)
        entity, name = way[0]
        place = self._shells[entity].fields[name].place.at("formula" if way[0] in self.fields else "match")
        self._bench.findings.add("FX801", Sentence("These fields compute each other: {words}.", words=words), place)

    def _likely_order(self) -> list[Key]:
        """The fields, each after those whose names it mentions, so that compiling one rarely waits for another."""
        named: dict[str, list[Key]] = {}
        for key in self.fields:
            named.setdefault(key[1], []).append(key)
        done: dict[Key, None] = {}
        waiting = [(key, False) for key in reversed(self.fields)]
        opened: set[Key] = set()
        while waiting:
            key, ready = waiting.pop()
            if ready:
                done[key] = None
            elif key not in opened:
                opened.add(key)
                waiting.append((key, True))
                for part in self._mentioned(key) & named.keys():
                    named[part] = [other for other in named[part] if other not in opened]
                    waiting.extend((other, False) for other in named[part])
        return list(done)

    def _mentioned(self, key: Key) -> set[str]:
        declared = self.fields[key].declared
        assert isinstance(declared, ValueBase)
        assert declared.formula is not None
        try:
            return {part for path in names_in(source_text(declared.formula)) for part in path}
        except FormulaErrors:
            return set()

    def reads(self, key: Key) -> Iterator[Key]:
        """The computed fields and links found by key that such a field reads, or that fill what it reads."""
        for read in self._read(key):
            if read in self.fields or read in self.matches:
                yield read
            elif read in self._filled:
                yield self._filled[read]

    def _read(self, key: Key) -> Iterator[Key]:
        if key in self.matches:
            yield from read_by(self.matches[key])
            return
        formula = self._kept[key].formula if key in self._kept else None
        for reference in formula.references if formula else ():
            if reference.root in (Root.ROW, Root.PARENT):
                yield reference.entity, reference.field

    def _reached(self, key: Key) -> set[Key]:
        found: set[Key] = set()
        waiting = list(self.reads(key))
        while waiting:
            here = waiting.pop()
            if here not in found:
                found.add(here)
                waiting.extend(self.reads(here))
        return found

    def _circle(self, key: Key) -> tuple[Key, ...] | None:
        """The way from a field back to itself, if there is one."""
        ways: list[tuple[Key, ...]] = [(key,)]
        seen: set[Key] = set()
        while ways:
            way = ways.pop(0)
            for here in sorted(self.reads(way[-1])):
                if here == key:
                    return (*way, key)
                if here not in seen:
                    seen.add(here)
                    ways.append((*way, here))
        return None

    def order(self, shell: Shell) -> tuple[str, ...]:
        """The stored computed fields and links found by key of a document and its cells (`lines.amount`), each after what it reads."""
        nodes = self.fields.keys() | self.matches.keys()
        keys = [(s.name, name) for s in shell.walk() for name in s.fields if (s.name, name) in nodes]
        done: dict[Key, None] = {}
        for key in keys:
            self._visit(key, frozenset(keys), done, set())
        cut = len(shell.name) + 1
        return tuple(f"{e[cut:]}.{n}" if e != shell.name else n for e, n in done if self._is_stored((e, n)))

    def _is_stored(self, key: Key) -> bool:
        return key in self.matches or self._kept[key].keep != "virtual"

    def _visit(self, key: Key, inside: frozenset[Key], done: dict[Key, None], path: set[Key]) -> None:
        if key in done or key in path:
            return
        for read in sorted(self.reads(key)):
            if read in inside:
                self._visit(read, inside, done, path | {key})
        done[key] = None


def asks_rates(formula: Formula) -> bool:
    """Whether a formula converts by the rates of a day: these may be corrected, so its value is computed when it is read."""
    return any(isinstance(node, Convert) and node.on.type.kind is Kind.DATE for node in formula.tree.walk())
