"""Formulas as nested closures: slow and obviously right, the oracle of the generated Python and of SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import cast

from .env import Closure, Env, strict, warned
from .frame import Frame, Value
from .functions.texts import limited
from .names import Root
from .nodes import (
    Aggregate,
    And,
    Arith,
    Call,
    Case,
    Coalesce,
    Compare,
    Concat,
    Constant,
    Convert,
    Decide,
    Element,
    HasRole,
    IsNew,
    IsNull,
    Label,
    Negate,
    Node,
    Not,
    OneOf,
    Or,
    Read,
    Switch,
)  # fmt: skip
from .operations import AGGREGATED, COMPARED, arithmetic, converted, opposite, place, printed, worded
from .reading import SURROUNDINGS, follow, follow_row, rows


class _Nowhere:
    """The surroundings of a constant: it asks nothing of them, and a null it gives is not kept, so nobody need be told."""

    def warn(self, code: str, where: str) -> None:
        """Tell nobody."""


def constant(node: Node) -> Value:
    """The value of a node that reads nothing."""
    return closure(node)(Env(cast(Frame, _Nowhere()), ()))


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


def _arith(node: Arith) -> Closure:
    function, code = arithmetic(node)
    parts = [closure(node.left), closure(node.right)]
    return warned(function, code, f'"{node.op}"', parts) if code else strict(function, *parts)


def _negate(node: Negate) -> Closure:
    return strict(opposite, closure(node.value))


def _concat(node: Concat) -> Closure:
    parts = [closure(item) for item in node.items]
    return lambda env: limited("".join(printed(part(env), env.frame) for part in parts))


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
    calculate = AGGREGATED["LIST" if ends else node.function](node)

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


def _label(node: Label) -> Closure:
    value, labels = closure(node.value), node.labels

    def run(env: Env) -> Value:
        code = value(env)
        return None if code is None else worded(cast(str, code), labels, env.frame.language)

    return run


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


_BUILDERS: dict[type[Node], Callable[..., Closure]] = {
    Constant: _constant, Read: _read, Element: _element, Arith: _arith, Negate: _negate, Concat: _concat,
    Compare: _compare, IsNull: _is_null, OneOf: _one_of, And: _and, Or: _or, Not: _not, Case: _case, Switch: _switch,
    Coalesce: _coalesce, Call: _call, Aggregate: _aggregate, Label: _label, HasRole: _has_role, IsNew: _is_new,
    Decide: _decide, Convert: _convert,
}  # fmt: skip
