"""Edits that would take away, without a word, what records hold: they are in the way, and what the plan says to do can be done."""

import re
from decimal import Decimal

import pytest

from engine import migration, records
from engine.errors import Refusal
from engine.loading import load_sources
from tests.applications import START, World, opened, sources

HEAD = "app: shop\nroles: {buyer: {label: Buyer}}\n---\nentity: thing\ntitle: name\nfields:\n  name: {type: text}\n"
ACCESS = "access: {buyer: {read: true}}\n"


def written(fields: str, more: str = "") -> str:
    return f"{HEAD}{fields}{more}{ACCESS}"


def kinds(small: str = "", large: str = "", base: str = "", more: str = "") -> str:
    return written(base, f"subtypes:\n  small: {{fields: {{{small}}}}}\n  large: {{fields: {{{large}}}}}\n{more}")


def apply(world: World, text: str) -> None:
    found = sources(text)
    migration.apply(world.app.database, found, load_sources(found), "Li Na", START)
    world.app.serving.reload()
    world.app.jobs.run_due(START)


def planned(world: World, text: str) -> migration.Plan:
    found = sources(text)
    with world.app.database.read() as connection:
        return migration.plan(connection, found, load_sources(found))


def refused(world: World, text: str) -> str:
    with pytest.raises(Refusal) as caught:
        apply(world, text)
    return str(caught.value.message)


def held(world: World, name: str) -> list[object]:
    with world.look("system") as view:
        return [records.fetch(view, "thing", number)[name] for number in sorted(world.find("system", "thing"))]


N, TWICE = "n: {type: integer}", "twice: {type: integer, formula: n * 2}"
LINES = "lines: {type: table, fields: {x: {type: integer}}}"


def test_a_field_becomes_one_of_a_kind_and_one_of_all(database_url: str) -> None:
    """What is computed follows at once; what somebody gave is not emptied by the next change of its record."""
    with opened(kinds(base=f"  {N}\n  {TWICE}\n  {LINES}\n"), database_url) as world:
        world.save("system", "thing", name="a", subtype="small", n=1, lines=[{"x": 1}])
        world.save("system", "thing", name="b", subtype="large", n=2, lines=[{"x": 2}])
        apply(world, kinds(large=TWICE, base=f"  {N}\n  {LINES}\n"))
        assert held(world, "twice") == [None, 4]
        assert "field thing.n is only for records of the kind large from now on, but 1 record of" in refused(
            world, kinds(large=f"{N}, {TWICE}", base=f"  {LINES}\n")
        )
        assert "field thing.lines is only for" in refused(world, kinds(large=f"{LINES}, {TWICE}", base=f"  {N}\n"))
        world.save("system", "thing", 1, n=None, lines=[])
        apply(world, kinds(large=f"{N}, {LINES}, {TWICE}"))
        world.save("system", "thing", 1, name="aa")
        assert (held(world, "n"), held(world, "twice")) == ([None, 2], [None, 4])
        said = refused(world, kinds(small=N, large=LINES))
        assert "thing.n is only for records of the kind small" in said
        assert "\n  thing 2" in said, "which records are in the way"
        apply(world, kinds(base=f"  {N}\n  {TWICE}\n"))
        world.save("system", "thing", 1, n=3)
        assert held(world, "twice") == [6, 4]


def test_a_kind_that_records_are_of(database_url: str) -> None:
    """It goes by the way that the plan shows."""
    with opened(kinds(more="  huge: {}\n"), database_url) as world:
        world.save("system", "thing", name="a", subtype="huge")
        said = re.search(r"1 record is of a kind that is not there any more.*`(subtype: {.*?})`", refused(world, kinds()))
        assert said is not None
        apply(world, written(f"  {said[1]}\n"))
        world.save("system", "thing", 1, subtype="large")
        apply(world, kinds())
        assert held(world, "subtype") == ["large"]


