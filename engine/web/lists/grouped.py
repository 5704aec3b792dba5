"""A list in groups: each with its count and sums; all open where the list is short, else the one that was opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.frozen import frozen
from engine.metadata import Entity, GroupBy, ListView
from engine.records import GroupOf, Groups, Inside, Page, Query, find, groups
from engine.unit_of_work import View
from engine.web.display import Display
from engine.web.views import BLANK, Cell, ListGroup, ListRow
from engine.web.visit import visit
from engine.web.words import _

from .address import Asked
from .cells import Column, columns_of, list_rows
from .keys import key_cell

SHORT = 50
"""How many records a list in groups may have to stand open as a whole."""
NOTHING = Page((), None)


@frozen
class Grouped:
    """What the database told: the groups, the page of records in them (keys say which belongs where), and all sums."""

    by: GroupBy
    groups: Groups
    page: Page
    whole: bool


def ask_groups(view: View, query: Query, by: GroupBy, described: ListView, asked: Asked) -> Grouped:
    """The groups of a list, and the records of those that are open. Raises FormulaErrors, Invalid, NotPushable."""
    found = groups(view, query, by, described.totals)
    if asked.open is not None:
        return Grouped(by, found, find(view, replace(query, inside=Inside(by, asked.open))), False)
    if found.rows <= SHORT and not found.cut:
        return Grouped(by, found, find(view, replace(query, by=by, limit=SHORT)), True)
    return Grouped(by, found, NOTHING, False)


def list_groups(view: View, entity: Entity, columns: Sequence[Column], asked: Asked, found: Grouped) -> tuple[ListGroup, ...]:
    """The groups as the page shows them."""
    titles = found.page.records[0].titles if found.page.records else {}
    display = visit().display(view, titles)
    rows = list_rows(entity, columns, found.page.records, display)
    by_token: dict[str, list[ListRow]] = {}
    keys = found.page.keys if found.whole else [asked.open] * len(rows)
    for key, row in zip(keys, rows, strict=True):
        by_token.setdefault(key if isinstance(key, str) else token_of(key), []).append(row)
    named = columns_of(view.metadata, entity, [found.by.path])[0]
    return tuple(
        replace(
            _head(columns, asked, found, display, each),
            cell=key_cell(named, found.by.step, each.value, each.title, display),
            rows=tuple(by_token.get(each.token, ())),
        )
        for each in found.groups.groups
    )


def token_of(key: object) -> str:
    """A key as the address has it."""
    return GroupOf(key, None, 0, {}, {}).token


def _head(columns: Sequence[Column], asked: Asked, found: Grouped, display: Display, group: GroupOf) -> ListGroup:
    """A group without its key and its records."""
    href = asked.turned() if asked.open == group.token else asked.turned(open=group.token)
    totals = total_cells(columns, group, display)
    return ListGroup(
        cell=BLANK,
        count=f"{group.count:,}",
        totals=totals,
        span=next((at for at, total in enumerate(totals) if at and total is not None), len(totals)),
        open=found.whole or asked.open == group.token,
        href="" if found.whole else href.link(),
    )


def total_cells(columns: Sequence[Column], group: GroupOf, display: Display) -> tuple[Cell | None, ...]:
    """The sums of a group below or beside their columns; None for the others."""
    return tuple(_total(column, group, display) if column.path in group.sums else None for column in columns)


def _total(column: Column, group: GroupOf, display: Display) -> Cell:
    value, field, sealed = group.sums[column.path], column.field, group.sealed.get(column.path, 0)
    lock = f"{sealed:,}" if sealed else ""
    note = _("Sealed values that are not in it: %(count)s", count=lock) if sealed else ""
    if value is None or field is None:
        return BLANK._replace(lock=lock, note=note)
    currency = group.currencies.get(column.path)
    paths = field.type.currency.path if field.type.currency is not None else ()
    row = {paths[0]: currency} if len(paths) == 1 and isinstance(currency, str) else {}
    return Cell("number", display.text(field, value, row), lock=lock, note=note)
