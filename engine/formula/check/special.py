"""Function names that are forms of their own: conditions, null tests, questions about the record, the person, the choice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.errors import Message
from engine.formula.functions.table import named
from engine.formula.names import Hop, Path, Root, Via
from engine.formula.nodes import Call, Case, Coalesce, Constant, Convert, Decide, HasRole, IsNew, IsNull, Label, Node, Read, Switch
from engine.formula.nodes import Compare as Compared
from engine.formula.syntax import Binary, In, Joined, Name, Syntax, Text, bare
from engine.formula.syntax import Call as Written
from engine.formula.types import NULL, TRUTH, Currency, Kind, Type

from . import operators
from .aggregates import AGGREGATES
from .alike import alike
from .facts import known_when_true
from .fit import read_as, span, unify
from .inline import inlined
from .suggest import nearest

if TYPE_CHECKING:
    from .calls import Calls

Special = Callable[["Calls", Written], Node]
DEPARTMENT = "department"
DEPARTMENT_ROLES = "department_roles"
"""The entity of departments, and the roles that people hold there."""


def _error(call: Written) -> Node:
    return Constant(None, type=Type(Kind.ERROR), start=call.start, end=call.end)


def _place(call: Written) -> dict[str, int]:
    return {"start": call.start, "end": call.end}


def _if(check: Calls, call: Written) -> Node:
    test = operators.condition(check.state, check.node(call.args[0]), "IF")
    with check.state.knowing(known_when_true(test)):
        yes = check.node(call.args[1])
    no = check.node(call.args[2]) if len(call.args) > 2 else Constant(None, type=NULL)
    (yes, no), type_ = unify(check.state, [yes, no], "IF")
    return Case(((test, yes),), no, type=type_, **_place(call))


def _ifs(check: Calls, call: Written) -> Node:
    if len(call.args) % 2:
        return check.state.wrong("FX402", Message("IFS takes pairs of condition and value"), (call.start, call.end))
    tests, values = [], []
    for test, value in zip(call.args[::2], call.args[1::2], strict=True):
        tests.append(operators.condition(check.state, check.node(test), "IFS"))
        with check.state.knowing(known_when_true(tests[-1])):
            values.append(check.node(value))
    (*values, default), type_ = unify(check.state, [*values, Constant(None, type=NULL)], "IFS")
    return Case(tuple(zip(tests, values, strict=True)), default, type=type_, **_place(call))


def _switch(check: Calls, call: Written) -> Node:
    value, rest = check.node(call.args[0]), [check.node(arg) for arg in call.args[1:]]
    default = rest.pop() if len(rest) % 2 else Constant(None, type=NULL)
    keys, values = rest[::2], rest[1::2]
    (value, *keys), _ = unify(check.state, [value, *keys], "SWITCH")
    value, *keys = operators.same_case(value, *keys)
    (*values, default), type_ = unify(check.state, [*values, default], "SWITCH")
    return Switch(value, tuple(zip(keys, values, strict=True)), default, type=type_, **_place(call))


def _logic(check: Calls, call: Written) -> Node:
    return check.logic(call.name.lower(), call.args, call.start, call.end)


def _not(check: Calls, call: Written) -> Node:
    return operators.negation(check.state, check.node(call.args[0]), call.start, call.end)


def _coalesce(check: Calls, call: Written) -> Node:
    items, type_ = unify(check.state, [check.node(arg) for arg in call.args], "COALESCE")
    return Coalesce(tuple(items), type=type_.nullable(all(item.type.null for item in items)), **_place(call))


def _isblank(check: Calls, call: Written) -> Node:
    value = check.node(call.args[0])
    if value.type.kind in (Kind.TEXT, Kind.ERROR):
        return check.build(call, named("ISBLANK"), [value]) if value.type.kind is Kind.TEXT else _error(call)
    return IsNull(value, type=TRUTH, start=call.start, end=call.end)


def _exact(check: Calls, call: Written) -> Node:
    left, right = check.node(call.args[0]), check.node(call.args[1])
    return operators.compare(check.state, "=", left, right, (call.start, call.head))


def _oneof(check: Calls, call: Written) -> Node:
    value, options = check.node(call.args[0]), [check.node(arg) for arg in call.args[1:]]
    return operators.one_of(check.state, value, options, False, (call.start, call.end))


def _concat(check: Calls, call: Written) -> Node:
    return operators.concat(check.state, [check.node(arg) for arg in call.args])


def _literal(check: Calls, syntax: Syntax, valid: Collection[str], what: str) -> str | None:
    names = tuple(valid)
    inner = bare(syntax)
    if not isinstance(inner, Text):
        message = Message("write the {what} as a quoted literal", {"what": Message(what)})
        check.state.wrong("FX501", message, (syntax.start, syntax.end), None, names)
        return None
    return known(check, inner.value, names, what, (syntax.start, syntax.end))


def known(check: Calls, name: str, names: tuple[str, ...], what: str, place: tuple[int, int]) -> str | None:
    """The name if it is one of `names`; else None after recording FX207."""
    if name in names:
        return name
    near = nearest(name, names)
    hint = Message('did you mean "{name}"?', {"name": near}) if near else None
    check.state.wrong("FX207", Message('there is no {what} "{name}"', {"what": Message(what), "name": name}), place, hint, names)
    return None


def _hasrole(check: Calls, call: Written) -> Node:
    if not check.state.rules.roles:
        return _misplaced(check, call, "FX704")
    role = _literal(check, call.args[0], check.state.catalog.roles(), "role")
    if role is not None and len(call.args) > 1:
        return _role_in_department(check, call, role)
    return HasRole(role, type=TRUTH, **_place(call)) if role is not None else _error(call)


def _role_in_department(check: Calls, call: Written, role: str) -> Node:
    """Whether the person has the role for a department, or for one above it: records of `department_role`, as a formula over them."""
    path = bare(call.args[1])
    found = check.node(path)
    if found.type.kind is Kind.ERROR:
        return found
    if not isinstance(path, Name) or found.type.entity != DEPARTMENT:
        words = Message("HASROLE asks for a role in a department, not in {type}", {"type": str(found.type)})
        return check.state.wrong("FX302", words, (path.start, path.end))
    holders = sorted(check.state.catalog.roles()[role])
    return check.node(Joined(*_span(call), "or", (_held(call, path, holders), _held(call, path, holders, "ancestors"))))


def _held(call: Written, path: Name, holders: Sequence[str], *further: str) -> Written:
    """ANY(PATH.department_roles, person = user AND role in (…)), written where the call stands."""
    at = _span(call)
    own = Binary(*at, "=", _name(call, "person"), _name(call, "user"), call.start)
    one = In(*at, _name(call, "role"), tuple(Text(*at, holder) for holder in holders), False)
    rows = _name(call, *path.parts, *further, DEPARTMENT_ROLES)
    return Written(*at, "ANY", call.head, (rows, Joined(*at, "and", (own, one))))


def _name(call: Written, *parts: str) -> Name:
    return Name(*_span(call), parts, (call.start,) * len(parts))


def _span(call: Written) -> tuple[int, int]:
    return call.start, call.end


def _misplaced(check: Calls, call: Written, code: str) -> Node:
    words = {"name": call.name, "place": Message(check.state.rules.name)}
    return check.state.wrong(code, Message("{name} has no meaning in a {place}", words), (call.start, call.end))


def _isnew(check: Calls, call: Written) -> Node:
    return IsNew(type=TRUTH, **_place(call)) if check.state.rules.changes else _misplaced(check, call, "FX704")


def _ischanged(check: Calls, call: Written) -> Node:
    if not check.state.rules.changes:
        return _misplaced(check, call, "FX704")
    now = check.node(call.args[0])
    if not isinstance(now, Read) or now.path.root is not Root.ROW or now.level or now.path.hops:
        if now.type.kind is Kind.ERROR:
            return now
        return check.state.wrong("FX302", Message("ISCHANGED needs a field of the record"), span(now))
    before = replace(now, path=Path(Root.OLD, now.path.entity, (), now.path.field), type=now.type.nullable())
    return Compared("!=", before, now, type=TRUTH, start=call.start, end=call.end)


def _label(check: Calls, call: Written) -> Node:
    value = check.node(call.args[0])
    if value.type.kind is Kind.ERROR:
        return value
    if value.type.kind is not Kind.CHOICE:
        return check.state.wrong("FX302", Message("LABEL needs a choice, got {got}", {"got": value.type.word}), span(value))
    labels = next((n.labels for n in value.walk() if isinstance(n, Read) and n.type.choice_set == value.type.choice_set), {})
    return Label(value, labels, type=Type(Kind.TEXT, value.type.null), **_place(call))


def _decide(check: Calls, call: Written) -> Node:
    first = bare(call.args[0])
    name = ".".join(first.parts) if isinstance(first, Name) else first.value if isinstance(first, Text) else ""
    tables = check.state.catalog.decisions()
    table = known(check, name, tuple(tables), "decision", (first.start, first.end))
    record = check.node(call.args[1]) if len(call.args) > 1 else None
    if table is None:
        return _error(call)
    entity = record.type.entity if record else check.state.scope.entity
    if tables[table].entity is not None and entity != tables[table].entity:
        words = {"table": table, "entity": tables[table].entity}
        return check.state.wrong("FX302", Message("decision {table} is made on {entity}", words), (call.start, call.end))
    decision = tables[table]
    if decision.type.kind is Kind.NULL:
        refused = Message("decision {table} gives people, not a value", {"table": table})
        return check.state.wrong("FX302", refused, (call.start, call.end), Message("name it as who: decide:{table}", {"table": table}))
    if decision.tree is None or not (record is None or isinstance(record, Read)):
        return Decide(table, record, check.state.level, type=decision.type.nullable(), **_place(call))
    at = _record_at(record) if record is not None else Path(Root.ROW, entity, (), "id")
    return inlined(check.state, decision.tree, at, record.level if record is not None else check.state.level, (call.start, call.end))


def _record_at(record: Read) -> Path:
    """The path that begins at the record behind a link (or at the record itself, `this`)."""
    path, source = record.path, record.path.hops[-1].target if record.path.hops else record.path.entity
    if path.field == "id":
        return path
    hop = Hop(path.field, source or "", record.type.entity or "", Via.LINK)
    return Path(path.root, path.entity, (*path.hops, hop), "id")


def _convert(check: Calls, call: Written) -> Node:
    amount, target, on = (check.node(arg) for arg in call.args)
    on = read_as(check.state, on, Type(Kind.DATE))
    if Kind.ERROR in (amount.type.kind, target.type.kind, on.type.kind):
        return _error(call)
    if amount.type.kind is not Kind.NUMBER or amount.type.currency is None:
        return check.state.wrong("FX302", Message("CONVERT needs money, got {got}", {"got": amount.type.word}), span(amount))
    if target.type.kind not in (Kind.TEXT, Kind.CHOICE):
        return check.state.wrong("FX302", Message("CONVERT needs a currency, got {got}", {"got": target.type.word}), span(target))
    if on.type.kind not in (Kind.DATE, Kind.NUMBER):
        return check.state.wrong("FX302", Message("CONVERT needs a date or a rate, got {got}", {"got": on.type.word}), span(on))
    source = _holder(check, amount.type.currency)
    type_ = Type(Kind.NUMBER, True, currency=_currency_of(target))
    return Convert(amount, source, target, on, type=type_, **_place(call))


def _holder(check: Calls, currency: Currency) -> Node:
    """The node that gives the code of a currency."""
    if currency.code is not None or not currency.path:
        return Constant(currency.code, type=Type(Kind.TEXT, currency.code is None))
    root, starts = Root(currency.root), (0,) * len(currency.path)
    prefix = {Root.OLD: "old", Root.USER: "user", Root.PARENT: "parent"}.get(root)
    parts = (prefix, *currency.path) if prefix else currency.path
    scopes = check.state.scopes
    check.state.scopes = scopes[: currency.level + 1]
    try:
        return check.node(Name(0, 0, parts, (0,) * (len(starts) + bool(prefix))))
    finally:
        check.state.scopes = scopes


def _currency_of(target: Node) -> Currency:
    if isinstance(target, Constant):
        return Currency(str(target.value))
    if isinstance(target, Read):
        return Currency(None, target.path.names, target.path.root.value, target.level)
    return Currency()


def _contains(check: Calls, call: Written) -> Node:
    whole = check.node(call.args[0])
    if whole.type.kind is not Kind.MULTI_CHOICE:
        return check.ordinary(call, [row for row in check.rows("CONTAINS") if Kind.TEXT in row.params[0].kinds])
    part = read_as(check.state, check.node(call.args[1]), replace(whole.type, kind=Kind.CHOICE))
    if part.type.kind not in (Kind.CHOICE, Kind.TEXT, Kind.ERROR):
        return check.state.wrong("FX302", Message("CONTAINS needs a code, got {got}", {"got": part.type.word}), span(part))
    row = next(row for row in check.rows("CONTAINS") if Kind.MULTI_CHOICE in row.params[0].kinds)
    return Call(row, (whole, part), type=TRUTH.nullable(whole.type.null or part.type.null), **_place(call))


def _working_days(check: Calls, call: Written) -> Node:
    third = bare(call.args[2]) if len(call.args) > 2 else None
    calendars = tuple(check.state.catalog.calendars())
    if isinstance(third, Text) and known(check, third.value, calendars, "calendar", (third.start, third.end)) is None:
        return _error(call)
    return check.ordinary(call, [row for row in check.rows(call.name) if len(call.args) > 2 or row.nulls])


SPECIAL: dict[str, Special] = {
    "IF": _if, "IFS": _ifs, "SWITCH": _switch, "AND": _logic, "OR": _logic, "NOT": _not, "COALESCE": _coalesce, "NULLIF": alike,
    "BETWEEN": alike, "ISBLANK": _isblank, "EXACT": _exact, "ONEOF": _oneof, "CONCAT": _concat, "HASROLE": _hasrole, "ISNEW": _isnew,
    "ISCHANGED": _ischanged, "LABEL": _label, "DECIDE": _decide, "CONVERT": _convert, "CONTAINS": _contains,
    "NETWORKDAYS": _working_days, "WORKDAY": _working_days, **AGGREGATES,
}  # fmt: skip
