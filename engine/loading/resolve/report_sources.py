"""What a report counts: the records of one entity, or of several side by side, put together by what they have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from engine.errors import Sentence, Text
from engine.formula import Context, Formula, Kind, Names, Type
from engine.frozen import frozen
from engine.loading.findings import Place
from engine.metadata import HISTORY, Dimension, Entity, ReportSource
from engine.metadata import declared as d

from .application import known
from .bench import Bench
from .lists import DATES, GROUPED
from .paths import end_of_path
from .report_measures import COUNT, Asked, Written, measures_of

HAS_HISTORY = "an entity with a lifecycle has one"
NUMBER = {"en": "Number", "zh": "数量"}
Paths = Mapping[str, tuple[str, Place]]
"""Where each row and column stands in what is counted, and where that is written."""


@frozen(slots=False)
class Head:
    """A row or column as it is written: its name, its words, where it stands, and where its name does."""

    written: d.Dimension
    label: Text
    empty: Text
    place: Place
    named: Place

    @property
    def key(self) -> tuple[str, str]:
        """What it is told apart by: months and years of one date are two."""
        return self.name, self.written.by or ""

    @property
    def name(self) -> str:
        """What the report calls it: a field or path of what is counted, or what its sources have in common."""
        return self.written.field


@frozen(slots=False)
class Resolving:
    """What all sources of one report share; `told` says that its parameters are all right."""

    bench: Bench
    entities: Mapping[str, Entity]
    declared: d.Report
    place: Place
    types: Mapping[str, Type]
    told: bool
    heads: tuple[Head, ...]


def heads_of(bench: Bench, declared: d.Report, place: Place, key: Literal["rows", "columns"]) -> Iterator[Head]:
    """The rows, or the columns. Beside `sources`, where neither is written, all that the first source names are rows."""
    if declared.sources and key == "rows" and not declared.rows and not declared.columns:
        name, first = next(iter(declared.sources.items()))
        for row in first.rows:
            here = place.at("sources", name, "rows", row)
            yield Head(d.Dimension(field=row), {}, {}, here, here)
    items: Sequence[str | d.Dimension] = getattr(declared, key)
    for index, item in enumerate(items):
        here = place.at(key, index)
        if isinstance(item, str):
            yield Head(d.Dimension(field=item), {}, {}, here, here)
        else:
            label, empty = bench.words(item.label, here.at("label")), bench.words(item.empty, here.at("empty"))
            yield Head(item, label, empty, here, here.at("field"))


def sources_of(resolving: Resolving) -> tuple[ReportSource, ...]:
    """What the report counts; nothing where that is not there. N307 for periods of what is no date."""
    found = _sources(resolving)
    for key in found[0].keys if found else ():
        head = next(each for each in resolving.heads if each.key == (key.name, key.step))
        if key.step and key.formula.type.kind not in DATES:
            words = Sentence(
                "{path} is {type}, and only dates are taken together by {step}.", path=key.path, type=key.formula.type.word, step=key.step
            )
            resolving.bench.findings.add("N307", words, head.place.at("by"))
    return found


def _sources(resolving: Resolving) -> tuple[ReportSource, ...]:
    """S202 and S210 unless it is `from` or `sources`."""
    bench, declared, place = resolving.bench, resolving.declared, resolving.place
    if declared.sources:
        for key in ("from", "where", "drill"):
            if getattr(declared, f"{key}_" if key == "from" else key):
                words = Sentence('Beside `sources`, "{key}" belongs into each of them.', key=key)
                bench.findings.add("S210", words, place.at(key), key=True)
        _known_rows(resolving)
        return _alike(resolving, tuple(_several(resolving)))
    if declared.from_ is None:
        bench.findings.add("S202", '"from" is missing: what does the report count?', place, hint="from: ENTITY, or sources", key=True)
        return ()
    paths = {head.name: (head.name, head.named) for head in resolving.heads}
    written = d.ReportSource(from_=declared.from_, where=declared.where, values=declared.values, drill=declared.drill)
    found = _source(resolving, ("", written), place, paths)
    return () if found is None else (found,)


def _source(resolving: Resolving, source: tuple[str, d.ReportSource], place: Place, paths: Paths) -> ReportSource | None:
    """What one source counts, or None where that is not there."""
    name, written = source
    entity = _entity(resolving.bench, written.from_, resolving.entities, place.at("from"))
    if entity is None:
        return None
    asked = Asked(resolving.bench, entity, resolving.types)
    keys = tuple(_dimensions(asked, resolving.heads, paths))
    values: Written = written.values or {name or "count": COUNT}
    measures = tuple(measures_of(asked, values, place.at("values"), frozenset(key.path for key in keys)))
    if not written.values:
        measures = tuple(replace(each, label=entity.plural if name else known(resolving.bench, NUMBER)) for each in measures)
    where = _where(asked, written.where, place) if resolving.told else ()
    return ReportSource(name, entity.name, where, keys, measures, _drill(asked, written.drill, place))


def _entity(bench: Bench, written: str, entities: Mapping[str, Entity], place: Place) -> Entity | None:
    if written in entities and not entities[written].relation:
        return entities[written]
    owner = entities.get(written.removesuffix(f".{HISTORY}"))
    if owner is not None and owner.name != written:
        bench.findings.add("N307", Sentence("{name} has no history of states.", name=owner.name), place, hint=HAS_HISTORY)
        return None
    histories = (f"{name}.{HISTORY}" for name, each in entities.items() if each.lifecycle is not None and each.document is None)
    bench.findings.unknown("entity", written, [*entities, *histories], place)
    return None


def _known_rows(resolving: Resolving) -> None:
    """N301 for a row or column that no source names, and for one that a source names and the report does not have."""
    findings, sources = resolving.bench.findings, resolving.declared.sources
    there = [row for source in sources.values() for row in source.rows]
    wanted = [head.name for head in resolving.heads]
    for head in resolving.heads:
        if head.name not in there:
            findings.unknown("row of these sources", head.name, there, head.named)
    for name, source in sources.items():
        for row in source.rows:
            if row not in wanted:
                findings.unknown("row or column of this report", row, wanted, resolving.place.at("sources", name, "rows", row), key=True)


def _several(resolving: Resolving) -> Iterator[ReportSource]:
    there = {row for source in resolving.declared.sources.values() for row in source.rows}
    for name, written in resolving.declared.sources.items():
        place = resolving.place.at("sources", name)
        for head in resolving.heads:
            if head.name in there and head.name not in written.rows:
                words = Sentence('"{name}" is missing: every source says where it stands.', name=head.name)
                resolving.bench.findings.add("S202", words, place.at("rows") if written.rows else place, key=True)
        found = _source(resolving, (name, written), place, {row: (path, place.at("rows", row)) for row, path in written.rows.items()})
        if found is not None:
            yield found


def _alike(resolving: Resolving, sources: tuple[ReportSource, ...]) -> tuple[ReportSource, ...]:
    """The sources; N307 where one has other values on a line than the first, N303 where two give a value the same name."""
    findings, told = resolving.bench.findings, set(resolving.types)
    first = {key.name: key.formula.type for key in sources[0].keys} if sources else {}
    for source in sources:
        place = resolving.place.at("sources", source.name)
        for key in source.keys:
            if key.name in first and _values(key.formula.type) != _values(first[key.name]):
                words = Sentence(
                    "{path} is {type}, and {name} of {source} is {first}.",
                    path=key.path,
                    type=key.formula.type.word,
                    name=key.name,
                    source=sources[0].name,
                    first=first[key.name].word,
                )
                findings.add("N307", words, place.at("rows", key.name))
        for measure in source.measures:
            if measure.name in told:
                findings.add(
                    "N303", Sentence('There is a value "{name}" already.', name=measure.name), place.at("values", measure.name), key=True
                )
            told.add(measure.name)
    return sources


def _values(type_: Type) -> tuple[object, ...]:
    """What values of a type are compared as."""
    return type_.kind, type_.entity, frozenset(type_.choices), type_.ignore_case


def _where(asked: Asked, written: str | bool | int | None, place: Place) -> tuple[Formula, ...]:
    found = asked.bench.condition(written, place.at("where"), asked.row, Context.WHERE)
    return () if found is None else (found,)


def _drill(asked: Asked, paths: Sequence[str], place: Place) -> tuple[str, ...]:
    entity = asked.entity.document or asked.entity.name
    places = ((path, place.at("drill", index)) for index, path in enumerate(paths))
    return tuple(path for path, here in places if end_of_path(asked.bench, entity, path, here, links=True) is not None)


def _dimensions(asked: Asked, heads: Sequence[Head], paths: Paths) -> Iterator[Dimension]:
    for head in heads:
        if head.name in paths:
            found = _dimension(asked, head, *paths[head.name])
            if found is not None:
                yield found


def _dimension(asked: Asked, head: Head, path: str, here: Place) -> Dimension | None:
    """N307 unless records can be put together by the field."""
    bench, written = asked.bench, head.written
    type_ = end_of_path(bench, asked.entity.name, path, here)
    if type_ is None:
        return None
    if type_.kind not in GROUPED:
        bench.findings.add("N307", Sentence("{path} is {type}; a report cannot be put together by it.", path=path, type=type_.word), here)
        return None
    text = f"DATEVALUE({path})" if type_.kind is Kind.DATETIME else path
    formula = bench.formula(text, here, Names(this=asked.entity.name), (Context.MEASURE, None))
    if formula is None:
        return None
    return Dimension(head.name, path, formula, written.by or "", head.label, written.sort == "down", head.empty)
