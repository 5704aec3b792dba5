"""Formulas as nested closures: slow and obviously right, the oracle of the generated Python and of SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import cast

from . import dates
from .frame import Frame, Row, Value
from .functions.collections import average, greatest, least, total
from .functions.texts import limited
from .names import Root
from .nodes import (
    Aggregate, And, Arith, Call, Case, Coalesce, Compare, Concat, Constant, Convert, Decide, Element, HasRole, IsNew, IsNull, Label, Negate, Node,
    Not, OneOf, Or, Read, Switch,
)  # fmt: skip
from .numbers import EXACT, add, divide, exact, multiply, negate, shown, subtract
from .reading import SURROUNDINGS, follow, follow_row, rows
from .types import Kind

Closure = Callable[["Env"], Value]


@dataclass(frozen=True, slots=True)
class Env:
    """One evaluation: what surrounds it, and the row (or list item) of each level."""

    frame: Frame
    levels: tuple[Value, ...]

    def row(self, level: int) -> Row:
        """The row of a level."""
        return cast(Row, self.levels[level])


def constant(node: Node) -> Value:
    """The value of a node that reads nothing."""
    return closure(node)(Env(cast(Frame, None), ()))


def closure(node: Node) -> Closure:
    """The node as a function of its surroundings."""
    return _BUILDERS[type(node)](node)


def _constant(node: Constant) -> Closure:
    value = node.value
    return lambda env: value


def _read(node: Read) -> Closure:
    path, level = node.path, node.level
    if path.root is not Root.ROW:
        source = SURROUNDINGS[path.root]
        return lambda env: follow(source(env.frame), env.frame, path)
    if level == 0:
        return lambda env: follow(env.row(0), env.frame, path)
    if path.hops:
        return lambda env: follow_row(env.row(level), env.frame, path)
    return lambda env: env.row(level).get(path.field)


def _element(node: Element) -> Closure:
    level = node.level
    return lambda env: env.levels[level]


def strict(function: Callable[..., Value], *parts: Closure) -> Closure:
    """The function of the values, or None when one of them is null."""

    def run(env: Env) -> Value:
        values = [part(env) for part in parts]
        return None if any(value is None for value in values) else function(*values)

    return run


def warned(function: Callable[..., Value], code: str, where: str, parts: Sequence[Closure]) -> Closure:
    """The same, telling the frame when non-null values give null."""

    def run(env: Env) -> Value:
        values = [part(env) for part in parts]
        if any(value is None for value in values):
            return None
        result = function(*values)
        if result is None:
            env.frame.warn(code, where)
        return result

    return run


def arithmetic(node: Arith) -> tuple[Callable[..., Value], str]:
    """The function of `+ - * /` for the kinds at hand, and the warning when it gives null."""
    left, right = node.left.type.kind, node.right.type.kind
    if node.type.kind is Kind.NUMBER and left is not Kind.DATE and left is not Kind.DURATION:
        return {"+": add, "-": subtract, "*": multiply, "/": divide}[node.op], "W901"
    return _TEMPORAL[node.op, left, right]


def _date_plus(d: date, n: Decimal) -> date | None:
    return dates.plus_days(d, int(n))


def _length_times(length: timedelta, n: Decimal) -> timedelta | None:
    return dates.duration(EXACT.multiply(Decimal(dates.microseconds(length)), n))


def _length_by(length: timedelta, n: Decimal) -> timedelta | None:
    return dates.duration(EXACT.divide(Decimal(dates.microseconds(length)), n)) if n else None


def _ratio(a: timedelta, b: timedelta) -> Decimal | None:
    return divide(Decimal(dates.microseconds(a)), Decimal(dates.microseconds(b)))


def _lengths(a: timedelta, b: timedelta) -> timedelta | None:
    return dates.duration(dates.microseconds(a) + dates.microseconds(b))


_N, _D, _T, _L, _0 = Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.DURATION, Kind.NULL
_TEMPORAL: dict[tuple[str, Kind, Kind], tuple[Callable[..., Value], str]] = {
    ("+", _D, _N): (_date_plus, "W904"),
    ("+", _N, _D): (lambda n, d: _date_plus(d, n), "W904"),
    ("-", _D, _N): (lambda d, n: _date_plus(d, -n), "W904"),
    ("-", _D, _D): (lambda a, b: Decimal(a.toordinal() - b.toordinal()), ""),
    ("-", _T, _T): (lambda a, b: a - b, ""),
    ("+", _T, _L): (dates.plus, "W904"),
    ("+", _L, _T): (lambda a, b: dates.plus(b, a), "W904"),
    ("-", _T, _L): (lambda a, b: dates.plus(a, -b), "W904"),
    ("+", _L, _L): (_lengths, "W904"),
    ("-", _L, _L): (lambda a, b: _lengths(a, -b), "W904"),
    ("*", _L, _N): (_length_times, "W904"),
    ("*", _N, _L): (lambda n, a: _length_times(a, n), "W904"),
    ("/", _L, _N): (_length_by, "W901"),
    ("/", _L, _L): (_ratio, "W901"),
}
_TEMPORAL |= {(op, a, _0): row for (op, a, b), row in _TEMPORAL.items() if b is _N} | {(op, _0, b): row for (op, a, b), row in _TEMPORAL.items() if a is _N}


def _arith(node: Arith) -> Closure:
    function, code = arithmetic(node)
    parts = [closure(node.left), closure(node.right)]
    return warned(function, code, f'"{node.op}"', parts) if code else strict(function, *parts)


def opposite(value: Value) -> Value:
    """The number or duration with the other sign."""
    return negate(value) if isinstance(value, Decimal) else -value  # type: ignore[operator]


def _negate(node: Negate) -> Closure:
    return strict(opposite, closure(node.value))


def printed(value: Value, frame: Frame) -> str:
    """The canonical text of a value; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return shown(value)
    if isinstance(value, datetime):
        return dates.shown_datetime(value, frame.zone)
    return dates.shown_date(value) if isinstance(value, date) else str(value)


