"""Passwords as hashes: argon2, in the form that signing in verifies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from argon2 import PasswordHasher


@dataclass(frozen=True, slots=True)
class PasswordCost:
    """What one guess at a password costs: rounds over so many KiB of memory in so many lanes (RFC 9106, the second choice)."""

    rounds: int = 3
    memory: int = 65_536
    lanes: int = 4

    @property
    def options(self) -> Mapping[str, int]:
        """The same for the library behind the door."""
        return {"argon2__rounds": self.rounds, "argon2__memory_cost": self.memory, "argon2__parallelism": self.lanes}


FULL_COST = PasswordCost()
"""What every served application asks; only tests ask less."""


def hash_of(password: str, cost: PasswordCost = FULL_COST) -> str:
    """The hash of a password, with a salt of its own."""
    return PasswordHasher(cost.rounds, cost.memory, cost.lanes).hash(password)
