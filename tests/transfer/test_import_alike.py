"""Lines that name one of several: periods of one key, and records of one name of which some are in the archive."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.records import archive, fetch
from tests.applications import opened
from tests.records.test_dated import PRICES
from tests.transfer.test_import import done, staged, written, wrong

SHOP = """
app: shop
roles: {clerk: {label: Clerk}}
---
entity: maker
title: name
fields: {name: {type: text}, ended: {type: date}}
unique: [[name, ended]]
retention: {after: 3 years, since: ended, do: archive}
access: {clerk: {read: true, create: true, update: true, delete: true}}
---
entity: part
title: name
fields: {name: {type: text}, maker: {type: link, to: maker}}
access: {clerk: {read: true, create: true, update: true, delete: true}}
"""


@pytest.mark.parametrize("whole", [True, False])
def test_periods_of_one_key_do_not_overlap(database_url: str, tmp_path: Path, whole: bool) -> None:
    """Neither new ones that come in one file, nor those that are filled or changed by their key."""
    with opened(PRICES, database_url) as world:
        world.person("cle", roles=["clerk"])
        world.save("cle", "price", product="bolt", amount="1", valid_from="2026-01-01", valid_to="2026-01-31")
        world.save("cle", "price", product="bolt", amount="2", valid_from="2026-03-01")
        new = (
            "Product,Amount,Valid from,Valid to\nnut,1,2026-01-01,2026-06-30\nnut,2,2026-06-01,\nscrew,1,2026-01-01,\nscrew,1,2026-01-01,\n"
        )
        number = staged(world, "cle", written(tmp_path / "new.csv", new), "price", whole=whole)
        done(world, "cle", number)
        assert [(line, path) for line, path, _, _ in wrong(world, number)] == [(3, "valid_from"), (5, "valid_from")]
        keyed = (
            "Product,Amount,Valid from,Valid to\nbolt,5,2026-01-01,2026-03-31\nbolt,6,2026-03-01,2026-02-01\nbolt,7,2026-02-01,2026-03-05\n"
        )
        number = staged(world, "cle", written(tmp_path / "keyed.csv", keyed), "price", key=("product", "valid_from"), whole=whole)
        done(world, "cle", number)
        assert [(line, path) for line, path, _, _ in wrong(world, number)] == [(2, "valid_to"), (3, "valid_to"), (4, "valid_to")]
        moved = "id,Valid from,Valid to\n1,2026-03-01,\n2,2026-01-01,\n"
        number = staged(world, "cle", written(tmp_path / "moved.csv", moved), "price", whole=whole)
        done(world, "cle", number)
        assert [line for line, _, _, _ in wrong(world, number)] == [2, 3], "line by line, each would overlap with the other as it is"


def test_of_one_name_the_record_that_is_not_archived(database_url: str, tmp_path: Path) -> None:
    """Nothing else is meant by who adds something; a link that leads into the archive and is not touched stays there."""
    with opened(SHOP, database_url) as world:
        world.person("cle", roles=["clerk"])
        for ended in ("2020-01-01", "2021-01-01", None):
            world.save("cle", "maker", name="Bolt", ended=ended)
        for number in (1, 2):
            world.app.run(world.actor("cle"), lambda uow, number=number: archive(uow, "maker", number))  # type: ignore[misc]
        world.save("cle", "part", name="old", maker=1)
        text = "id,Name,Maker\n,new,Bolt\n1,renamed,Bolt\n"
        number = staged(world, "cle", written(tmp_path / "parts.csv", text), "part")
        assert done(world, "cle", number).state == "done", wrong(world, number)
        with world.look("system") as view:
            assert [(row["name"], row["maker"]) for row in (fetch(view, "part", one) for one in (1, 2))] == [("renamed", 1), ("new", 3)]
        keyed = staged(world, "cle", written(tmp_path / "makers.csv", "Name,Ended\nBolt,2026-01-01\n"), "maker", key=("name",))
        assert done(world, "cle", keyed).state == "done"
        with world.look("system") as view:
            assert [fetch(view, "maker", one)["ended"] for one in (1, 3)] == [date(2020, 1, 1), date(2026, 1, 1)]
        world.app.run(world.actor("cle"), lambda uow: archive(uow, "maker", 3))
        number = staged(world, "cle", written(tmp_path / "again.csv", "Name,Maker\nlast,Bolt\n"), "part")
        done(world, "cle", number)
        assert wrong(world, number) == [(2, "maker", "3 records are called Bolt: #1, #2, #3.", "Bolt #1")]
