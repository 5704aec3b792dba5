"""Addresses that come from outside."""

from __future__ import annotations

from werkzeug.routing import IntegerConverter


class Id(IntegerConverter):
    """A number that can be the id of a record; whatever is longer leads nowhere."""

    regex = "[0-9]{1,18}"


def safe_next(address: str) -> str:
    """Where to go after a small change: a path of our own, never another site."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if ours and address.isprintable() else "/"
