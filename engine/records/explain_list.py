"""How a list is found: its statements, how the database runs them, which indexes they use, and which would help."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.frozen import frozen
from engine.metadata import ARCHIVED, Entity, alternatives, behind_links, compared_fields, fixed_fields, is_indexable
from engine.storage import Listing
from engine.unit_of_work import View

from .find import MOST, Query, question

INDEX = re.compile(r"USING (?:COVERING )?INDEX (\S+)|Index (?:Only )?Scan(?: Backward)? using (\S+)|Bitmap Index Scan on (\S+)")
PRIMARY = re.compile(r"USING INTEGER PRIMARY KEY|\bpk_\w+")
WHOLE = re.compile(r"\bSCAN (?!CONSTANT)(?!.*(?:USING|VIRTUAL))(\S+)|Seq Scan on (\S+)")
MADE = re.compile(r"\b(?:CO-ROUTINE|MATERIALIZE) (\S+)")
"""Rows that SQLite makes within a statement and then goes through."""

OWN = "loom_"
"""The engine's own tables, such as grants, are small or indexed by themselves."""


@frozen
class Planned:
    """One statement, the plan of the database line by line, the indexes it uses, and the tables that it reads as a whole."""

    sql: str
    plan: tuple[str, ...]
    indexes: tuple[str, ...]
    whole: tuple[str, ...]


@frozen
class ListExplanation:
    """The statements of the first page of a list, and the indexes that would help (`index:` of the entity)."""

    statements: tuple[Planned, ...]
    proposed: tuple[tuple[str, ...], ...]


def explain_list(view: View, query: Query) -> ListExplanation:
    """What `find` would ask the database for the actor. Raises what `find` raises."""
    entity = view.metadata.entities[query.entity]
    listing, asking = question(view, query, min(query.limit, MOST) + 1)
    statements = tuple(planned(sql, plan) for sql, plan in view.lists.plans(view.connection, listing, asking))
    return ListExplanation(statements, tuple(_lacking(view, entity, listing)))


def planned(sql: str, plan: list[str]) -> Planned:
    """A statement with what its plan says."""
    indexes = {name for line in plan for match in INDEX.finditer(line) for name in match.groups() if name}
    indexes |= {match.group() for line in plan for match in PRIMARY.finditer(line)}
    made = {name for line in plan for name in MADE.findall(line)}
    gone_through = {name for line in plan for match in WHOLE.finditer(line) for name in match.groups() if name}
    whole = {name for name in gone_through - made if not name.startswith(OWN)}
    return Planned(sql, tuple(plan), tuple(sorted(indexes)), tuple(sorted(whole)))


def _lacking(view: View, entity: Entity, listing: Listing) -> Iterator[tuple[str, ...]]:
    """The fields that are compared or sorted by first and lead no index; those of one value with what the list is sorted by."""
    indexes = view.tables.indexes(entity.name)
    held = {index.keys[:most] for index in indexes for most in (1, 2)}
    alone = {index.keys[0] for index in indexes if index.unique and len(index.keys) == 1}
    trees = [part for formula in (*listing.where, *(listing.any_of or ())) for part in alternatives(formula.tree)]
    sort = next((order.formula.text for order in listing.order[:1] if is_indexable(entity, order.formula.text)), "")
    leading = (name for tree in trees for name in (*fixed_fields(tree), *(hop.name for hop, _ in behind_links(tree))))
    for name in dict.fromkeys(name for name in leading if name != ARCHIVED and is_indexable(entity, name)):
        together = (name, entity.place_of(sort)) if sort not in ("", name) else (name,)
        if name not in alone and together not in held:
            yield (name, sort) if len(together) == 2 else (name,)
            held |= {(name,)}
    others = [(name, name) for tree in trees for name in compared_fields(tree) if name != ARCHIVED] + (
        [(sort, entity.place_of(sort))] if sort else []
    )
    yield from dict.fromkeys((name,) for name, column in others if (column,) not in held and is_indexable(entity, name))
