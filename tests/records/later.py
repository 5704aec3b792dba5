"""What the engine does by itself as time goes by."""

from __future__ import annotations

from datetime import timedelta

from engine.access import SYSTEM
from engine.records import plan_upkeep
from tests.applications import World


def an_hour_later(world: World) -> None:
    """The hourly upkeep is done."""
    world.app.run(SYSTEM, plan_upkeep)
    world.app.jobs.run_due(world.clock.now() + timedelta(hours=1))


def days_later(world: World, days: int) -> None:
    """So many days go by, and the upkeep of the last hour is done."""
    world.clock.move_to(world.clock.now() + timedelta(days=days))
    an_hour_later(world)
