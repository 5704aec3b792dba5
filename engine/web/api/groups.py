"""The records of a list counted and summed by groups, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from flask import Request

from engine import records
from engine.errors import Invalid
from engine.metadata import Entity, GroupBy, Metadata, Value
from engine.records import GroupOf, Groups, Query, key_formula, total_formula
from engine.unit_of_work import View

from .door import Answer, Call
from .questions import asked_of_archive, parameters, within
from .records import entity_named
from .shape import sealed_of

KNOWN = frozenset({"by", "totals", "where", "search"})


def list_groups(call: Call, entity: str) -> Answer:
    """GET /records/{entity}/groups: how many records there are by `by`, and the sums of `totals`; without `by` of all together."""
    kind = entity_named(call, entity, "read")
    query, by, totals = _read(call.request, kind)
    within(call.scope, call.metadata, query, (*totals, *([by.path] if by else [])))
    with call.look() as view:
        found = _found(view, query, by, totals)
        sealed = records.sealed_among(view, replace(query, by=by))
    scales = _scales(call.metadata, kind, by, totals)
    groups = [_shaped(each, scales) for each in found.groups]
    told = {"groups": groups, "number": found.number, "records": found.rows, "cut": found.cut}
    return Answer(told if sealed is None else {**told, "sealed": sealed_of(sealed)})


def _read(request: Request, entity: Entity) -> tuple[Query, GroupBy | None, tuple[str, ...]]:
    problems = parameters(request, {*KNOWN, "archived"})
    archived = asked_of_archive(request, entity, problems)
    if problems:
        raise Invalid(problems)
    given = {name: request.args.get(name, "").strip() for name in KNOWN}
    totals = tuple(dict.fromkeys(name.strip() for name in given["totals"].split(",") if name.strip()))
    query = Query(entity.name, typed=(given["where"],) if given["where"] else (), search=given["search"], archived=archived)
    return query, GroupBy.read(given["by"]) if given["by"] else None, totals


def _found(view: View, query: Query, by: GroupBy | None, totals: tuple[str, ...]) -> Groups:
    try:
        return records.groups(view, query, by, totals)
    except Invalid as wrong:  # a list calls `group` what is called `by` here
        raise Invalid([replace(each, path="by") if each.path == "group" else each for each in wrong.problems]) from None


def _scales(metadata: Metadata, entity: Entity, by: GroupBy | None, totals: tuple[str, ...]) -> Mapping[str, int | None]:
    """How many digits stand after the point, by what is added up; under nothing that of the key."""
    found = {path: total_formula(metadata, entity, path).type.scale for path in totals}
    return found if by is None else {**found, "": key_formula(metadata, entity, by).type.scale}


def _shaped(group: GroupOf, scales: Mapping[str, int | None]) -> Mapping[str, object]:
    named: dict[str, object] = {"title": group.title} if group.title is not None else {}
    currencies = {name: code for name, code in group.currencies.items() if code is not None}
    return {
        "key": _plain(group.value, scales.get("")),
        **named,
        "count": group.count,
        "totals": {name: _exact(value, scales[name]) for name, value in group.sums.items()},
        **({"currencies": currencies} if currencies else {}),
        **({"sealed": dict(group.sealed)} if group.sealed else {}),
    }


def _plain(value: Value, scale: int | None) -> object:
    """As a field of that scale: a whole number as such, any other as text with all its digits."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if scale == 0 else _exact(value, scale)


def _exact(value: Decimal | None, scale: int | None) -> str | None:
    if value is None:
        return None
    digits = max(scale or 0, -int(value.as_tuple().exponent))
    return format(value, f".{digits}f")
