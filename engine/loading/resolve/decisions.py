"""Decisions: each row compiled, and all of them put together as what DECIDE is replaced by where it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.errors import Sentence
from engine.formula import NULL, Case, Constant, Context, Formula, Names, Node, Type
from engine.formula import Decision as Known
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import Decision, DecisionRow, Given
from engine.metadata import declared as d

from .bench import Bench
from .people import people
from .shells import shape_of


class Tables(Mapping[str, Known]):
    """The decisions that formulas may name, each compiled when it is first asked for."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._running: list[str] = []
        self._made: dict[str, Known] = {}
        self.compiled: dict[str, Decision] = {}

    def __getitem__(self, name: str) -> Known:
        source = self._bench.declarations.decisions[name]
        if name in self._made:
            return self._made[name]
        if name in self._running:
            way = " -> ".join((*self._running[self._running.index(name) :], name))
            self._bench.findings.add("FX801", Sentence("These decisions ask each other: {way}.", way=way), source.place.at("rows"))
            return Known(source.declared.for_, NULL if source.declared.gives == "who" else _shape(self._bench, source))
        self._running.append(name)
        made = self._made[name] = self._compile(name, source)
        self._running.pop()
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._bench.declarations.decisions)

    def __len__(self) -> int:
        return len(self._bench.declarations.decisions)

    def _compile(self, name: str, source: Sourced[d.Decision]) -> Known:
        bench, declared = self._bench, source.declared
        label = bench.label(declared.label, source.place.at("label"), name)
        if declared.gives == "who":
            return self._people(name, source)
        shape = _shape(bench, source)
        if declared.hit == "all":
            bench.findings.add("W421", "`hit: all` collects people; of values the first counts.", source.place.at("hit"))
        rows = tuple(_rows(bench, source, shape))
        self.compiled[name] = Decision(name, label, declared.for_, rows, declared.hit)
        return Known(declared.for_, shape, _tree(rows, shape))

    def _people(self, name: str, source: Sourced[d.Decision]) -> Known:
        bench, declared = self._bench, source.declared
        label = bench.label(declared.label, source.place.at("label"), name)
        self.compiled[name] = Decision(name, label, declared.for_, tuple(_who_rows(bench, source)), declared.hit)
        return Known(declared.for_, NULL)


def decisions(bench: Bench) -> dict[str, Decision]:
    """All decisions by name, compiled."""
    tables = bench.tables
    assert isinstance(tables, Tables)
    for name in tables:
        tables[name]
    return {name: tables.compiled[name] for name in tables if name in tables.compiled}


def _shape(bench: Bench, source: Sourced[d.Decision]) -> Type:
    assert source.declared.gives != "who"
    return shape_of(bench, source.declared.for_, source.declared.decision, (source.declared.gives, source.place.at("gives")))


def _when(bench: Bench, source: Sourced[d.Decision], index: int) -> Formula | None:
    written, place = source.declared.rows[index].when, source.place.at("rows", index, "when")
    return bench.condition(written, place, Names(this=source.declared.for_), Context.WHEN)


def _rows(bench: Bench, source: Sourced[d.Decision], shape: Type) -> Iterator[DecisionRow]:
    declared, place = source.declared, source.place
    for index, row in enumerate(declared.rows):
        when, value = _when(bench, source, index), _value(bench, row.then, (declared.for_, place.at("rows", index, "then")), shape)
        if when is not None and value is not None:
            yield DecisionRow(when, value)
    if declared.otherwise is not None:
        yield DecisionRow(None, _value(bench, declared.otherwise, (declared.for_, place.at("otherwise")), shape))


def _value(bench: Bench, written: object, where: tuple[str, Place], shape: Type) -> Given | None:
    return bench.given(written, where[1], Names(this=where[0]), (Context.VIRTUAL, shape))  # type: ignore[arg-type] # as it was read


def _who_rows(bench: Bench, source: Sourced[d.Decision]) -> Iterator[DecisionRow]:
    declared, place = source.declared, source.place
    scope = (declared.for_, ())
    for index, row in enumerate(declared.rows):
        when = _when(bench, source, index)
        if when is not None:
            yield DecisionRow(when, who=people(bench, row.then, place.at("rows", index), "then", scope))  # type: ignore[arg-type]
    if declared.otherwise is not None:
        yield DecisionRow(None, who=people(bench, declared.otherwise, place, "otherwise", scope))  # type: ignore[arg-type]


def _tree(rows: tuple[DecisionRow, ...], shape: Type) -> Node:
    arms = tuple((row.when.tree, _given(row.value, shape)) for row in rows if row.when is not None)
    last = next((row.value for row in rows if row.when is None), None)
    return Case(type=shape.nullable(), arms=arms, default=_given(last, shape)) if arms else _given(last, shape)


def _given(value: Given | None, shape: Type) -> Node:
    if value is not None and value.formula is not None:
        return value.formula.tree
    literal = value.literal if value else None
    return Constant(type=shape.nullable(literal is None), value=literal)
