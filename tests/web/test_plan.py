"""The plan page of administrators, and what is wrong with a folder, as pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.cli import loom
from tests.applications import World, opened, write
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

YAML = """
    app: shop
    languages: [en, zh]
    roles:
      buyer: {label: {en: Buyer, zh: 采购员}}
    ---
    entity: order
    title: subject
    fields:
      subject: {type: text}
      weight: {type: text}
    access:
      buyer: {read: true, create: true}
"""


def at(world: World, name: str, language: str = "en") -> Person:
    person = Person(pages_of(world.app), language)
    come_in(person, world.people[name])
    return person


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of the shop, with a field that is new and one that is gone."""
    write(YAML.replace("weight: {type: text}", "colour: {type: text}").replace("create: true}", "create: true, delete: true}"), tmp_path)
    return tmp_path


def test_an_administrator_reads_what_loom_plan_says(folder: Path, database_url: str) -> None:
    with opened(YAML, database_url) as world:
        world.person("ada", roles=["admin"])
        world.person("ana", roles=["analyst"])
        world.person("bea", roles=["buyer"])
        world.save("bea", "order", subject="Bolts", weight="7")
        ada = at(world, "ada")
        assert "/plan" not in ada.open("/").links, "no folder, no plan"
        ada.open("/plan")
        assert ada.status == 404
        world.app.root = folder
        for language in ("en", "zh"):
            person = at(world, "ada", language)
            assert "/plan" in person.open("/").links
            shown = person.open("/plan").words
            said = CliRunner().invoke(loom, ["plan", str(folder), "--db", database_url, "--language", language])
            lines = [line.strip().partition("  ")[2].strip() for line in said.stdout.splitlines() if line.strip()]
            assert len(lines) >= 3, said.output
            for line in (*lines, said.stderr.strip()):
                assert line in shown, line
        assert world.app.metadata.number == 1, "nothing was applied"
        ana = at(world, "ana")
        ana.open("/plan")
        assert ana.status == 404


def test_mistakes_stand_in_the_way_of_a_plan(folder: Path, database_url: str) -> None:
    with opened(YAML, database_url) as world:
        world.person("ada", roles=["admin"])
        world.app.root = folder
        changed = next(path for path in folder.rglob("*.yaml") if "colour" in path.read_text())
        changed.write_text(changed.read_text().replace("title: subject", "title: subjct"))
        words = at(world, "ada").open("/plan").words
    for said in ("there are mistakes in them", changed.relative_to(folder).as_posix() + ":", "subjct", "subject"):
        assert said in words, said