def test_a_choice_that_stands_in_the_field(database_url: str) -> None:
    some = "  level: {type: choice, of: [low, high]}\n  tags: {type: multi_choice, of: [x, y]}\n"
    with opened(written(some), database_url) as world:
        world.save("system", "thing", name="a", level="low", tags=["x", "y"])
        for gone in ("low, ", ", y"):
            assert "takes other values now, but those of 1 record do not fit" in refused(world, written(some.replace(gone, "")))
        apply(world, written(some.replace("[low", "[mid, low")))
        world.save("system", "thing", 1, level="mid", tags=["x"])
        apply(world, written(some.replace("low", "mid").replace(", y", "")))
        assert (held(world, "level"), held(world, "tags")) == (["mid"], [("x",)])


def test_nothing_stands_below_itself(database_url: str) -> None:
    plain, tree = written("  up: {type: link, to: thing}\n"), written("  up: {type: link, to: thing}\n", "tree: up\n")
    with opened(plain, database_url) as world:
        for above in (None, 1, 2, 3, None):
            world.save("system", "thing", name="a", up=above)
        for circle, said in (([3], "2 records stand below themselves by up"), ([2], "1 record stands below itself by up")):
            world.save("system", "thing", 2, up=circle[0])
            found = refused(world, tree)
            assert said in found
            assert "\n  thing 2" in found
        world.save("system", "thing", 2, up=1)
        apply(world, tree)
        assert [len(each) for each in held(world, "ancestors")] == [0, 1, 2, 3, 0]  # type: ignore[arg-type]


def test_amounts_keep_their_currency(database_url: str) -> None:
    """Whether a code says it, a field, or another field; a new field says it where its default is the currency that there was."""
    told, dollars = "  c: {type: choice, of: currency}\n", "  d: {type: choice, of: currency, default: USD, required: true}\n"
    amount = "  q: {type: money, currency: CNY}\n"
    with opened(written(amount), database_url) as world:
        world.save("system", "thing", name="a", q="1.50")
        says = "thing.q: 1 record has an amount that would be in another currency, or in none"
        assert says in refused(world, written(told + amount.replace("CNY", "c")))
        assert says in refused(world, written(dollars + amount.replace("CNY", "d")))
        apply(world, written(told + amount))
        world.save("system", "thing", 1, c="CNY")
        apply(world, written(told + amount.replace("CNY", "c")))
        world.save("system", "thing", name="b", q="2.50", c="USD")
        assert says in refused(world, written(told + amount))
        assert says in refused(world, written(told + dollars + amount.replace("CNY", "d")))
        world.save("system", "thing", 2, q=None)
        apply(world, written(told + amount))
        apply(world, written(dollars.replace("USD", "CNY") + amount.replace("CNY", "d")))
        assert (held(world, "q"), held(world, "d")) == ([Decimal("1.5"), None], ["CNY", "CNY"])


MAKER = "---\nentity: maker\nfields:\n  name: {type: text}\n  c: {type: choice, of: currency}\naccess: {buyer: {read: true}}\n"
LAND = "---\nentity: land\nfields:\n  name: {type: text}\n  c: {type: choice, of: currency}\naccess: {buyer: {read: true}}\n"
LINKED = "  maker: {type: link, to: maker}\n"
AMOUNT = "  q: {type: money, currency: maker.c}\n"
SAYS = "thing.q: 1 record has an amount that would be in another currency, or in none"


