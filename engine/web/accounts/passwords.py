"""Passwords as hashes: argon2, in the form that signing in verifies."""

from __future__ import annotations

from argon2 import PasswordHasher

_hasher = PasswordHasher()


def hash_of(password: str) -> str:
    """The hash of a password, with a salt of its own."""
    return _hasher.hash(password)
