"""How often a public form may be used from one network address, counted in the database for all processes together."""

from __future__ import annotations

from datetime import timedelta

from flask import request

from engine.web.accounts import limits
from engine.web.limits import Limit
from engine.web.visit import visit

ATTEMPTS = 5
"""How many times as often as answers are taken a form may be sent, since some are sent with mistakes."""
TYPING = Limit(600, timedelta(minutes=1), shares=10)
"""How often the page may ask something while people type."""


def count_attempt(name: str) -> None:
    """One more try to send the form. Raises TooMany."""
    times, period = visit().app.metadata.publics[name].limit if name in visit().app.metadata.publics else (20, timedelta(hours=1))
    limits().take(f"public:{name}:try:{request.remote_addr}", Limit(times * ATTEMPTS, period))


def count_answer(name: str) -> None:
    """One more answer. Raises TooMany."""
    times, period = visit().app.metadata.publics[name].limit
    limits().take(f"public:{name}:{request.remote_addr}", Limit(times, period))


def count_typing(name: str) -> None:
    """One more question while somebody types. Raises TooMany."""
    limits().take(f"public:{name}:live:{request.remote_addr}", TYPING)
