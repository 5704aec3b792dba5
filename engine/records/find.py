"""Finding records: one statement for list, count and single read, with the row rule, the filters and what is hidden in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from functools import lru_cache

from engine.access import CLEAR, Sight, granting, row_rule, sight_of, uniform, with_rows
from engine.errors import Invalid, Invisible, Message, Problem
from engine.formula import Aggregate, Formula
from engine.frozen import frozen
from engine.metadata import Entity, Field, GroupBy, SortKey, Value
from engine.storage import Asking, Found, Listing, Order, Place, apart
from engine.unit_of_work import View

from .compute import virtual
from .conditions import aside, search_formula, typed_formula
from .draft import Row, key_of
from .fetch import attach_relations, attach_tables
from .frame import RecordFrame
from .grouping import READ, Groups, Inside, grouping_of, inside_formula, key_formula, told
from .leading import with_led
from .narrowing import hidden_here, narrow
from .ordering import group_keys, order_of
from .paths import path_formula, path_formulas, with_path_titles
from .present import Record, present
from .then import refuse_partly, sight_then
from .values import rounded
from .veil import veil
from .visible import reader, rule_of
from .words import sought

COUNTED = 1000
"""How far a count goes: above it the answer is "1,000+"."""
MOST = 500
"""How many records one page may hold."""


@frozen(slots=False)
class Query:
    """Which records somebody asks for. `where` are conditions that the definition says, `typed` texts that the person wrote.

    `search` looks into the fields `searched` (none: those that the entity's list names), `words` into all texts of a record;
    `fields` are the virtual fields and many-to-many links that are wanted (None: all); `paths` are fields behind links, told
    under their path; `by` puts the records of one group together, `inside` is one group; `at` asks for the records as they were;
    `given` are values of parameters that `where` names.

    `archived` asks for archived records alone, or (None) for them too. Records that are asked for by their ids, or as they were, are
    found wherever they are, and a condition that names the time of archiving says itself what it means.
    """

    entity: str
    where: tuple[Formula, ...] = ()
    typed: tuple[str, ...] = ()
    search: str = ""
    searched: tuple[str, ...] = ()
    words: str = ""
    sort: tuple[SortKey, ...] = ()
    limit: int = 50
    after: Place | None = None
    ids: tuple[int, ...] | None = None
    fields: frozenset[str] | None = None
    tables: bool = False
    titles: bool = True
    paths: tuple[str, ...] = ()
    by: GroupBy | None = None
    inside: Inside | None = None
    at: datetime | None = None
    given: Mapping[str, Value] = field(default_factory=dict)
    archived: bool | None = False


@frozen(slots=False)
class Page:
    """One page of records, where the next begins (None at the end), and the keys of their groups where they stand in groups."""

    records: Sequence[Record]
    next: Place | None
    keys: Sequence[Value] = ()


def find(view: View, query: Query) -> Page:
    """One page of the records that the actor may see. Raises FormulaErrors, Invalid for fields the actor may not use, NotPushable."""
    entity, wanted = view.metadata.entities[query.entity], query.fields
    query = as_it_was(query)
    limit = max(1, min(query.limit, MOST))
    found = view.lists.page(view.connection, *question(view, query, limit + 1))
    shown = found[:limit]
    rows = _rows(view, entity, query, shown)
    sights = _sights(view, entity, shown) if query.at is None else [sight_then(view, entity)] * len(shown)
    if query.at is not None:
        rows = list(with_led(view, entity, rows, wanted, query.at))
    records = present(view, entity, rows, sights, with_titles=query.titles, wanted=query.fields)
    if query.paths and query.titles:
        records = with_path_titles(view, entity, query.paths, records)
    keys = group_keys(view, entity, query.by, shown) if query.by is not None else ()
    return Page(records, shown[-1].place if len(found) > limit else None, keys)


def question(view: View, query: Query, limit: int, *, ordered: bool = True) -> tuple[Listing, Asking]:
    """What the database is asked: the statement, and what surrounds it. `ordered` False is a question about all records at once."""
    entity = view.metadata.entities[query.entity]
    listing, words = _listing(view, entity, query, ordered=ordered)
    after = query.after if ordered else None
    asking = Asking(_frame(view, entity, query), reader(view, entity), limit, after, query.ids or (), words, query.at)
    return listing, asking


def _rows(view: View, entity: Entity, query: Query, found: Sequence[Found]) -> list[Row]:
    """The rows of a page with their virtual fields: from the statement where the database can calculate them, else from Python."""
    rows: list[Row] = [each.row for each in found]
    if query.tables:
        attach_tables(view, entity, rows)
    elif entity.relations and rows:
        attach_relations(view, entity, rows, query.fields)
    pushed, paths = _virtual(entity, query, pushed=True), path_formulas(view, entity, query.paths)
    for each in found if pushed or paths else ():
        values = iter(each.values)
        each.row.update({field.name: rounded(field, next(values)) for field in pushed})
        each.row.update({path: next(values) for path in paths})
    virtual(view, _virtual(entity, query, pushed=False), rows)
    return rows


def _virtual(entity: Entity, query: Query, *, pushed: bool) -> list[Field]:
    wanted = (field for field in entity.virtual if query.fields is None or field.name in query.fields)
    return [field for field in wanted if field.formula is not None and _is_pushed(field.formula) is pushed]


@lru_cache(maxsize=4096)
def _is_pushed(formula: Formula) -> bool:
    """Whether the database calculates it: only what reads rows of other tables is worth the way there."""
    return formula.pushable and any(isinstance(node, Aggregate) for node in formula.tree.walk())


def count(view: View, query: Query, cap: int = COUNTED) -> int:
    """How many records the actor may see, at most `cap` + 1."""
    listing, asking = question(view, as_it_was(query), cap + 1, ordered=False)
    return view.lists.count(view.connection, listing, asking)


def groups(view: View, query: Query, by: GroupBy | None, totals: Sequence[str] = ()) -> Groups:
    """The records that the actor may see by groups, with sums of the fields `totals`; by None is one group of all.

    Raises FormulaErrors, Invalid for what cannot be grouped or added up by the actor, NotPushable.
    """
    entity = view.metadata.entities[query.entity]
    if query.at is not None:
        raise Invalid([Problem("group", "group", Message("A list as it was has no groups."))])
    listing, asking = question(view, query, READ + 1, ordered=False)
    found = view.lists.groups(view.connection, listing, grouping_of(view, entity, by, totals), asking)
    return told(view, entity, by, totals, found)


def used_in(view: View, query: Query) -> list[Formula]:
    """What the person asks by: filters, and what records are sorted and grouped by. Raises FormulaErrors, Invalid."""
    entity = view.metadata.entities[query.entity]
    typed = [typed_formula(view.metadata, entity.name, text) for text in query.typed]
    if query.search.strip() and (names := _searched(view, query)):
        typed.append(search_formula(view.metadata, entity.name, names))
    sorted_by = [path_formula(view.metadata, entity, key.path) for key in query.sort]
    return [*typed, *sorted_by, *([key_formula(view.metadata, entity, query.by)] if query.by is not None else [])]


def _frame(view: View, entity: Entity, query: Query) -> RecordFrame:
    parameters: dict[str, Value] = {"search": query.search, **query.given}
    if query.inside is not None:
        parameters["group_key"] = inside_formula(view.metadata, entity, query.inside)[1]
    return RecordFrame(view, parameters=parameters)


def load(view: View, entity: str, number: int) -> Record:
    """A record with its tables as the actor may see it.

    Raises Invisible, for a record that is hidden from the actor exactly as for one that is not there.
    """
    page = find(view, Query(entity, ids=(number,), tables=True, limit=1))
    if not page.records:
        raise Invisible
    return page.records[0]


def _listing(view: View, entity: Entity, query: Query, *, ordered: bool = True) -> tuple[Listing, str]:
    """The statement, and the question to the full-text index that goes with it (blank: none)."""
    any_of, opened = rule_of(view, entity)
    words = _words(view, entity, query)
    typed = _typed(view, entity, query, worded=words is not None)
    allowed = (part for formula in typed for part in apart(_allowed(view, entity, query, formula)))
    archived = query.archived if query.ids is None and query.at is None else None
    listing = Listing(
        entity.name,
        where=(*query.where, *allowed, *aside(view.metadata, entity, (*query.where, *typed), archived=archived)),
        any_of=any_of,
        opened=opened,
        flags=_flags(view, entity) if ordered and query.at is None else (),
        values=_values(view, entity, query) if ordered else (),
        order=_order(view, entity, query) if ordered else (),
        descending=next((key.descending for key in reversed(query.sort)), True),
        some=query.ids is not None,
        worded=words is not None,
        then=query.at is not None,
    )
    return listing, words or ""


def _typed(view: View, entity: Entity, query: Query, *, worded: bool) -> list[Formula]:
    """The conditions that the person wrote, chose or searched for, as they stand."""
    typed = [typed_formula(view.metadata, entity.name, text) for text in query.typed]
    if query.inside is not None:
        typed.append(inside_formula(view.metadata, entity, query.inside)[0])
    if not worded and query.search.strip() and (searching := _searching(view, entity, query)) is not None:
        typed.append(searching)
    return typed


def _order(view: View, entity: Entity, query: Query) -> tuple[Order, ...]:
    return order_of(view, entity, query.sort, query.by, lambda formula: _allowed(view, entity, query, formula))


def _allowed(view: View, entity: Entity, query: Query, formula: Formula) -> Formula:
    """A formula of the person, reading only what they may read. Raises Invalid."""
    return veil(view, entity, formula if query.at is None else refuse_partly(view, entity, formula))


def as_it_was(query: Query) -> Query:
    """A question about the past: without what is calculated when it is read, and without rows of tables."""
    return query if query.at is None else replace(query, fields=frozenset(), tables=False, words="")


def _values(view: View, entity: Entity, query: Query) -> tuple[Formula, ...]:
    """What is told beside the rows: virtual fields that the database calculates, then the fields behind links."""
    virtual = (field.formula for field in _virtual(entity, query, pushed=True) if field.formula)
    return (*virtual, *path_formulas(view, entity, query.paths).values())


def _words(view: View, entity: Entity, query: Query) -> str | None:
    """What the full-text index is asked; None where it is not, or does not have the fields that the list names."""
    if query.at is not None:
        return None
    if query.words.strip():
        return sought(view, entity, query.words)
    names = _searched(view, query)
    return sought(view, entity, query.search, names) if query.search.strip() and names else None


def _flags(view: View, entity: Entity) -> tuple[Formula, ...]:
    """The conditions that must be known per row because the rules behind them hide different fields."""
    rules = granting(entity, "read", view.actor)
    if (row_rule(entity, "read", view.actor).everything and not rules) or uniform(g.rule for g in rules):
        return ()
    return tuple(g.where for g in rules if g.where is not None)


def _sights(view: View, entity: Entity, found: Sequence[Found]) -> list[Sight]:
    """What the actor sees of each row: by the rules that grant it, without what open tasks hide."""
    sights, hidden = _by_rules(view, entity, found), hidden_here(view, entity)
    if not hidden:
        return sights
    return [narrow(sight, hidden.get(key_of(each.row), frozenset())) for sight, each in zip(sights, found, strict=True)]


def _by_rules(view: View, entity: Entity, found: Sequence[Found]) -> list[Sight]:
    rules = granting(entity, "read", view.actor)
    if view.actor.trusted or view.actor.administrator or not rules:
        return [CLEAR] * len(found)
    if uniform(g.rule for g in rules):
        return [with_rows(entity, view.actor, sight_of([g.rule for g in rules]))] * len(found)
    sights: dict[tuple[bool, ...], Sight] = {}
    for each in found:
        if each.flags not in sights:
            flags = iter(each.flags)
            held = [g.rule for g in rules if g.where is None or next(flags)]
            sights[each.flags] = with_rows(entity, view.actor, sight_of(held or [g.rule for g in rules]))
    return [sights[each.flags] for each in found]


def _searched(view: View, query: Query) -> tuple[str, ...]:
    return query.searched or view.metadata.list_of(query.entity).search


def _searching(view: View, entity: Entity, query: Query) -> Formula | None:
    names = _searched(view, query)
    return search_formula(view.metadata, entity.name, names) if names else None
