"""Formulas tried out with typed variables: what `loom eval` does, as a pure function (FORMULA section 4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.errors import Message
from engine.frozen import frozen

from . import dates
from .compile import compile
from .contexts import Context
from .formula import Formula
from .frame import Calendar, Frame, Row, Value
from .functions.row import Function
from .functions.table import FUNCTIONS
from .issues import FormulaErrors, FormulaFailure, FormulaIssue
from .names import CollectionPath, Decision, Member, Names, Path
from .numbers import exact, shown
from .types import BOOLEAN, DATE, DATETIME, NUMBER, TEXT, Type, list_of

SCALARS = {"number": NUMBER, "text": TEXT, "boolean": BOOLEAN, "date": DATE, "datetime": DATETIME}
TYPES = SCALARS | {f"list_{name}": list_of(SCALARS[name]) for name in ("number", "text", "date", "datetime", "boolean")}
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""What no database holds: zero, and halves of surrogate pairs."""
_NUMBER = re.compile(r"[+-]?[0-9]{1,100}(?:\.[0-9]{1,100})?", re.ASCII)
_FAMILIES = {"context": "name", "dependency": "name"}


@frozen
class Nothing:
    """A catalog without entities."""

    home: ZoneInfo

    def entities(self) -> tuple[str, ...]:
        return ()

    def members(self, entity: str) -> Mapping[str, Member]:
        return {}

    def document(self, entity: str) -> str | None:
        return None

    def zone(self) -> ZoneInfo:
        return self.home

    def roles(self) -> Mapping[str, frozenset[str]]:
        return {}

    def decisions(self) -> Mapping[str, Decision]:
        return {}

    def calendars(self) -> tuple[str, ...]:
        return ()

    def functions(self) -> Mapping[str, tuple[Function, ...]]:
        return FUNCTIONS


@dataclass(slots=True)
class Alone:
    """The surroundings of a formula outside any application: a clock, a zone and variables."""

    now: datetime
    zone: ZoneInfo
    extra: Row = field(default_factory=dict)
    language: str = "en"
    user: Row | None = None
    roles: frozenset[str] = frozenset()
    owner: Row | None = None
    parent: Row | None = None
    old: Row | None = None
    candidate: Row | None = None
    message: Row = field(default_factory=dict)
    parameters: Row = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def today(self) -> date:
        return dates.local(self.now, self.zone).date()

    def follow(self, row: Row, path: Path) -> Value:
        return None

    def rows(self, row: Row, path: CollectionPath) -> Sequence[Row]:
        return ()

    def convert(self, amount: Decimal, source: str, target: str, on: date) -> Decimal | None:
        return None

    def decide(self, table: str, row: Row | int) -> Value:
        return None

    def calendar(self, name: str) -> Calendar:
        raise LookupError(name)

    def title(self, entity: str, record: int) -> str:
        return str(record)

    def warn(self, code: str, where: str) -> None:
        self.warnings.append(code)


Engine = Callable[[Formula, Frame], tuple[Value, str]]
"""Evaluates a formula of variables (`frame.extra`): the value, and the name of the engine that gave it."""


def python(formula: Formula, frame: Frame) -> tuple[Value, str]:
    """The engine of this room."""
    return formula({}, frame), "python"


@frozen
class Clock:
    """When and where an evaluation takes place."""

    now: datetime
    zone: ZoneInfo


def clock(now: str | None = None, zone: str = "UTC") -> Clock:
    """The clock of `--now` and `--zone`. Raises ValueError for what is no datetime, ZoneInfoNotFoundError for no zone."""
    home = ZoneInfo(zone)
    at = dates.read_datetime(now, home) if now is not None else datetime.now(UTC)
    if at is None:
        raise ValueError(f"not a datetime: {now}")
    return Clock(at, home)


