"""Addresses that come from outside."""

from __future__ import annotations


def safe_next(address: str) -> str:
    """Where to go after a small change: a path of our own, never another site."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"
