"""The candidates of a link: what the person may read, what its `where` allows, and what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import cast

from engine.forms import Layout, Placed, States
from engine.formula import Context, Formula, Names, compile
from engine.metadata import FILE, USER, Field, Metadata
from engine.records import Draft, Query, RecordFrame, Row, admits, find, titles
from engine.unit_of_work import View

from .views import Choice
from .visit import visit
from .words import _

DOCUMENTS = 50
"""Of how many documents, the newest, the rows are offered."""
OFFERED = 30
"""How many candidates a list of choices holds before one types."""
TRIED = 200
"""How many records are tried against the `where` of a link before the search says "be more precise" by ending."""


def candidates(view: View, link: Field, row: Row, owner: Row | None, words: str = "") -> list[Choice]:
    """The records that `link` of `row` may lead to, the best fitting first; `owner` is the document of a child row."""
    assert link.link is not None
    target = view.metadata.entities[link.link.entity]
    if target.document is not None:
        return _rows(view, link, row, owner, words)
    return _found(view, link, (row, owner), words, archived=False)


def archived_candidates(view: View, link: Field) -> list[Choice]:
    """The records in the archive that a parameter may lead to: reports count what belongs to them as before."""
    assert link.link is not None
    target = view.metadata.entities[link.link.entity]
    if not target.archives:
        return []
    return [each._replace(text=f"{each.text} · {_('Archived')}") for each in _found(view, link, ({}, None), "", archived=True)]


def _found(view: View, link: Field, whose: tuple[Row, Row | None], words: str, *, archived: bool) -> list[Choice]:
    assert link.link is not None
    target, (row, owner) = view.metadata.entities[link.link.entity], whose
    where = link.link.where
    players = _players(view.metadata, link.link.role) if link.link.role is not None else ()
    sort, limit = view.metadata.list_of(target.name).sort, TRIED if where else OFFERED
    page = find(view, Query(target.name, where=players, words=words, sort=sort, limit=limit, archived=archived))
    frame = RecordFrame(view, owner=owner)
    if where is not None and not link.several:
        frame.prefetch([{**row, link.name: record.id} for record in page.records], [where])
    fitting = [r for r in page.records if admits(link, row, r.id, frame)]
    hint = visit().words(target.label)
    return [
        Choice(record.title or f"#{record.id}", value=str(record.id), hint=_hint(record.values, record.title, hint))
        for record in fitting[:OFFERED]
    ]


@lru_cache(maxsize=64)
def _players(metadata: Metadata, role: str) -> tuple[Formula, ...]:
    """That a person has a role, or one that includes it; nothing for roles that nobody is given, such as `staff`."""
    named = [name for name, each in metadata.roles.items() if role in each.includes]
    text = " OR ".join(f'CONTAINS(roles, "{name}")' for name in named)
    return (compile(text, Names(this=USER), metadata.catalog, Context.WHERE),) if named and role not in ("staff", "everybody") else ()


def _rows(view: View, link: Field, row: Row, owner: Row | None, words: str) -> list[Choice]:
    """Rows of the newest documents that the person may read, where they fit and what was typed is in what names them."""
    assert link.link is not None
    target = view.metadata.entities[link.link.entity]
    assert target.document is not None
    documents = find(view, Query(target.document, limit=DOCUMENTS, tables=True, titles=False)).records
    tables = [field.name for field in view.metadata.entities[target.document].tables if field.table is target]
    numbers = [int(str(each["id"])) for record in documents for name in tables for each in cast("list[Row]", record.values.get(name) or [])]
    frame = RecordFrame(view, owner=owner)
    fitting = [number for number in numbers if admits(link, row, number, frame)]
    named = titles(view, target.name, fitting)
    typed = words.lower().split()
    found = [(number, named.get(number) or "") for number in fitting]
    return [Choice(name, value=str(number)) for number, name in found if name and all(w in name.lower() for w in typed)][:OFFERED]


def _hint(values: Mapping[str, object], title: str, kind: str) -> str:
    number = str(values.get("number") or values.get("email") or "")
    return "" if number and number in title else number


def offers(view: View, layout: Layout, draft: Draft, states: States) -> Mapping[str, Sequence[Choice]]:
    """The first candidates of every link of a form, so that it can be filled in without script."""
    found: dict[str, Sequence[Choice]] = {}
    for placed in layout.placed():
        if placed.field.table is not None:
            found |= _in_table(view, placed, draft)
        elif _is_looked_up(placed.field) and placed.writable and states[placed.name].shown:
            found[placed.name] = candidates(view, placed.field, draft.new, None)
    return found


def _is_looked_up(field: Field) -> bool:
    return field.link is not None and field.link.entity != FILE


def _in_table(view: View, table: Placed, draft: Draft) -> dict[str, Sequence[Choice]]:
    """Candidates that are the same in every row are asked for once; others when somebody opens the list."""
    links = [cell for cell in table.columns if _is_looked_up(cell.field) and cell.writable]
    return {
        f"{table.name}.{cell.name}": candidates(view, cell.field, {}, draft.new)
        for cell in links
        if cell.field.link is not None and cell.field.link.where is None and draft.new.get(table.name)
    }
