"""Who reads what staff say among themselves."""

from __future__ import annotations

from engine.access import Actor


def inside(actor: Actor) -> bool:
    """Whether somebody reads what staff say among themselves."""
    return actor.trusted or actor.administrator or actor.plays("staff")
