"""The measures of reports: formulas over the records behind a number, or over the values of several sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.errors import Sentence
from engine.formula import Aggregate, CollectionPath, Context, Formula, Kind, Names, Root, Type, Via
from engine.frozen import frozen
from engine.loading.findings import Place
from engine.metadata import Entity, Measure, MeasureKind, currency_path
from engine.metadata import declared as d

from .bench import Bench
from .lists import DATES

COUNT = "COUNT(rows)"
_KINDS: Mapping[Kind, MeasureKind] = {Kind.DURATION: "duration", Kind.DATE: "date", Kind.DATETIME: "date"}
_FITTING: Mapping[str, frozenset[Kind]] = {"duration": frozenset({Kind.DURATION}), "date": DATES}
_NUMBERS = frozenset({Kind.NUMBER})
_ADDED = frozenset({"SUM", "AVERAGE", "MIN", "MAX"})
Item = str | bool | int | d.Measure
Written = Mapping[str, Item]


@frozen(slots=False)
class Asked:
    """What the formulas over one entity may name: its fields, and the parameters of the report."""

    bench: Bench
    entity: Entity
    types: Mapping[str, Type]

    @property
    def row(self) -> Names:
        """The scope of a condition on one record."""
        return Names(this=self.entity.name, parameters=self.types)

    @property
    def cell(self) -> Names:
        """The scope of a measure."""
        return Names(rows=self.entity.name, parameters=self.types)


def measures_of(asked: Asked, written: Written, place: Place, paths: frozenset[str]) -> Iterator[Measure]:
    """The measures of one source; `paths` are what the lines and columns of the report hold."""
    for name, item in written.items():
        here = place.at(name)
        if name in asked.types:
            asked.bench.findings.add("N303", Sentence('There is a parameter "{name}" already.', name=name), here, key=True)
            continue
        found = measure(asked, (name, item), here, paths)
        if found is not None:
            yield found


def measure(asked: Asked, written: tuple[str, Item], place: Place, paths: frozenset[str]) -> Measure | None:
    """A measure that stands at `place`; `paths` are what the lines and columns of the report hold."""
    declared, inside = _whole(written[1], place)
    formula = asked.bench.formula(declared.formula, inside, asked.cell, (Context.MEASURE, None))
    if formula is None or not _countable(asked.bench, formula, inside, paths):
        return None
    return _measured(asked.bench, (written[0], declared), formula, (place, inside))


def calculated(bench: Bench, values: Written, place: Place, names: Names) -> Iterator[Measure]:
    """What is calculated from the values of several sources, whose `names` these are."""
    for name, item in values.items():
        here = place.at(name)
        declared, inside = _whole(item, here)
        if name in names.parameters:
            bench.findings.add("N303", Sentence('There is a value or parameter "{name}" already.', name=name), here, key=True)
            continue
        formula = bench.formula(declared.formula, inside, names, (Context.MEASURE, None))
        found = None if formula is None else _measured(bench, (name, declared), formula, (here, inside))
        if found is not None:
            yield found


def _whole(item: Item, place: Place) -> tuple[d.Measure, Place]:
    """A measure, and where its formula stands."""
    return (item, place.at("formula")) if isinstance(item, d.Measure) else (d.Measure(formula=item), place)


def _measured(bench: Bench, written: tuple[str, d.Measure], formula: Formula, places: tuple[Place, Place]) -> Measure | None:
    """N307 where the formula does not give what is to be shown. `places` are those of the measure and of its formula."""
    name, declared = written
    if declared.type is not None and formula.type.kind not in _FITTING.get(declared.type, _NUMBERS):
        bench.findings.add(
            "N307", Sentence("{name} is {type}, not {wanted}.", name=name, type=formula.type.word, wanted=declared.type), places[1]
        )
        return None
    return Measure(
        name,
        formula,
        bench.label(declared.label, places[0].at("label"), name),
        declared.type or _kind(formula.type),
        formula.type.scale,
        declared.running,
        declared.share or "",
        declared.change is not None,
        declared.best or "",
        declared.unit,
    )


def _kind(type_: Type) -> MeasureKind:
    if type_.kind is Kind.NUMBER:
        return "money" if type_.currency is not None else "integer" if type_.scale == 0 else "decimal"
    return _KINDS.get(type_.kind, "")


def _countable(bench: Bench, formula: Formula, place: Place, paths: frozenset[str]) -> bool:
    """Whether every calculation over `rows` can be made again for totals, and adds up one currency only."""
    wrong = [(node, fault) for node in formula.tree.walk() if isinstance(node, Aggregate) and (fault := _fault(node, paths))]
    for node, (code, words, hint) in wrong:
        bench.findings.inside(code, words, place, (node.start, node.end), hint)
    return not wrong


def _fault(node: Aggregate, paths: frozenset[str]) -> tuple[str, str, str] | None:
    """Why a report cannot calculate this over its rows: code, sentence and hint."""
    if not isinstance(node.source, CollectionPath) or node.source.root is not Root.ROWS:
        return None
    elsewhere = f"from: {node.source.target}"
    if node.function in ("FIRST", "LAST", "LIST"):
        return "FX302", Sentence("{function} is no figure of a report.", function=node.function), "MIN or MAX of a date tells when"
    if any(hop.via is Via.INVERSE for hop in node.source.hops):
        return "FX302", "A report adds up its own records and the rows of their tables.", elsewhere
    if node.source.hops and node.function == "COUNTDISTINCT":
        return "FX302", "COUNTDISTINCT counts fields of the records themselves.", elsewhere
    money = currency_path(node, node.source.entity) if node.function in _ADDED else None
    if money is not None and ".".join(money) not in paths:
        return (
            "FX307",
            "These rows may hold different currencies.",
            "put the currency into rows or columns, or CONVERT(amount, to, on)",
        )
    return None
