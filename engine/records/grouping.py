"""Lists by groups: what records are grouped by, how many each group has, and its sums, all in one statement under the row rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from engine import storage
from engine.errors import Invalid, Message, Problem, told_of
from engine.formula import Context, Formula, Kind, Names, Type, as_compared, as_spelled, compile, is_spelled
from engine.frozen import frozen
from engine.metadata import SPELLING, Entity, GroupBy, Metadata, Value
from engine.storage import Total
from engine.unit_of_work import View

from .paths import path_formula
from .sealed_reads import sealed_number
from .titles import titles
from .veil import shown_where, veil

READ = 100_000
"""How many records groups and sums are made of, the newest first."""
_STEPPED = {
    "day": "{d}",
    "week": 'DATEADD({d}, 1 - WEEKDAY({d}, 2), "days")',
    "month": "DATE(YEAR({d}), MONTH({d}), 1)",
    "quarter": "DATE(YEAR({d}), 3 * QUARTER({d}) - 2, 1)",
    "year": "DATE(YEAR({d}), 1, 1)",
}
_DATES = frozenset({Kind.DATE, Kind.DATETIME})
_KEYS = _DATES | {Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN, Kind.CHOICE, Kind.REF}
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?\Z", re.ASCII)
_RECORD = re.compile(r"[0-9]{1,18}\Z", re.ASCII)


def _number(text: str) -> Decimal:
    if not _NUMBER.match(text):
        raise ValueError(text)
    return Decimal(text)


def _record(text: str) -> int:
    if not _RECORD.match(text):
        raise ValueError(text)
    return int(text)


_READERS: Mapping[Kind, Callable[[str], Value]] = {
    Kind.NUMBER: _number,
    Kind.BOOLEAN: {"true": True, "false": False}.__getitem__,
    Kind.DATE: date.fromisoformat,
    Kind.REF: _record,
}


@frozen
class Inside:
    """One group of a list: the records whose key is `token`, as `GroupOf.token` says it (blank: those without one)."""

    by: GroupBy
    token: str


@frozen
class GroupOf:
    """One group as its reader sees it: its key, what names it where it is a record, its number of records, and its sums by field.

    `sealed` tells of fields that are added up how many of their values are sealed, and so are in no sum.
    """

    value: Value
    title: str | None
    count: int
    sums: Mapping[str, Decimal | None]
    currencies: Mapping[str, Value]
    sealed: Mapping[str, int] = field(default_factory=dict)

    @property
    def token(self) -> str:
        """The key in an address."""
        if isinstance(self.value, bool):
            return str(self.value).lower()
        return "" if self.value is None else format(self.value, "f") if isinstance(self.value, Decimal) else str(self.value)


@frozen
class Groups:
    """The first groups of a list; `number` are all groups, `rows` all records; `cut` says that only the newest were read."""

    groups: Sequence[GroupOf]
    number: int
    rows: int
    cut: bool


def key_formula(metadata: Metadata, entity: Entity, by: GroupBy) -> Formula:
    """The value that a list is grouped by. Raises Invalid for what cannot be grouped by."""
    return _key(metadata, entity, by)[0]


@lru_cache(maxsize=1024)
def _key(metadata: Metadata, entity: Entity, by: GroupBy) -> tuple[Formula, str]:
    with told_of("group"):
        plain = path_formula(metadata, entity, by.path)
    kind = plain.type.kind
    if kind not in _KEYS or (by.step and (kind not in _DATES or by.step not in _STEPPED)):
        raise Invalid([Problem("group", "group", Message("A list cannot be grouped by {name}.", {"name": str(by)}))])
    if kind not in _DATES:
        return as_compared(plain), by.path
    text = _STEPPED[by.step or "day"].format(d=f"DATEVALUE({by.path})" if kind is Kind.DATETIME else by.path)
    return compile(text, Names(this=entity.name), metadata.catalog, Context.MEASURE), text


def inside_formula(metadata: Metadata, entity: Entity, inside: Inside, name: str = "group_key") -> tuple[Formula, Value]:
    """The condition of one group, and the value of its parameter `name`. Raises Invalid."""
    key, text = _key(metadata, entity, inside.by)
    if not inside.token:
        return _inside(metadata, entity.name, f"{text} = null", ()), None
    try:
        value = _READERS.get(key.type.kind, str)(inside.token)
    except (ValueError, KeyError):
        raise Invalid([Problem("group", "group", Message("There is no such group."))]) from None
    return _inside(metadata, entity.name, f"{text} = {name}", ((name, replace(key.type, null=False)),)), value


@lru_cache(maxsize=1024)
def _inside(metadata: Metadata, entity: str, text: str, parameters: tuple[tuple[str, Type], ...]) -> Formula:
    return compile(text, Names(this=entity, parameters=dict(parameters)), metadata.catalog, Context.WHERE)


def grouping_of(view: View, entity: Entity, by: GroupBy | None, totals: Sequence[str]) -> storage.Grouping:
    """What the database is asked, reading only what the actor may read. Raises Invalid."""
    with told_of("group"):
        key = None if by is None else veil(view, entity, key_formula(view.metadata, entity, by))
    plain = key if by is None else key_formula(view.metadata, entity, by)
    place = as_spelled(key, SPELLING) if key is not None and plain is not None and is_spelled(plain) else None
    sealed = (Total(counted) for _, counted in _sealed_counts(view, entity, totals))
    with told_of("totals"):
        return storage.Grouping(key, (*(_total(view, entity, path) for path in totals), *sealed), place)


def _sealed_counts(view: View, entity: Entity, totals: Sequence[str]) -> list[tuple[str, Formula]]:
    """Of what is added up: how many values are sealed, where some may be."""
    counted = ((path, sealed_number(view, entity, total_formula(view.metadata, entity, path))) for path in totals)
    return [(path, formula) for path, formula in counted if formula is not None]


def _total(view: View, entity: Entity, path: str) -> Total:
    value = total_formula(view.metadata, entity, path)
    money = value.type.currency
    currency = None
    if money is not None and money.path and money.root == "row":
        plain = compile(".".join(money.path), Names(this=entity.name), view.metadata.catalog, Context.MEASURE)
        currency = veil(view, entity, plain)
        if currency is not plain:
            raise Invalid([_no_sum(path)])
    shown, visible = shown_where(view, entity, value)
    return Total(shown, currency, visible)


@lru_cache(maxsize=1024)
def total_formula(metadata: Metadata, entity: Entity, path: str) -> Formula:
    """A number that a list can add up. Raises Invalid for what is none."""
    formula = path_formula(metadata, entity, path)
    if formula.type.kind is not Kind.NUMBER:
        raise Invalid([_no_sum(path)])
    return formula


def _no_sum(path: str) -> Problem:
    return Problem("totals", "totals", Message("There is no sum of {name}.", {"name": path}))


def told(view: View, entity: Entity, by: GroupBy | None, totals: Sequence[str], found: storage.Grouped) -> Groups:
    """The answer of the database with what names its groups: choices in their own order, records by their titles."""
    counted = [path for path, _ in _sealed_counts(view, entity, totals)]
    groups = [_group(each, totals, counted) for each in found.groups]
    if by is not None:
        groups = _in_order(view, entity, by, groups)
    return Groups(groups, found.number, min(found.rows, READ), found.rows > READ)


def _group(told: storage.Group, totals: Sequence[str], counted: Sequence[str]) -> GroupOf:
    sums, sealed = told.sums[: len(totals)], told.sums[len(totals) :]
    currencies = dict(zip(totals, told.currencies, strict=False))
    held = {path: int(number) for path, number in zip(counted, sealed, strict=True) if number}
    return GroupOf(told.key, None, told.count, dict(zip(totals, sums, strict=True)), currencies, held)


def _in_order(view: View, entity: Entity, by: GroupBy, groups: list[GroupOf]) -> list[GroupOf]:
    kind = key_formula(view.metadata, entity, by).type
    if kind.kind is Kind.REF and kind.entity:
        names = titles(view, kind.entity, [each.value for each in groups if isinstance(each.value, int)])
        groups = [replace(each, title=names.get(each.value) if isinstance(each.value, int) else None) for each in groups]
        place = storage.spelled if is_spelled(view.metadata.entities[kind.entity].title) else str
        return sorted(groups, key=lambda each: (each.value is None, each.title is None, place(each.title or "")))
    if kind.kind is Kind.CHOICE:
        order = {code: at for at, code in enumerate(kind.choices)}
        return sorted(groups, key=lambda each: order.get(str(each.value), len(order) + (each.value is None)))
    return groups
