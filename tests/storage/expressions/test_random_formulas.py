"""Random typed formulas over random rows: closures, generated Python, SQLite and PostgreSQL give exactly the same."""

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from engine.formula import Context, Formula, FormulaErrors, FormulaFailure, Names, Row, Value, compile
from engine.storage.expressions import NotPushable
from tests.databases import postgresql_database
from tests.storage.expressions.generate import formulas
from tests.storage.expressions.world import Around, Rows, Store, World, around, rows, stored

WORLD = World()
ORDERS = rows(7)
USERS: list[tuple[Row | None, frozenset[str]]] = [
    ({"id": 1, "department": "采购", "limit": None, "customer": 2, "since": None, "active": True}, frozenset({"boss"})),
    ({"id": 2, "department": None, "limit": Decimal("100.00"), "customer": None, "since": None, "active": None}, frozenset()),
    (None, frozenset()),
]
KINDS = ("number", "text", "boolean", "date", "datetime", "duration")
MANY = settings(max_examples=250 if settings().max_examples < 1000 else 20_000, suppress_health_check=list(HealthCheck), print_blob=False)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, postgresql_server_url: str) -> Iterator[list[Store]]:
    with (
        postgresql_database(postgresql_server_url) as url,
        stored(f"sqlite:///{tmp_path_factory.mktemp('world') / 'w.db'}", ORDERS) as sqlite,
        stored(url, ORDERS) as postgresql,
    ):
        yield [sqlite, postgresql]


def compiled(text: str, context: Context) -> Formula:
    """The formula; a text is thrown away that is a constant failure, too large, or not meant for this place."""
    try:
        return compile(text, Names("order"), WORLD, context)
    except FormulaErrors as errors:
        unwanted = all(issue.code.startswith(("FX5", "FX6", "FX7")) for issue in errors.issues)
    assert unwanted, text
    return reject()


def oracle(formula: Formula, frame: Around, world: Rows) -> dict[int, Value]:
    """The values by closures, of the rows that have one (else a number outgrew the language); generated Python must say the same."""
    found: dict[int, Value] = {}
    for row in world["order"]:
        with suppress(FormulaFailure):
            found[row["id"]] = formula.closure(row, frame)  # type: ignore[index]
    assert {row["id"]: formula(row, frame) for row in world["order"] if row["id"] in found} == found
    return found


@pytest.mark.postgresql
@MANY
@given(data=st.data())
def test_values(stores: list[Store], data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    text = data.draw(formulas(kind))
    user, roles = data.draw(st.sampled_from(USERS))
    formula = compiled(text, Context.VIRTUAL)
    frame = around(ORDERS, user, roles, "zh")
    expected = oracle(formula, frame, ORDERS)
    single = len(text) % 2 == 0 or len(expected) < len(ORDERS["order"])  # a grouped sub-select calculates for all owners
    for store in stores:
        try:
            assert store.values(formula, frame, list(expected), single=single) == expected, (text, store.engine.dialect.name)
        except NotPushable:
            assert not formula.pushable, text


FOUND = (
    "NETWORKDAYS((due + user.limit), user.since)",  # of two nulls PostgreSQL made texts
    "((not (ANY(lines, ok))) = flag)",  # NOT binds less than = there
    "(not flag) = flag",
    "ISBLANK(MIN(IFS(FALSE, qty, user.active, qty), qty))",  # a null of no type beside a number
    "FIRST(lines, due + amount * amount, due)",  # the value of a row that is not the first cannot be calculated
    "(qty * (qty / 7))",  # of more than 20 places all were kept
    "qty / 7 / 8",
    "MIN(lines, POWER(parent.price, 2))",  # calculated for owners without rows
    "LAST(lines, due + amount * parent.qty, due, ok)",
    "SUM(lines, IFS(FALSE, amount, FALSE, amount))",  # a null of no type was added up
    "SUM(lines, COALESCE(user.limit, user.limit))",
)


@pytest.mark.postgresql
@pytest.mark.parametrize("text", FOUND)
@pytest.mark.parametrize("person", range(len(USERS)))
def test_what_was_found_before(stores: list[Store], text: str, person: int) -> None:
    formula, frame = compiled(text, Context.VIRTUAL), around(ORDERS, *USERS[person], "zh")
    expected = oracle(formula, frame, ORDERS)
    ways = (True, False) if len(expected) == len(ORDERS["order"]) else (True,)
    for store, single in product(stores, ways):
        assert store.values(formula, frame, list(expected), single=single) == expected


RULES = (  # what comes second cannot be calculated for every row: 10^14 * 10^14
    "ALL(customer.orders, done) and price * price = qty",
    "not (not ALL(customer.orders, done) or price * price = qty)",
    "ANY(lines, amount > 999999999) and price * price = qty",
    "price < 1000 and price * price = qty",
    "flag and price < 1000 and price * price = qty and ANY(lines, amount > 999999999) and price * price * price < qty",
    "(price < 1000 and price * price = qty) or (price < 1000 and price * price * price = qty)",
    "not (price < 1000 and price * price = qty)",
    "price >= 1000 or price * price = qty",
    "ANY(lines, parent.price * parent.price > amount, parent.price < 1000)",
)


@pytest.mark.postgresql
@pytest.mark.parametrize("context", [Context.ROW_RULE, Context.CHECK])
@pytest.mark.parametrize("text", RULES)
def test_what_comes_second_is_asked_only_where_the_first_leaves_it_open(stores: list[Store], text: str, context: Context) -> None:
    formula, frame = compiled(text, context), around(ORDERS, *USERS[0])
    expected = [row["id"] for row in ORDERS["order"] if formula.holds(row, frame)]
    for store in stores:
        assert store.where(formula, frame) == expected, store.engine.dialect.name


@pytest.mark.postgresql
@MANY
@given(data=st.data())
def test_row_rules(stores: list[Store], data: st.DataObject) -> None:
    text = data.draw(formulas("boolean"))
    user, roles = data.draw(st.sampled_from(USERS))
    formula = compiled(text, data.draw(st.sampled_from([Context.ROW_RULE, Context.CHECK])))
    frame = around(ORDERS, user, roles)
    assume(len(oracle(formula, frame, ORDERS)) == len(ORDERS["order"]))
    expected = [row["id"] for row in ORDERS["order"] if formula.holds(row, frame)]
    for store in stores:
        assert store.where(formula, frame) == expected, (text, store.engine.dialect.name)
