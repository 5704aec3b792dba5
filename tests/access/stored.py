"""Things that lie in the archive, that came back from it, and that never were there."""

from __future__ import annotations

from functools import partial

from hypothesis import strategies as st

from engine import records
from engine.access import SYSTEM
from tests.applications import World

archives = st.sampled_from(["never", "archived", "taken back"])


def fill_thing(world: World, archive: object, **values: object) -> None:
    """A new thing, and what becomes of it."""
    number = int(str(world.save("system", "thing", **values)["id"]))
    for became, work in (("never", records.archive), ("archived", records.take_back)):
        if archive == became:
            return
        world.app.run(SYSTEM, partial(work, entity_name="thing", number=number))
