"""The page about exact numbers is an application: its blocks load, and what it promises happens."""

import re
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from engine.errors import Refusal
from engine.records import load
from tests.applications import START, opened

PAGE = Path(__file__).parents[2] / "docs" / "exact.md"
AROUND = """
app: trade
currency: CNY
timezone: Asia/Shanghai
roles: {clerk: {label: Clerk}, boss: {label: Boss}}
---
entity: site
title: name
fields: {name: {type: text, required: true}}
access: {clerk: {read: true, create: true}}
"""


def test_what_the_page_promises(sqlite_url: str) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    with opened("\n---\n".join([AROUND, *blocks]), sqlite_url) as world:
        world.person("cle", roles=["clerk"])
        world.save("system", "rate", currency="USD", rate="7.1", valid_from="2026-01-01")
        world.save("cle", "site", name="Shanghai")
        world.save("cle", "product", name="Bolt")
        world.save("cle", "move", product=1, site=1, qty="5")
        with pytest.raises(Refusal, match="Not enough stock of Bolt at Shanghai"):
            world.save("cle", "move", product=1, site=1, qty="-6")
        world.save("cle", "invoice", amount="100")
        world.save("system", "rate", 1, rate="7.2")
        assert world.find("cle", "invoice", 'number = "INV-2026-0001"', "booked = 710", "today = 720") == [1]
        world.person("cat", roles=["clerk"])
        world.save("cle", "tender", subject="Steel", closes_at=START + timedelta(hours=1))
        world.save("cle", "bid", name="Cle", tender=1, price="5")
        assert world.find("cat", "bid", "price = 5") == []
        world.app.jobs.run_due(START + timedelta(hours=1))
        assert world.find("cat", "bid", "price = 5", "tender.best = 5") == [1]
        world.save("cle", "budget", year="2026", lines=[{"item": "Desk", "amount": "5"}])
        world.save("cat", "budget", 1, lines=[{"item": "Lamp", "amount": "7"}])
        with world.look("cat") as view:
            found = load(view, "budget", 1).values
        assert [row["item"] for row in cast("list[dict[str, object]]", found["lines"])] == ["Lamp"]
        assert found["total"] == 12
