"""Passwords as hashes: argon2, with a salt each; a guess costs the same whether or not there is such an account."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.errors import Message
from engine.frozen import frozen

from .common_passwords import is_common

SHORTEST, LONGEST = 10, 128
"""How many characters a password has (ASVS 2.1.1, 2.1.2)."""
ALIKE = 5
"""From how many characters on a name may not be part of a password."""


@frozen
class PasswordCost:
    """What one guess at a password costs: rounds over so many KiB of memory in so many lanes (RFC 9106, the second choice)."""

    rounds: int = 3
    memory: int = 65_536
    lanes: int = 4


FULL_COST = PasswordCost()
"""What every served application asks; only tests ask less."""


def hash_of(password: str, cost: PasswordCost = FULL_COST) -> str:
    """The hash of a password, with a salt of its own."""
    return PasswordHasher(cost.rounds, cost.memory, cost.lanes).hash(password)


def matches(hashed: str, password: str, cost: PasswordCost = FULL_COST) -> bool:
    """Whether this is the password. Without a hash (nobody of that name, no password yet) as much is calculated, for nothing."""
    try:
        PasswordHasher().verify(hashed or _nobodys(cost), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(hashed)


@lru_cache
def _nobodys(cost: PasswordCost) -> str:
    return hash_of("nobody has this password", cost)


def weakness(password: str, *names: str) -> Message | None:
    """Why this may be nobody's password; None when it may. `names` are those of the person, which it may not hold."""
    if not SHORTEST <= len(password) <= LONGEST:
        return Message("A password has {shortest} to {longest} characters.", {"shortest": SHORTEST, "longest": LONGEST})
    if len(set(password)) < ALIKE:
        return Message("This password is too easy to guess.")
    if is_common(password):
        return Message("This password is too easy to guess.")
    told = [name.lower() for name in names if len(name) >= ALIKE]
    return Message("This password is too easy to guess.") if any(name in password.lower() for name in told) else None
