"""Trying again: a transaction of an apply gives way to whoever holds what it needs, and comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engine.errors import Message, Unavailable
from engine.storage import Database

Result = TypeVar("Result")
TRIES = 20


def patiently(database: Database, work: Callable[[], Result]) -> Result:
    """What `work` gives, once the database lets it: it is one transaction, called again after every collision. Raises Unavailable."""
    for left in reversed(range(TRIES)):
        try:
            return work()
        except Exception as error:
            if not database.is_transient(error):
                raise
            if not left:
                raise Unavailable(Message("The tables are in use all the time; please try again.")) from error
    raise AssertionError
