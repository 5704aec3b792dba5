"""Who of some people can sign in, and who stands in for those who are away, in one prepared statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from .database import Connection
from .tables import Tables

YES = True
Absent = tuple[int, int | None, int | None]
"""A person with their substitute and the number of the rule; None twice for who is here."""


def find_able(connection: Connection, tables: Tables, people: Sequence[int], day: date, workflow: str) -> list[Absent]:
    """Those of `people` who can sign in; one line per rule that holds on a day for everything, or for one workflow."""
    size = 1 << max(0, len(people) - 1).bit_length()
    names = [f"p{number}" for number in range(size)]

    def statement() -> sa.Select[Any]:
        users, away = tables.table("user"), tables.table("delegation")
        today = sa.bindparam("day", type_=away.c["starts_on"].type)
        only = sa.bindparam("workflow", type_=away.c["workflow"].type)
        holds = sa.and_(
            away.c["person"] == users.c["id"],
            away.c["starts_on"] <= today,
            away.c["ends_on"] >= today,
            sa.or_(away.c["workflow"].is_(None), away.c["workflow"] == only),
        )
        wanted = users.c["id"].in_([sa.bindparam(name, type_=sa.BigInteger) for name in names])
        found = sa.select(users.c["id"], away.c["substitute"], away.c["id"].label("rule")).select_from(users.outerjoin(away, holds))
        return found.where(wanted, users.c["active"] == YES).order_by(users.c["id"], away.c["workflow"], away.c["id"])

    asked = dict(zip(names, [*people, *[people[-1]] * (size - len(people))], strict=True))
    rows = tables.prepared(connection, ("able", str(size)), statement).tuples(connection, {**asked, "day": day, "workflow": workflow})
    return [(person, substitute, rule) for person, substitute, rule in rows]
