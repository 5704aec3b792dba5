"""Reports: what they count and by what, every formula compiled in the scope that LANGUAGE section 2 gives it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from engine.formula import Aggregate, CollectionPath, Context, Formula, Kind, Names, Root, Type, Via
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import Dimension, Entity, Measure, MeasureKind, Report, ReportOrder, currency_path
from engine.metadata import declared as d

from .application import known
from .bench import Bench, listed
from .charts import chart, written_paths
from .lists import DATES, GROUPED
from .parameters import parameters, types_of
from .paths import end_of_path
from .sendings import file_of, sendings

HISTORY = ".history"
COUNT = "COUNT(rows)"
NUMBER = {"en": "Number", "zh": "数量"}
_KINDS: Mapping[Kind, MeasureKind] = {Kind.DURATION: "duration", Kind.DATE: "date", Kind.DATETIME: "date"}
_FITTING: Mapping[str, frozenset[Kind]] = {"duration": frozenset({Kind.DURATION}), "date": DATES}
_NUMBERS = frozenset({Kind.NUMBER})
_ADDED = frozenset({"SUM", "AVERAGE", "MIN", "MAX"})


@dataclass(frozen=True)
class Asked:
    """What the formulas of one report may name: the entity it counts, and its parameters."""

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


def reports(bench: Bench, entities: Mapping[str, Entity]) -> dict[str, Report]:
    """All reports by name; one whose records are not there is left out."""
    found = {}
    for name, source in bench.declarations.reports.items():
        entity = _entity(bench, source, entities)
        if entity is not None:
            found[name] = _report(bench, entity, source)
    return found


def _entity(bench: Bench, source: Sourced[d.Report], entities: Mapping[str, Entity]) -> Entity | None:
    written, place = source.declared.from_, source.place.at("from")
    if written in entities and not entities[written].relation:
        return entities[written]
    if written.endswith(HISTORY) and written.removesuffix(HISTORY) in entities:
        bench.findings.add("S209", "Reports over the history of states are not built yet.", place)
        return None
    bench.findings.unknown("entity", written, entities, place)
    return None


def _report(bench: Bench, entity: Entity, source: Sourced[d.Report]) -> Report:
    declared, place = source.declared, source.place
    given = parameters(bench, entity.name, declared.parameters, place.at("parameters"))
    asked = Asked(bench, entity, types_of(given))
    rows, columns = (tuple(_dimensions(asked, declared, place, key)) for key in ("rows", "columns"))
    measures = tuple(_measures(asked, declared, place, frozenset(each.path for each in (*rows, *columns))))
    told = len(given) == len(declared.parameters)
    return Report(
        declared.report,
        entity.name,
        bench.label(declared.label, place.at("label"), declared.report),
        bench.words(declared.help, place.at("help")),
        roles_named(bench, declared.access, place.at("access")),
        _where(asked, declared, place) if told else (),
        given,
        rows,
        columns,
        measures,
        frozenset(declared.totals),
        _having(asked, declared, place, measures) if told else None,
        _order(bench, declared, place, frozenset(each.name for each in measures) | frozenset(each.path for each in rows)),
        _top(bench, declared, place),
        chart(bench, declared, place, (rows, columns, measures)),
        tuple(path for index, path in enumerate(declared.drill) if _is_path(asked, path, place.at("drill", index))),
        file_of(declared),
        tuple(sendings(bench, declared, place, _line(asked, declared, measures) if told else None)),
    )


def roles_named(bench: Bench, names: tuple[str, ...], place: Place) -> frozenset[str]:
    """The roles that a file opens something for; N301 for one that is not there."""
    for index, name in enumerate(names):
        if name not in bench.roles:
            bench.findings.unknown("role", name, bench.roles, place.at(index))
    return frozenset(names)


def _is_path(asked: Asked, path: str, place: Place) -> bool:
    entity = asked.entity.document or asked.entity.name
    return end_of_path(asked.bench, entity, path, place, links=True) is not None


def _dimensions(asked: Asked, declared: d.Report, place: Place, key: Literal["rows", "columns"]) -> Iterator[Dimension]:
    for index, item in enumerate(getattr(declared, key)):
        written, here = (d.Dimension(field=item), place.at(key, index)) if isinstance(item, str) else (item, place.at(key, index, "field"))
        found = _dimension(asked, written, here, place.at(key, index))
        if found is not None:
            yield found


def _dimension(asked: Asked, written: d.Dimension, here: Place, place: Place) -> Dimension | None:
    """N307 unless records can be put together by the field, and by a step only where it is a date."""
    bench, path = asked.bench, written.field
    type_ = end_of_path(bench, asked.entity.name, path, here)
    if type_ is None:
        return None
    if type_.kind not in GROUPED:
        bench.findings.add("N307", f"{path} is {type_}; a report cannot be put together by it.", here)
        return None
    if written.by is not None and type_.kind not in DATES:
        bench.findings.add("N307", f"{path} is {type_}, and only dates are taken together by {written.by}.", place.at("by"))
        return None
    text = f"DATEVALUE({path})" if type_.kind is Kind.DATETIME else path
    formula = bench.formula(text, here, Names(this=asked.entity.name), (Context.MEASURE, None))
    if formula is None:
        return None
    label = bench.words(written.label, place.at("label"))
    empty = bench.words(written.empty, place.at("empty"))
    return Dimension(path, formula, written.by or "", label, written.sort == "down", empty)


def _measures(asked: Asked, declared: d.Report, place: Place, paths: frozenset[str]) -> Iterator[Measure]:
    if not declared.values:
        found = measure(asked, ("count", d.Measure(formula=COUNT)), place.at("values"), paths)
        if found is not None:
            yield replace(found, label=known(asked.bench, NUMBER))
    for name, item in declared.values.items():
        here = place.at("values", name)
        written, inside = (item, here.at("formula")) if isinstance(item, d.Measure) else (d.Measure(formula=item), here)
        if name in asked.types:
            asked.bench.findings.add("N303", f'There is a parameter "{name}" already.', here, key=True)
            continue
        found = measure(asked, (name, written), inside, paths)
        if found is not None:
            yield found


def measure(asked: Asked, written: tuple[str, d.Measure], place: Place, paths: frozenset[str]) -> Measure | None:
    """A measure whose formula stands at `place`; `paths` are what the lines and columns of the report hold."""
    name, declared = written
    bench = asked.bench
    formula = bench.formula(declared.formula, place, asked.cell, (Context.MEASURE, None))
    if formula is None or not _countable(bench, formula, place, paths):
        return None
    kind = declared.type or _kind(formula.type)
    if declared.type is not None and formula.type.kind not in _FITTING.get(declared.type, _NUMBERS):
        bench.findings.add("N307", f"{name} is {formula.type}, not {declared.type}.", place)
        return None
    return Measure(
        name,
        formula,
        bench.label(declared.label, Place(place.document, place.path[:-1]).at("label"), name),
        kind,
        formula.type.scale,
        declared.running,
        declared.share or "",
        declared.change is not None,
        declared.best or "",
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
        return "FX302", f"{node.function} is no figure of a report.", "MIN or MAX of a date tells when"
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


def _where(asked: Asked, declared: d.Report, place: Place) -> tuple[Formula, ...]:
    found = asked.bench.condition(declared.where, place.at("where"), asked.row, Context.WHERE)
    return () if found is None else (found,)


def _having(asked: Asked, declared: d.Report, place: Place, measures: tuple[Measure, ...]) -> Formula | None:
    names = _line(asked, declared, measures)
    return None if names is None else asked.bench.condition(declared.having, place.at("having"), names, Context.HAVING)


def _line(asked: Asked, declared: d.Report, measures: tuple[Measure, ...]) -> Names | None:
    """What a condition on a line may name: its values, and the parameters; None where a value is wrong itself."""
    if len(measures) < len(declared.values):
        return None
    return Names(parameters={**asked.types, **{each.name: each.formula.type.nullable() for each in measures}})


def _order(bench: Bench, declared: d.Report, place: Place, sound: frozenset[str]) -> tuple[ReportOrder, ...]:
    """The values and rows to sort by; one whose own declaration is wrong is not told again."""
    names = [*written_paths(declared.rows), *(declared.values or ["count"])]
    found = []
    for index, written in enumerate(listed(declared.sort)):
        name = written.removeprefix("-")
        if name not in names:
            bench.findings.unknown("value or row of this report", name, names, place.item("sort", index))
        elif name in sound:
            found.append(ReportOrder(name, written.startswith("-")))
    return tuple(found)


def _top(bench: Bench, declared: d.Report, place: Place) -> int | None:
    if declared.top is not None and not declared.sort:
        bench.findings.add("N307", "The first lines of what order? `top` needs `sort`.", place.at("top"), hint="sort: -NAME of a value")
    return declared.top