def evaluate_request(expr: str, variables: Mapping[str, object], at: Clock, engine: Engine = python) -> dict[str, object]:
    """The answer to one `{expr, vars}`: type, value and engine, or the first error. Never raises for wrong input."""
    try:
        types, values = read_variables(variables, at.zone)
        formula = compile(expr, Names(user=None, extra=types), Nothing(at.zone), Context.VIRTUAL)
        value, name = engine(formula, Alone(at.now, at.zone, values))
    except FormulaErrors as errors:
        return _error(errors.issues[0])
    except FormulaFailure as failure:
        return _error(FormulaIssue(failure.code, failure.message, 0, len(expr)))
    return {"type": formula.type.kind.value, "value": written(value, at.zone), "engine": name}


def evaluate_batch(requests: Sequence[Mapping[str, object]], at: Clock, engine: Engine = python) -> list[dict[str, object]]:
    """The answers to a list of `{expr, vars}`, in order."""
    return [evaluate_request(str(each.get("expr", "")), _mapping(each.get("vars")), at, engine) for each in requests]


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _error(issue: FormulaIssue) -> dict[str, object]:
    words = f"{issue.message} ({issue.hint})" if issue.hint else str(issue.message)
    kind = _FAMILIES.get(issue.kind, issue.kind)
    return {"error": {"code": issue.code, "kind": kind, "message": words, "start": issue.start, "end": issue.end}}


def read_variables(variables: Mapping[str, object], zone: ZoneInfo) -> tuple[dict[str, Type], dict[str, Value]]:
    """The types and values of `{"x": {"number": "1.50"}, …}`; raises FormulaErrors FX508 for what cannot be read."""
    types: dict[str, Type] = {}
    values: dict[str, Value] = {}
    for name, given in variables.items():
        word, raw = next(iter(given.items())) if isinstance(given, Mapping) and len(given) == 1 else ("", None)
        if word not in TYPES:
            raise _unreadable(name, given)
        types[name], values[name] = TYPES[word], _value(name, word, raw, zone)
    return types, values


def _value(name: str, word: str, raw: object, zone: ZoneInfo) -> Value:
    if word.startswith("list_"):
        if not isinstance(raw, list | tuple):
            raise _unreadable(name, raw)
        return tuple(_scalar(name, word[5:], item, zone) for item in raw)
    return _scalar(name, word, raw, zone)


def _scalar(name: str, word: str, raw: object, zone: ZoneInfo) -> Value:
    if raw is None:
        return None
    value = _READERS[word](raw, zone)
    if value is None:
        raise _unreadable(name, raw)
    return value


def _number(raw: object, zone: ZoneInfo) -> Value:
    if isinstance(raw, bool | float) or not _NUMBER.fullmatch(str(raw)):
        return None
    return exact(Decimal(str(raw)))


_READERS: dict[str, Callable[[object, ZoneInfo], Value]] = {
    "number": _number,
    "text": lambda raw, zone: raw if isinstance(raw, str) and not _NO_TEXT.search(raw) else None,
    "boolean": lambda raw, zone: raw if isinstance(raw, bool) else None,
    "date": lambda raw, zone: dates.read_date(str(raw)),
    "datetime": lambda raw, zone: dates.read_datetime(str(raw), zone),
}


def _unreadable(name: str, given: object) -> FormulaErrors:
    message = Message("{given} is no value for {name}", {"given": given, "name": name})
    return FormulaErrors([FormulaIssue("FX508", message, 0, 0, Message("write {example}", {"example": '{"number": "1.50"}'}))])


def written(value: Value, zone: ZoneInfo) -> object:
    """A value as JSON holds it: numbers and dates as text, datetimes in the zone, durations as ISO 8601."""
    if isinstance(value, Decimal):
        return shown(value)
    if isinstance(value, datetime):
        return dates.local(value, zone).replace(tzinfo=None).isoformat()
    if isinstance(value, date):
        return dates.shown_date(value)
    if isinstance(value, timedelta):
        return _iso(value)
    return list(value) if isinstance(value, tuple) else value


def _iso(value: timedelta) -> str:
    micros = abs(dates.microseconds(value))
    minutes, rest = divmod(micros, 60_000_000)
    seconds = shown(Decimal(rest) / 1_000_000)
    clock_ = f"{minutes // 60}H{minutes % 60}M{seconds}S"
    return f"{'-' if value < timedelta() else ''}PT{clock_}"
