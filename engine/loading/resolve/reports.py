"""Reports: what they count and by what, every formula compiled in the scope that LANGUAGE section 2 gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.formula import Context, Names, Type
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import Entity, Measure, Report, ReportOrder, ReportSource
from engine.metadata import declared as d

from .bench import Bench, listed
from .charts import Drawable, chart
from .parameters import parameters, types_of
from .report_measures import calculated
from .report_sources import Resolving, heads_of, sources_of
from .sendings import file_of, sendings


def reports(bench: Bench, entities: Mapping[str, Entity]) -> dict[str, Report]:
    """All reports by name; one whose records are not there is left out."""
    found = ((name, _report(bench, entities, source)) for name, source in bench.declarations.reports.items())
    return {name: report for name, report in found if report is not None}


def _report(bench: Bench, entities: Mapping[str, Entity], source: Sourced[d.Report]) -> Report | None:
    declared, place = source.declared, source.place
    given = parameters(bench, declared.report, declared.parameters, place.at("parameters"))
    types, told = types_of(given), len(given) == len(declared.parameters)
    rows, columns = tuple(heads_of(bench, declared, place, "rows")), tuple(heads_of(bench, declared, place, "columns"))
    sources = sources_of(Resolving(bench, entities, declared, place, types, told, (*rows, *columns)))
    if not sources:
        return None
    measures, written = _measures(bench, source, sources, types), written_values(declared)
    names = _scope(types, measures) if told and len(measures) == len(written) else None
    keys = {(key.name, key.step): key for key in sources[0].keys}
    along, across = (tuple(keys[head.key] for head in heads if head.key in keys) for heads in (rows, columns))
    heads = tuple(head.name for head in (*rows, *columns))
    sound = frozenset((*(each.name for each in measures), *(each.name for each in along)))
    return Report(
        declared.report,
        bench.label(declared.label, place.at("label"), declared.report),
        bench.words(declared.help, place.at("help")),
        roles_named(bench, declared.access, place.at("access")),
        sources,
        given,
        along,
        across,
        measures,
        frozenset(declared.totals),
        None if names is None else bench.condition(declared.having, place.at("having"), names, Context.HAVING),
        _order(bench, listed(declared.sort), place, ([*(head.name for head in rows), *written], sound)),
        _top(bench, declared, place),
        chart(bench, declared.chart, place.at("chart"), Drawable(heads, along, across, written, measures)),
        file_of(declared),
        tuple(sendings(bench, declared, place, names)),
    )


def written_values(declared: d.Report) -> tuple[str, ...]:
    """The names of all values of a report, those of its sources first."""
    counted = (name for source, written in declared.sources.items() for name in written.values or [source])
    return (*counted, *declared.values) if declared.sources else (*(declared.values or ["count"]),)


def _measures(bench: Bench, source: Sourced[d.Report], sources: Sequence[ReportSource], types: Mapping[str, Type]) -> tuple[Measure, ...]:
    """All measures: those of the sources, and those that are calculated from them where all of them are right."""
    declared, counted = source.declared, tuple(measure for each in sources for measure in each.measures)
    if not declared.sources or len(counted) + len(declared.values) < len(written_values(declared)):
        return counted
    return (*counted, *calculated(bench, declared.values, source.place.at("values"), _scope(types, counted)))


def _scope(types: Mapping[str, Type], measures: Sequence[Measure]) -> Names:
    """What a formula on a line may name: its values, and the parameters."""
    return Names(parameters={**types, **{each.name: each.formula.type.nullable() for each in measures}})


def roles_named(bench: Bench, names: tuple[str, ...], place: Place) -> frozenset[str]:
    """The roles that a file opens something for; N301 for one that is not there."""
    for index, name in enumerate(names):
        if name not in bench.roles:
            bench.findings.unknown("role", name, bench.roles, place.at(index))
    return frozenset(names)


def _order(bench: Bench, written: Sequence[str], place: Place, there: tuple[Sequence[str], frozenset[str]]) -> tuple[ReportOrder, ...]:
    """The values and rows to sort by, among those that are there; one whose own declaration is wrong is not told again."""
    (names, sound), found = there, []
    for index, item in enumerate(written):
        name = item.removeprefix("-")
        if name not in names:
            bench.findings.unknown("value or row of this report", name, names, place.item("sort", index))
        elif name in sound:
            found.append(ReportOrder(name, item.startswith("-")))
    return tuple(found)


def _top(bench: Bench, declared: d.Report, place: Place) -> int | None:
    if declared.top is not None and not declared.sort:
        bench.findings.add("N307", "The first lines of what order? `top` needs `sort`.", place.at("top"), hint="sort: -NAME of a value")
    return declared.top
