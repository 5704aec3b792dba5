"""Where a person stands beside their record: what they did, said and were signed in with; counted, and made nameless."""

from __future__ import annotations

import sqlalchemy as sa

from .audit import erase_name
from .database import Connection
from .later_tables import subscription
from .system_tables import audit, binned, comment, follower, reading, session, sign_in
from .tables import Tables


def traces_of(connection: Connection, tables: Tables, person: int) -> tuple[int, int, int]:
    """How many earlier versions of their record there are, how many entries of the audit are theirs, and how many comments."""
    past = tables.history("user")
    counted = (
        sa.select(sa.func.count()).select_from(past).where(past.c.id == person),
        sa.select(sa.func.count()).select_from(audit).where(audit.c.actor == person),
        sa.select(sa.func.count()).select_from(comment).where(comment.c.author == person),
    )
    versions, actions, comments = (int(connection.execute(query).scalar_one()) for query in counted)
    return versions, actions, comments


def forget_person(connection: Connection, person: int, word: str) -> None:
    """They are called `word` wherever their name was copied, signed in nowhere, follow nothing, and are sent nothing."""
    erase_name(connection, person, word)
    connection.execute(sa.update(comment).where(comment.c.author == person).values(author_name=word))
    connection.execute(sa.update(reading).where(reading.c.actor == person).values(actor_name=word))
    connection.execute(sa.update(binned).where(binned.c.deleted_by == person).values(deleted_by_name=word))
    for table in (session, sign_in, follower, subscription):
        connection.execute(sa.delete(table).where(table.c.person == person))
