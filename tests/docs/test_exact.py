"""The page about exact numbers is an application: its blocks load, and what it promises happens."""

import re
from pathlib import Path

import pytest

from engine.errors import Refusal
from tests.applications import opened

PAGE = Path(__file__).parents[2] / "docs" / "exact.md"
AROUND = """
app: trade
currency: CNY
timezone: Asia/Shanghai
roles: {clerk: {label: Clerk}}
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
