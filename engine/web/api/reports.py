"""Reports over HTTP: those that the caller may open, and the figures of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from engine.errors import Forbidden, Invalid, Invisible, Message, Problem
from engine.metadata import Field, Metadata, Report, ReportSource, Value
from engine.records import plain_length, plain_value
from engine.reports import Figure, Line, Outcome, compute, given_by, may_open

from .door import Answer, Call
from .scope import Scope
from .shape import sealed_of

NONE = Message("There is no such report, or you may not open it.")


def list_reports(call: Call) -> Answer:
    """GET /reports: the reports that the caller may open, with their parameters."""
    with call.look() as view:
        found = [report for report in view.metadata.reports.values() if may_open(view, report) and in_scope(call.scope, report)]
        return Answer({"reports": [_described(report, view.actor.language) for report in found]})


def read_report(call: Call, name: str) -> Answer:
    """GET /reports/{name}: its figures; every parameter of the address is one of the report. Raises Forbidden, Invalid, Refusal."""
    with call.look() as view:
        report = view.metadata.reports.get(name)
        if report is None or not may_open(view, report):
            raise Invisible(NONE)
        if not in_scope(call.scope, report):
            raise Forbidden(Message("This token may not be used for that: its scope is {scope}.", {"scope": str(call.scope)}))
        unknown = [each for each in call.request.args if each not in report.parameters]
        if unknown:
            words = Message("There is no such parameter.")
            raise Invalid([Problem(each, "unknown_field", words) for each in unknown])
        outcome = compute(view, report, given_by(view, report.parameters, call.request.args))
        return Answer(_told(outcome, view.metadata, view.actor.language))


def in_scope(scope: Scope, report: Report) -> bool:
    """Whether a token may be used for all records that the figures are made of."""
    if scope.words is None or scope.allows("read", "*"):
        return True
    return all(scope.allows("read", name.split(".", 1)[0]) for source in report.sources for name in {source.entity, *_behind(source)})


def _behind(source: ReportSource) -> Iterator[str]:
    formulas = (*source.where, *(each.formula for each in source.keys), *(each.formula for each in source.measures))
    return (hop.target for formula in formulas for reference in formula.references for hop in reference.hops)


def _described(report: Report, language: str) -> Mapping[str, object]:
    parameters = [_parameter(field, language) for field in report.parameters.values()]
    entities = list(dict.fromkeys(source.entity for source in report.sources))
    return {"name": report.name, "label": Message(report.label).render(language), "entities": entities, "parameters": parameters}


def _parameter(field: Field, language: str) -> Mapping[str, object]:
    return {"name": field.name, "label": Message(field.label).render(language), "type": field.kind, "required": field.required is True}


def _told(outcome: Outcome, metadata: Metadata, language: str) -> Mapping[str, object]:
    report = outcome.report
    named: dict[str, dict[str, str | None]] = {}
    for (entity, number), title in outcome.titles.items():
        named.setdefault(entity, {})[str(number)] = title
    values = [
        {"name": each.name, "label": Message(each.label).render(language), "type": each.kind, "hidden": each.name in outcome.hidden}
        for each in report.measures
    ]
    return {
        "name": report.name,
        "label": Message(report.label).render(language),
        "at": outcome.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "parameters": {name: plain_value(report.parameters[name], value) for name, value in outcome.given.items()},
        "rows": [each.name for each in report.rows],
        "columns": [each.name for each in report.columns],
        "values": values,
        "lines": [_line(outcome, line) for line in outcome.lines],
        "total": None if outcome.whole is None else _line(outcome, outcome.whole),
        "titles": named,
        **({"sealed": sealed_of(outcome.sealed)} if outcome.sealed is not None else {}),
    }


def _line(outcome: Outcome, line: Line) -> Mapping[str, object]:
    found: dict[str, object] = {"kind": line.kind, "keys": [_plain(key) for key in line.keys], "values": _figures(outcome, line.total)}
    if outcome.report.columns:
        pairs = zip(outcome.columns, line.cells, strict=True)
        found["cells"] = [{"keys": [_plain(key) for key in keys], "values": _figures(outcome, figures)} for keys, figures in pairs]
    return found


def _figures(outcome: Outcome, figures: Sequence[Figure]) -> Mapping[str, object]:
    """The figures by name; money says its currency, and why it is blank where several met."""
    found: dict[str, object] = {}
    for measure, figure in zip(outcome.report.measures, figures, strict=True):
        found[measure.name] = _plain(figure.value)
        if figure.currency:
            found[f"{measure.name}.currency"] = figure.currency
        if figure.mixed:
            found[f"{measure.name}.mixed"] = True
        if figure.sealed:
            found[f"{measure.name}.sealed"] = figure.sealed
    return found


def _plain(value: Value) -> object:
    """A value as JSON: whole numbers as numbers, others as exact text, lengths of time as ISO 8601 seconds."""
    if isinstance(value, timedelta):
        return plain_length(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value if value is None or isinstance(value, (bool, int)) else str(value)
