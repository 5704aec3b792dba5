"""One record out of a backup, into a database where what it names went over to something else since, or is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine import migration, records
from engine.cli.backup import command as backup
from engine.cli.restore import command as restore
from engine.loading import load_sources
from tests.applications import START, World, opened, sources, write

SHOP = """\
app: shop
roles: {buyer: {label: Buyer}}
---
choices: risk
values: {low: {}, mid: {}, high: {}}
---
entity: vendor
title: name
fields: {name: {type: text, unique: true}}
access: {buyer: {read: true, update: true, delete: true}}
---
entity: deal
title: name
fields:
  name: {type: text}
  risk: {type: choice, of: risk}
  risks: {type: multi_choice, of: risk}
  vendor: {type: link, to: vendor}
  others: {type: links, to: vendor}
  lines: {type: table, fields: {qty: {type: integer}, vendor: {type: link, to: vendor}, risk: {type: choice, of: risk}}}
subtypes: {small: {fields: {grams: {type: integer}}}, large: {}}
access: {buyer: {read: true, update: true, delete: true}}
"""
MERGED = SHOP.replace("low: {}, mid: {}, high: {}", "mid: {was: low}, high: {}").replace("small: {", "tiny: {was: small, ")
AGAIN = MERGED.replace("mid: {was: low}, high", "high").replace("high: {}", "high: {was: [mid]}").replace("was: small, ", "")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(SHOP, tmp_path / "shop")
    monkeypatch.setenv("LOOM_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("LOOM_FILES", str(tmp_path / "files"))
    return tmp_path / "shop"


@pytest.fixture
def world(database_url: str, root: Path) -> Iterator[World]:
    """Two vendors, and a deal of the second one that names both; it is spoilt after the backup."""
    with opened(SHOP, database_url) as found:
        for name in ("Acme", "Bolt", "Clou"):
            found.save("system", "vendor", name=name)
        rows = [{"qty": 1, "vendor": 2, "risk": "low"}, {"qty": 2, "vendor": 1}]
        deal: dict[str, object] = {"name": "d", "subtype": "small", "grams": 5, "risk": "low", "risks": ["low", "mid"], "vendor": 2}
        found.save("system", "deal", **deal, others=[1, 2], lines=rows)
        result = CliRunner().invoke(backup, [str(root), "--db", database_url, "--to", str(root.parent / "x.loom")])
        assert result.exit_code == 0, result.output
        found.save("system", "deal", 1, name="spoilt", risk=None, risks=[], vendor=None, others=[], lines=[], grams=None)
        yield found


def back(root: Path, url: str, record: str) -> Result:
    words = [str(root), "--db", url, "--from", str(root.parent / "x.loom"), "--record", record]
    return CliRunner().invoke(restore, words)


def apply(world: World, text: str) -> None:
    found = sources(text)
    migration.apply(world.app.database, found, load_sources(found), "tests", START)
    world.app.serving.reload()
    world.app.jobs.run_due(START)


def held(world: World, number: int = 1) -> Mapping[str, object]:
    with world.look("system") as view:
        row = records.fetch(view, "deal", number)
        lines: list[records.Row] = row["lines"]  # type: ignore[assignment]
        others = records.ids_of(view.metadata.entities["deal"].fields["others"], row["others"])
        return {**row, "lines": [(line["qty"], line["vendor"], line["risk"]) for line in lines], "others": others}


def test_codes_that_others_took_the_place_of(world: World, database_url: str, root: Path) -> None:
    """In one apply after the other, also where the files say nothing of it any more."""
    apply(world, MERGED)
    result = back(root, database_url, "deal/1")
    assert result.exit_code == 0, result.output
    one = held(world)
    assert (one["risk"], one["risks"], one["subtype"], one["grams"]) == ("mid", ("mid",), "tiny", 5)
    assert one["lines"] == [(1, 2, "mid"), (2, 1, None)]
    apply(world, AGAIN)
    apply(world, AGAIN.replace("was: [mid]", ""))
    result = back(root, database_url, "deal/1")
    assert result.exit_code == 0, result.output
    assert (held(world)["risk"], held(world)["risks"]) == ("high", ("high",))


def test_codes_that_are_gone(world: World, database_url: str, root: Path) -> None:
    apply(world, SHOP.replace("low: {}, ", ""))
    result = back(root, database_url, "deal/1")
    assert result.exit_code == 0, result.output
    assert "Left out, because it is not there any more: deal.lines.risk low, deal.risk low, deal.risks low.\n" in result.output
    one = held(world)
    assert (one["name"], one["risk"], one["risks"], one["lines"]) == ("d", None, ("mid",), [(1, 2, None), (2, 1, None)])


def test_records_that_became_one(world: World, database_url: str, root: Path) -> None:
    """A link follows: to the one that was kept, and to the one that that became part of."""
    world.app.run(world.actor("system"), lambda uow: records.merge(uow, "vendor", 3, 2))
    world.app.run(world.actor("system"), lambda uow: records.merge(uow, "vendor", 1, 3))
    result = back(root, database_url, "deal/1")
    assert result.exit_code == 0, result.output
    one = held(world)
    assert (one["vendor"], one["others"], one["lines"]) == (1, (1,), [(1, 1, "low"), (2, 1, None)])


def test_records_that_are_gone(world: World, database_url: str, root: Path) -> None:
    world.delete("system", "vendor", 2)
    result = back(root, database_url, "deal/1")
    assert result.exit_code == 0, result.output
    assert "Left out, because it is not there any more: deal.lines.vendor 2, deal.others 2, deal.vendor 2.\n" in result.output
    one = held(world)
    assert (one["name"], one["vendor"], one["others"], one["lines"]) == ("d", None, (1,), [(1, None, "low"), (2, 1, None)])


def test_a_record_that_became_part_of_another(world: World, database_url: str, root: Path) -> None:
    """It is there again, and whoever brought it back knows what still leads to the other one."""
    world.app.run(world.actor("system"), lambda uow: records.merge(uow, "vendor", 1, 2))
    result = back(root, database_url, "vendor/2")
    assert result.output == "It had become part of vendor/1: what led to it leads there still.\nvendor/2\n"
    assert sorted(world.find("system", "vendor")) == [1, 2, 3]


def test_a_link_that_leads_to_other_records_now(world: World, database_url: str, root: Path) -> None:
    """A number of one entity is none of another."""
    world.save("system", "deal", 1, lines=[])
    other = SHOP.replace("  vendor: {type: link, to: vendor}\n", "  vendor: {type: link, to: deal}\n")
    apply(world, other)
    result = back(root, database_url, "deal/1")
    assert result.exit_code == 0, result.output
    assert result.output == "Left out, because it is not there any more: deal.vendor.\ndeal/1\n"
    assert (held(world)["vendor"], held(world)["others"]) == (None, (1, 2))
