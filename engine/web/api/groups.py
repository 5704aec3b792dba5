"""The records of a list counted and summed by groups, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from flask import Request

from engine import records
from engine.errors import Invalid
from engine.metadata import Entity, GroupBy, Value
from engine.records import GroupOf, Query

from .door import Answer, Call
from .questions import asked_of_archive, within, wrong
from .records import entity_named
from .shape import sealed_of

KNOWN = frozenset({"by", "totals", "where", "search"})


def list_groups(call: Call, entity: str) -> Answer:
    """GET /records/{entity}/groups: how many records there are by `by`, and the sums of `totals`; without `by` of all together."""
    kind = entity_named(call, entity, "read")
    query, by, totals = _read(call.request, kind)
    within(call.scope, call.metadata, query, (*totals, *([by.path] if by else [])))
    with call.look() as view:
        found = records.groups(view, query, by, totals)
        sealed = records.sealed_among(view, replace(query, by=by))
    groups = [_shaped(each) for each in found.groups]
    told = {"groups": groups, "number": found.number, "records": found.rows, "cut": found.cut}
    return Answer(told if sealed is None else {**told, "sealed": sealed_of(sealed)})


def _read(request: Request, entity: Entity) -> tuple[Query, GroupBy | None, tuple[str, ...]]:
    problems = [wrong(name, "There is no such parameter.", "unknown_field") for name in request.args if name not in (*KNOWN, "archived")]
    archived = asked_of_archive(request, entity, problems)
    if problems:
        raise Invalid(problems)
    given = {name: request.args.get(name, "").strip() for name in KNOWN}
    totals = tuple(dict.fromkeys(name.strip() for name in given["totals"].split(",") if name.strip()))
    query = Query(entity.name, typed=(given["where"],) if given["where"] else (), search=given["search"], archived=archived)
    return query, GroupBy.read(given["by"]) if given["by"] else None, totals


def _shaped(group: GroupOf) -> Mapping[str, object]:
    named: dict[str, object] = {"title": group.title} if group.title is not None else {}
    currencies = {name: code for name, code in group.currencies.items() if code is not None}
    return {
        "key": _plain(group.value),
        **named,
        "count": group.count,
        "totals": dict(group.sums),
        **({"currencies": currencies} if currencies else {}),
        **({"sealed": dict(group.sealed)} if group.sealed else {}),
    }


def _plain(value: Value) -> object:
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
