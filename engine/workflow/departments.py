"""The tree of departments: who is below one, and who heads the ones above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.unit_of_work import View

DEEP = 50
"""How many levels are gone through; a tree that goes round ends there."""


def below(view: View, name: str) -> list[int]:
    """The departments of that name and all below them."""
    table = view.tables.table("department")
    ids = table.select().with_only_columns(table.c["id"])
    found = list(view.connection.execute(ids.where(table.c["name"] == name)).scalars())
    level = found
    for _ in range(DEEP):
        under = view.connection.execute(ids.where(table.c["parent"].in_(level))).scalars() if level else ()
        level = [one for one in under if one not in found]
        found = [*found, *level]
    return found


def appointed(view: View, roles: Sequence[str], person: int) -> Any:
    """Who holds one of these roles for the department of a person, or for one above it: the statement that finds their ids."""
    users, held, above = (view.tables.table(name) for name in ("user", "department_role", "department.ancestors"))
    own = users.select().with_only_columns(users.c["department"]).where(users.c["id"] == person)
    higher = above.select().with_only_columns(above.c["ancestors"]).where(above.c["document_id"].in_(own))
    there = held.c["department"].in_(own) | held.c["department"].in_(higher)
    return held.select().with_only_columns(held.c["person"]).where(held.c["role"].in_(roles), there)


def heads_above(view: View, department: int, person: int | None, up_to: int | None) -> list[int]:
    """The heads of a department and of those above it, nearest first; a vacancy is nobody.

    Where `person` heads a department, the head above it is meant; the nearest head is one department's only, a chain goes on.
    """
    table = view.tables.table("department")
    query = table.select().with_only_columns(table.c["parent"], table.c["head"])
    found: list[int] = []
    here: int | None = department
    seen: set[int] = set()
    while here is not None and here not in seen and (up_to is None or len(found) < up_to):
        seen.add(here)
        row = view.connection.execute(query.where(table.c["id"] == here)).first()
        if row is None:
            break
        if row.head is not None and row.head != person and row.head not in found:
            found.append(row.head)
        elif up_to == 1 and row.head is None:
            break
        here = row.parent
    return found