def test_amounts_keep_the_currency_of_another_record(database_url: str) -> None:
    """It is followed over links, whatever they are called; where a formula says it, somebody has to look."""
    land = MAKER.replace("  c:", "  land: {type: link, to: land}\n  c:") + LAND
    with opened(written(LINKED + AMOUNT) + MAKER, database_url) as world:
        for name, currency in (("yuan", "CNY"), ("dollars", "USD")):
            world.save("system", "maker", name=name, c=currency)
        world.save("system", "thing", name="a", maker=1, q="1.50")
        world.save("system", "thing", name="b", maker=2, q="2.50")
        world.save("system", "thing", name="c", maker=2)
        said = refused(world, written(LINKED + AMOUNT.replace("maker.c", "CNY")) + MAKER)
        assert SAYS in said
        assert "\n  thing 2" in said
        other = MAKER.replace("  c:", "  d: {type: choice, of: currency, was: c}\n  c:")
        assert "2 records have an amount" in refused(world, written(LINKED + AMOUNT) + other), "another field has its name"
        assert "2 records have an amount" in refused(world, written(LINKED + AMOUNT.replace("maker.c", "maker.land.c")) + land)
        made = LINKED.replace("maker:", "by: {type: link, to: maker}\n  maker:")
        assert "2 records have an amount" in refused(world, written(made + AMOUNT.replace("maker.c", "by.c")) + MAKER)
        apply(world, written(LINKED + AMOUNT) + land)
        for name, currency in (("China", "CNY"), ("Canada", "CAD")):
            world.save("system", "land", name=name, c=currency)
        world.save("system", "maker", 1, land=1)
        world.save("system", "maker", 2, land=2)
        assert SAYS in refused(world, written(LINKED + AMOUNT.replace("maker.c", "maker.land.c")) + land)
        world.save("system", "land", 2, c="USD")
        apply(world, written(LINKED + AMOUNT.replace("maker.c", "maker.land.c")) + land)
        renamed = LINKED.replace("maker:", "by:").replace("}", ", was: maker}") + AMOUNT.replace("maker.c", "by.land.c")
        assert not [step for step in planned(world, written(renamed) + land).steps if step.kind == "currency"]
        virtual = land.replace("  land:", '  v: {type: text, formula: \'IF(c = "CNY", "CNY", "USD")\'}\n  land:')
        (step,) = [
            step
            for step in planned(world, written(LINKED + AMOUNT.replace("maker.c", "maker.v")) + virtual).steps
            if step.kind == "currency"
        ]
        assert (step.blocked, step.rows) == (False, 2)
        assert "a calculated field tells the currency" in step.message.render()


def test_amounts_in_rows_keep_the_currency_of_their_document(database_url: str) -> None:
    rows = "  lines: {type: table, fields: {q: {type: money}}}\n"
    told = "  currency: {type: choice, of: currency}\n"
    with opened(written(told + rows), database_url) as world:
        world.save("system", "thing", name="a", currency="USD", lines=[{"q": 1}])
        world.save("system", "thing", name="b", currency="CNY", lines=[{"q": 1}, {"q": 2}])
        assert "thing.lines.q: 1 record has" in refused(world, written(rows)), "no field tells it any more, and the usual one does"
        other = told.replace("currency:", "was_in:", 1).replace("}", ", was: currency}") + told
        assert "thing.lines.q: 3 records have" in refused(world, written(other + rows))
        apply(world, written(told.replace("}", ", default: USD}") + rows))
        world.save("system", "thing", 1, lines=[])
        apply(world, written(rows))


@pytest.mark.parametrize("forth", [True, False])
def test_rows_do_not_become_links(database_url: str, forth: bool) -> None:
    rows, links = f"  {LINES}\n", "  lines: {type: links, to: thing}\n"
    before, after = (rows, links) if forth else (links, rows)
    with opened(written(before), database_url) as world:
        world.save("system", "thing", name="a")
        world.save("system", "thing", name="b", lines=[{"x": 1}] if forth else [1])
        assert "rows do not become links, nor links rows, and 1 row is there" in refused(world, written(after))
        world.save("system", "thing", 2, lines=[])
        apply(world, written(after))
        world.save("system", "thing", 2, lines=[1] if forth else [{"x": 1}])


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ("  k: {type: text, unique: true, required: true, default: z}\n", "k of thing must be unique"),
        ("  c: {type: choice, of: code, unique: true}\n", "c of thing must be unique"),
    ],
)
def test_what_an_apply_writes_must_be_unique(database_url: str, fields: str, says: str) -> None:
    """A default for several records, a code that takes the place of another: refused, with nothing changed."""
    codes = "---\nchoices: code\nvalues: {p: {}, q: {}}\n"
    with opened(written("  c: {type: choice, of: code, unique: true}\n") + codes, database_url) as world:
        for name, code in (("a", "p"), ("b", "q")):
            world.save("system", "thing", name=name, c=code)
        assert says in refused(world, written(fields) + codes.replace("p: {}, q: {}", "q: {was: p}"))
        assert held(world, "c") == ["p", "q"]
