"""Values that differ and would be alike after an apply: the plan says so, with the records, where they must not be."""

import pytest

from engine import migration
from engine.errors import Refusal
from engine.loading import load_sources
from engine.migration import ids
from tests.applications import World, opened, sources

HEAD = "app: shop\nroles: {buyer: {label: Buyer}}\n---\nchoices: size\nvalues: {s: {}, m: {}, l: {}}\n---\n"
MERGED = HEAD.replace("m: {}", "m: {was: [s]}").replace("s: {}, ", "")
ACCESS = "access: {buyer: {read: true}}\n"
BOTH = "  place: {type: text}\n  n: {type: text, unique: true}\n  size: {type: choice, of: size}\n"
THEN = "after this 1 value would be there more than once. Change the records first."


def thing(fields: str, more: str = "", head: str = HEAD) -> str:
    return f"{head}entity: thing\nfields:\n{fields}{more}{ACCESS}"


def blocked(world: World, text: str) -> list[str]:
    """What is in the way, with the records."""
    found = sources(text)
    with world.app.database.read() as connection:
        steps = migration.plan(connection, found, load_sources(found)).blocked
    with pytest.raises(Refusal, match="This cannot be applied"):
        world.apply(text)
    return [line for step in steps for line in (step.message.render(), *(one.render() for one in step.examples))]


def test_what_a_conversion_makes_alike(database_url: str) -> None:
    with opened(thing(BOTH), database_url) as world:
        for n in ("01", "2", "1", "3", "2.0", None, None):
            world.save("system", "thing", n=n)
        number = thing(BOTH.replace("n: {type: text", "n: {type: decimal"))
        said = "n of thing must be unique, but after this 2 values would be there more than once. Change the records first."
        assert blocked(world, number) == [said, "thing 1 and 3", "thing 2 and 5"]
        world.save("system", "thing", 3, n="11")
        world.save("system", "thing", 5, n="22")
        world.apply(number)
        assert world.find("system", "thing", "n = 11") == [3]


def test_of_several_fields(database_url: str) -> None:
    """One of them becomes another; upper and lower case do not count in the other from now on."""
    fields = "  place: {type: text}\n  n: {type: text}\n"
    with opened(thing(fields, "unique: [[place, n]]\n"), database_url) as world:
        for place, n in (("a", "1"), ("b", "01"), ("A", "01"), ("c", "1")):
            world.save("system", "thing", place=place, n=n)
        number = fields.replace("n: {type: text", "n: {type: integer")
        assert blocked(world, thing(number.replace("text", "text, compare: ignore_case"), "unique: [[place, n]]\n")) == [
            f"place, n of thing must be unique, but {THEN}", "thing 1 and 3",
        ]  # fmt: skip
        world.apply(thing(number, "unique: [[place, n]]\n"))


@pytest.mark.parametrize("many", [ids.MANY, 1])
def test_what_a_code_makes_alike_that_takes_the_place_of_another(database_url: str, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "MANY", many)
    with opened(thing(BOTH, "unique: [[place, size]]\n"), database_url) as world:
        for place, size in (("a", "s"), ("a", "m"), ("b", "s")):
            world.save("system", "thing", place=place, size=size)
        assert blocked(world, thing(BOTH, "unique: [[place, size]]\n", MERGED)) == [
            f"place, size of thing must be unique, but {THEN}", "thing 1 and 2",
        ]  # fmt: skip
        world.save("system", "thing", 2, place="c")
        world.apply(thing(BOTH, "unique: [[place, size]]\n", MERGED))
        traded = MERGED.replace("was: [s]", "was: l").replace("l: {}", "l: {was: m}")
        world.apply(thing(BOTH, "unique: [[place, size]]\n", traded))


def test_what_a_default_makes_alike(database_url: str) -> None:
    with opened(thing(BOTH), database_url) as world:
        for n in ("1", None, None, "5"):
            world.save("system", "thing", n=n)
        filled = BOTH.replace("unique: true", 'unique: true, required: true, default: "5"')
        assert blocked(world, thing(filled)) == [f"n of thing must be unique, but {THEN}", "thing 2 and 4"]
        new = BOTH + "  code: {type: integer, unique: true, required: true, default: 7}\n"
        assert blocked(world, thing(new)) == [f"code of thing must be unique, but {THEN}", "thing 1 and 4"]


def test_periods_that_come_to_be_of_one(database_url: str) -> None:
    """Nothing but the plan would keep them apart."""
    fields = "  n: {type: text}\n  size: {type: choice, of: size}\n"
    with opened(thing(fields, "dated: [n, size]\n"), database_url) as world:
        for n, begins, ends, size in (
            ("01", "2026-01-01", "2026-12-31", "s"), ("1", "2026-07-01", "2026-09-30", "s"), ("1", "2027-01-01", None, "m"),
        ):  # fmt: skip
            world.save("system", "thing", n=n, valid_from=begins, valid_to=ends, size=size)
        number = fields.replace("n: {type: text", "n: {type: integer")
        said = blocked(world, thing(number, "dated: [n, size]\n"))
        assert said[0].startswith("entity thing: of those alike in n, size one holds on each day from now on, but 1 record holds")
        assert said[1:] == ["thing 2 begins on 2026-07-01, and another holds until 2026-12-31"]
        world.save("system", "thing", 2, n="2")
        world.apply(thing(number, "dated: [n, size]\n"))
        world.save("system", "thing", 3, valid_from="2026-10-01")
        assert blocked(world, thing(number, "dated: [n, size]\n", MERGED))[1:] == [
            "thing 3 begins on 2026-10-01, and another holds until 2026-12-31"
        ]