def _concat(node: Concat) -> Closure:
    parts = [closure(item) for item in node.items]
    return lambda env: limited("".join(printed(part(env), env.frame) for part in parts))


COMPARED: dict[str, Callable[..., Value]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _compare(node: Compare) -> Closure:
    left, right, test = closure(node.left), closure(node.right), COMPARED[node.op]
    if node.op not in ("=", "!="):
        return strict(test, left, right)
    if not node.never:
        return lambda env: test(left(env), right(env))

    def never(env: Env) -> Value:
        a, b = left(env), right(env)
        return test(a, b) if a is not None and b is not None else node.op == "!="

    return never


def _is_null(node: IsNull) -> Closure:
    value, negated = closure(node.value), node.negated
    return lambda env: (value(env) is None) != negated


def _one_of(node: OneOf) -> Closure:
    value, negated = closure(node.value), node.negated
    options = [(closure(option), node.never and not isinstance(option, Constant)) for option in node.options]

    def run(env: Env) -> Value:
        x = value(env)
        found = any(x == option(env) and not (never and x is None) for option, never in options)
        return found != negated

    return run


def _and(node: And) -> Closure:
    items = [closure(item) for item in node.items]

    def run(env: Env) -> Value:
        unknown = False
        for item in items:
            value = item(env)
            if value is False:
                return False
            unknown = unknown or value is None
        return None if unknown else True

    return run


def _or(node: Or) -> Closure:
    items = [closure(item) for item in node.items]

    def run(env: Env) -> Value:
        unknown = False
        for item in items:
            value = item(env)
            if value is True:
                return True
            unknown = unknown or value is None
        return None if unknown else False

    return run


def _not(node: Not) -> Closure:
    return strict(lambda value: not value, closure(node.value))


def _case(node: Case) -> Closure:
    arms = [(closure(test), closure(value)) for test, value in node.arms]
    default = closure(node.default)

    def run(env: Env) -> Value:
        for test, value in arms:
            if test(env) is True:
                return value(env)
        return default(env)

    return run


def _switch(node: Switch) -> Closure:
    subject, default = closure(node.value), closure(node.default)
    arms = [(closure(key), closure(value)) for key, value in node.arms]

    def run(env: Env) -> Value:
        x = subject(env)
        for key, value in arms:
            if x == key(env):
                return value(env)
        return default(env)

    return run


def _coalesce(node: Coalesce) -> Closure:
    items = [closure(item) for item in node.items]

    def run(env: Env) -> Value:
        return next((value for item in items if (value := item(env)) is not None), None)

    return run


def _call(node: Call) -> Closure:
    row, parts = node.function, [closure(arg) for arg in node.args]
    if not row.frame:
        if row.nulls:
            return lambda env: row.python(*(part(env) for part in parts))
        return warned(row.python, row.warning, row.name, parts) if row.warning else strict(row.python, *parts)

    def run(env: Env) -> Value:
        values = [part(env) for part in parts]
        if not row.nulls and any(value is None for value in values):
            return None
        result = row.python(env.frame, *values)
        if result is None and row.warning:
            env.frame.warn(row.warning, row.name)
        return result

    return run


def _aggregate(node: Aggregate) -> Closure:
    source, value = _source(node), closure(node.value) if node.value is not None else None
    keep, order = closure(node.filter) if node.filter is not None else None, closure(node.order) if node.order is not None else None
    ends = node.function in ("FIRST", "LAST")
    calculate = None if ends else AGGREGATED[node.function](node)

    def run(env: Env) -> Value:
        inside = [Env(env.frame, (*env.levels[: node.inner], item)) for item in source(env)]
        kept = [each for each in inside if keep is None or keep(each) is True]
        if value is None:
            return Decimal(len(kept))
        return _end(node.function, kept, value, order) if ends else calculate([value(each) for each in kept])

    return run


def _source(node: Aggregate) -> Callable[[Env], Sequence[Value]]:
    path, level = node.source, node.level
    if isinstance(path, Node):
        listed = closure(path)
        return lambda env: cast(Sequence[Value], listed(env) or ())
    if path.root is Root.ROW:
        return lambda env: rows(env.row(level), env.frame, path)
    around = SURROUNDINGS[path.root]
    return lambda env: rows(around(env.frame), env.frame, path)


def _end(name: str, kept: list[Env], value: Closure, order: Closure | None) -> Value:
    pairs = [(order(env) if order is not None else 0, env.levels[-1]) for env in kept]
    chosen = place(pairs, last=name == "LAST")
    found = next((env for env in kept if env.levels[-1] is chosen), None)
    return value(found) if found is not None else None


def place(pairs: Sequence[tuple[Value, Value]], last: bool) -> Value:
    """The row that comes first (or last) by its key; rows without key come after the others, ties by id, else by position."""
    best: tuple[object, ...] | None = None
    chosen: Value = None
    for index, (key, row) in enumerate(pairs):
        number = row.get("id") if isinstance(row, Mapping) else None
        tie = (number if isinstance(number, int) else _NO_ID, index)
        rank = (key is not None, key, tie) if last else (key is None, key if key is not None else 0, tie)
        if best is None or (_later(rank, best) if last else _later(best, rank)):
            best, chosen = rank, row
    return chosen


_NO_ID = 1 << 63


def _later(a: tuple[object, ...], b: tuple[object, ...]) -> bool:
    if a[0] != b[0]:
        return bool(a[0])
    if a[1] != b[1]:
        return a[1] > b[1]  # type: ignore[operator]
    return a[2] > b[2]  # type: ignore[operator]


def any_true(values: Sequence[Value]) -> bool:
    """Whether one is true; unknown ones do not count."""
    return any(value is True for value in values)


def all_true(values: Sequence[Value]) -> bool | None:
    """Kleene: false if one is, unknown if one is, else true."""
    return False if any(value is False for value in values) else None if any(value is None for value in values) else True


def count(values: Sequence[Value]) -> Decimal:
    """How many are not null."""
    return Decimal(sum(value is not None for value in values))


def distinct(values: Sequence[Value]) -> Decimal:
    """How many different ones are not null."""
    return Decimal(len({value for value in values if value is not None}))


def _sum(node: Aggregate) -> Callable[..., Value]:
    if node.type.kind is not Kind.DURATION:
        return total
    return lambda values: total([timedelta(), *values])


def _always(function: Callable[..., Value]) -> Callable[[Aggregate], Callable[..., Value]]:
    return lambda node: function


AGGREGATED: dict[str, Callable[[Aggregate], Callable[..., Value]]] = {
    "SUM": _sum,
    "AVERAGE": _always(average),
    "MIN": _always(least),
    "MAX": _always(greatest),
    "COUNT": _always(count),
    "COUNTDISTINCT": _always(distinct),
    "ANY": _always(any_true),
    "ALL": _always(all_true),
    "LIST": _always(list),
}
"""The calculation over all values, nulls among them."""


def _label(node: Label) -> Closure:
    value, labels = closure(node.value), node.labels

    def run(env: Env) -> Value:
        code = value(env)
        return None if code is None else worded(cast(str, code), labels, env.frame.language)

    return run


def worded(code: str, labels: object, language: str) -> str:
    """The words of a choice in a language, else in its first one, else the code."""
    words = cast("dict[str, dict[str, str]]", labels).get(code) or {}
    return words.get(language) or next(iter(words.values()), code)


def _has_role(node: HasRole) -> Closure:
    role = node.role
    return lambda env: role in env.frame.roles


def _is_new(node: IsNew) -> Closure:
    return lambda env: env.frame.old is None


def _decide(node: Decide) -> Closure:
    table, level, record = node.table, node.level, closure(node.record) if node.record is not None else None
    if record is None:
        return lambda env: env.frame.decide(table, env.row(level))

    def run(env: Env) -> Value:
        target = record(env)
        return None if target is None else env.frame.decide(table, cast(int, target))

    return run


def _convert(node: Convert) -> Closure:
    parts = [closure(node.amount), closure(node.source), closure(node.target), closure(node.on)]

    def run(env: Env) -> Value:
        values = [part(env) for part in parts]
        if any(value is None for value in values):
            return None
        return converted(env.frame, *values)

    return run


def converted(frame: Frame, amount: Value, source: Value, target: Value, on: Value) -> Value:
    """An amount in another currency: unchanged in the same one, times the rate itself, or by the rate of a day (W905 if none)."""
    if source == target:
        return amount
    if isinstance(on, Decimal):
        return exact(EXACT.multiply(cast(Decimal, amount), on))
    result = frame.convert(cast(Decimal, amount), cast(str, source), cast(str, target), cast(date, on))
    if result is None:
        frame.warn("W905", "CONVERT")
    return result


_BUILDERS: dict[type[Node], Callable[..., Closure]] = {
    Constant: _constant, Read: _read, Element: _element, Arith: _arith, Negate: _negate, Concat: _concat, Compare: _compare, IsNull: _is_null,
    OneOf: _one_of, And: _and, Or: _or, Not: _not, Case: _case, Switch: _switch, Coalesce: _coalesce, Call: _call, Aggregate: _aggregate,
    Label: _label, HasRole: _has_role, IsNew: _is_new, Decide: _decide, Convert: _convert,
}  # fmt: skip
