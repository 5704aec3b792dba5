"""What goes wrong in a formula while a list is read is told as that, on the driver itself too: nobody's filter is an error of the server."""

from datetime import timedelta

import pytest

from engine.formula import FormulaFailure
from engine.metadata import SortKey
from engine.records import Query, Share, count, groups, share
from tests.applications import opened

YAML = """
    app: shop
    languages: [en]
    roles: {seller: {}}
    ---
    entity: lead
    fields:
      n: {type: integer}
      note: {type: long_text}
    access:
      seller: {read: true, create: true}
"""


@pytest.mark.parametrize(("where", "code"), [("n ^ 99999 > 1", "FX605"), ("LEN(REPT(note, 5)) > 1", "FX606")])
def test_a_filter_that_fails_says_why(database_url: str, where: str, code: str) -> None:
    with opened(YAML, database_url) as world:
        world.person("sam", roles=["seller"])
        world.save("sam", "lead", n=7, note="a" * 30_000)
        with pytest.raises(FormulaFailure) as caught:
            world.find("sam", "lead", where)
        assert caught.value.code == code
        assert world.find("sam", "lead", "n = 7") == [1], "what is asked next is answered"


OWN = """
    app: shop
    languages: [en]
    roles: {seller: {}}
    ---
    entity: lead
    fields:
      n: {type: integer}
      other: {type: integer}
      note: {type: long_text}
    access:
      seller: {read: created_by = user OR other = 4711, create: true, update: created_by = user, share: created_by = user}
"""
FAILING = (
    "n ^ 90 > 1",
    "n = 7 AND n ^ 90 > 1",
    "LEN(REPT(note, 5)) > 1",
    'LEN(SUBSTITUTE(note, "a", "aa")) > 1',
    "LEN(note & note) > 1",
    'LEN(TEXTJOIN(",", TRUE, note, note)) > 1',
    "LEN(REPLACE(note, 1, 1, note)) > 1",
)


@pytest.mark.parametrize("where", FAILING)
def test_whether_a_filter_fails_depends_on_no_record_out_of_sight(database_url: str, where: str) -> None:
    with opened(OWN, database_url) as world:
        for name in ("sam", "ben"):
            world.person(name, roles=["seller"])
        number = int(str(world.save("ben", "lead", n=7, note="a" * 30_000)["id"]))
        for _ in range(3):
            world.save("sam", "lead", n=1, note="b")
        before = world.clock.now()
        world.clock.move_to(before + timedelta(hours=1))
        for asked in ({}, {"sort": (SortKey("n"),)}, {"limit": 1}, {"at": before}):
            world.find("sam", "lead", where, **asked)
        with world.look("sam") as view:
            query = Query("lead", typed=(where,))
            assert count(view, query) == groups(view, query, None).rows
        world.app.run(world.actor("ben"), lambda uow: share(uow, "lead", number, Share(world.people["sam"])))
        with pytest.raises(FormulaFailure):
            world.find("sam", "lead", where)


def test_a_filter_fails_on_no_record_that_its_first_part_leaves_out(database_url: str) -> None:
    with opened(OWN, database_url) as world:
        world.person("sam", roles=["seller"])
        world.save("sam", "lead", n=7, note="a" * 30_000)
        small = int(str(world.save("sam", "lead", n=2, note="b")["id"]))
        for where in (
            "n < 7 AND n ^ 90 > 1",
            'n < 7 AND note & note = "bb"',
            "NOT (n = 7 OR n ^ 90 = 1)",
            "n < 7 AND (n ^ 90 > 1 AND note & note > n & n)",
        ):
            assert world.find("sam", "lead", where) == [small], where
            assert world.find("sam", "lead", where, sort=(SortKey("n"),)) == [small], where


def test_what_is_opened_to_somebody_is_found_by_calculating_too(database_url: str) -> None:
    with opened(OWN, database_url) as world:
        for name in ("sam", "ben"):
            world.person(name, roles=["seller"])
        theirs = [int(str(world.save("ben", "lead", n=n)["id"])) for n in (2, 3)]
        world.app.run(world.actor("ben"), lambda uow: share(uow, "lead", theirs[0], Share(world.people["sam"])))
        own = int(str(world.save("sam", "lead", n=4)["id"]))
        for sort in ((), (SortKey("n"),)):
            assert set(world.find("sam", "lead", "n * 2 > 3 AND n > 0", sort=sort)) == {theirs[0], own}


def test_calls_in_calls_take_no_power_of_their_depth(database_url: str) -> None:
    with opened(OWN, database_url) as world:
        world.person("sam", roles=["seller"])
        number = int(str(world.save("sam", "lead", n=4)["id"]))
        calls = 25
        nested = "ROUNDUP(" * calls + "n" + ", 1)" * calls
        assert world.find("sam", "lead", f"{nested} = 4") == [number], "this would not end"


def test_a_text_that_is_too_long_is_not_made_first(database_url: str) -> None:
    with opened(OWN, database_url) as world:
        world.person("sam", roles=["seller"])
        world.save("sam", "lead", n=4, note="a" * 30_000)
        with pytest.raises(FormulaFailure) as caught:
            world.find("sam", "lead", 'LEN(SUBSTITUTE(note, "a", note)) > 1')
        assert caught.value.code == "FX606", "it would be of a gigabyte"
