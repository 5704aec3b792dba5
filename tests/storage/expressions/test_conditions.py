"""The form of conditions: what stays plain so that an index serves it, what is decided before SQL is made, what is shared."""

import gc
from decimal import Decimal

import pytest
import sqlalchemy as sa

from engine.formula import Context, Formula, FormulaFailure, Names, Row, compile
from engine.storage.expressions import NotPushable
from tests.storage.expressions.world import Rows, Store, World, around

WORLD = World()
PORTAL: Row = {"id": 9, "customer": 2, "department": "采购", "limit": Decimal("100.00"), "since": None, "active": True}
NOBODY: Row = {"id": 8, "customer": None, "department": None, "limit": None, "since": None, "active": None}


def formula(text: str, context: Context = Context.ROW_RULE) -> Formula:
    return compile(text, Names("order"), WORLD, context)


def sql(store: Store, *texts: str, user: Row | None = PORTAL, context: Context = Context.ROW_RULE) -> str:
    """The statement of some conditions, on one line."""
    frame = around({}, user)
    selection = store.expressions.select_from("order")
    where = [selection.condition(each, store.expressions.shape(each, frame)) for each in (formula(text, context) for text in texts)]
    statement = sa.select(selection.column("id")).select_from(selection.from_clause()).where(*where)
    return " ".join(str(statement.compile(store.engine)).split())


@pytest.mark.parametrize(
    "text", ["customer = user.customer", "customer.name = user.department", "customer in (user.customer)", "user.active and flag"]
)
def test_null_never_grants(store: Store, world: Rows, text: str) -> None:
    """A person without customer sees nothing, orders without customer least of all; no SQL compares with null."""
    assert any(row["customer"] is None for row in world["order"])
    assert store.where(formula(text), around(world, NOBODY)) == []
    assert "c_customer =" not in sql(store, text, user=NOBODY)


def test_opposite_of_never_is_always(store: Store, world: Rows) -> None:
    assert len(store.where(formula("customer <> user.customer"), around(world, NOBODY))) == len(world["order"])


def test_literal_null_still_tests(store: Store, world: Rows) -> None:
    without = [row["id"] for row in world["order"] if row["customer"] is None]
    assert store.where(formula("customer = null"), around(world, NOBODY)) == without
    assert store.where(formula("user.customer = null and customer = null"), around(world, NOBODY)) == without
    assert store.where(formula("user.customer = null and customer = null"), around(world, PORTAL)) == []


def test_roles_are_constants(store: Store, world: Rows) -> None:
    rule = formula('HASROLE("boss") or customer = user.customer')
    assert len(store.where(rule, around(world, NOBODY, frozenset({"boss"})))) == len(world["order"])
    assert store.where(rule, around(world, NOBODY)) == []


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ('code = "ab"', "c_code"),
        ('code in ("ab", "采购")', "c_code"),
        ("customer = user.customer", "c_customer"),
        ("due < today() + 7", "c_due"),
        ("price >= 99.99 and LEN(note) > 2", "c_price"),
    ],
)
def test_indexes_serve_plain_comparisons(store: Store, text: str, column: str) -> None:
    plan = store.plan(formula(text), around({}, PORTAL))
    assert column in plan
    assert ("SEARCH" in plan) if store.engine.dialect.name == "sqlite" else ("Index" in plan)


@pytest.mark.parametrize(
    "text",
    [
        'CONTAINS(note, "采")',
        "not CONTAINS(code, note)",
        'CONTAINS(code, "")',
        'SEARCH("A", code) > 0',
        "SEARCH(user.department, note) > 0",
    ],
)
def test_texts_within_texts_are_found_by_the_database_itself(store: Store, world: Rows, text: str) -> None:
    frame, condition = around(world, PORTAL), formula(text)
    assert "loom_formula" not in sql(store, text)
    assert store.where(condition, frame) == [row["id"] for row in world["order"] if condition.holds(row, frame)]


def test_any_looks_only_at_the_rows_of_the_record(store: Store) -> None:
    statement = sql(store, "ANY(lines, amount > 100)")
    assert "EXISTS (SELECT 1" in statement
    assert "JOIN" not in statement
    assert "document_id" in store.plan(formula("ANY(lines, amount > 100)"), around({}, PORTAL))


def test_joins_and_parameters_are_shared(store: Store) -> None:
    statement = sql(store, "customer.name = user.department and customer.vip", 'customer.region.code = "x"', "note = user.department")
    assert statement.count("JOIN w_customer") == 1
    assert statement.count("JOIN w_region") == 1


def test_the_id_of_a_link_needs_no_join(store: Store) -> None:
    assert "JOIN" not in sql(store, "customer.id = 3")
    assert sql(store, "customer.region.id = 3").count("JOIN") == 1


def test_one_grouped_join_per_collection_and_filter(store: Store) -> None:
    one = "SUM(lines.amount) + COUNT(lines) + MAX(lines.amount) > AVERAGE(lines.amount)"
    two = "SUM(lines.amount, ok) > SUM(lines.amount)"
    assert sql(store, one).count("GROUP BY") == 1
    assert sql(store, two).count("GROUP BY") == 2
    assert sql(store, one, two).count("GROUP BY") == 2


def test_one_call_for_all_that_is_not_native(store: Store) -> None:
    statement = sql(store, 'code = "a" and LEN(note) > 2 and qty * price > 10')
    calls = statement.count("loom_formula")
    assert calls == (1 if store.engine.dialect.name == "sqlite" else 0)
    assert "t.c_code =" in statement


def test_statement_depends_on_the_shape_alone(store: Store) -> None:
    rule = formula("customer = user.customer and price < user.limit")
    other = {**PORTAL, "customer": 4, "limit": Decimal("5.00")}
    shape = store.expressions.shape(rule, around({}, PORTAL))
    assert shape == store.expressions.shape(rule, around({}, other))
    assert shape != store.expressions.shape(rule, around({}, NOBODY))


def test_no_function_outlives_its_statement(store: Store, world: Rows) -> None:
    for count in range(5):
        store.where(formula(f"LEN(note) = {count} + 100", Context.FILTER), around(world, PORTAL))
    assert (len(store.functions) >= 5) == (store.engine.dialect.name == "sqlite")
    store.engine.clear_compiled_cache()
    gc.collect()
    assert len(store.functions) == 0


def test_a_number_that_is_too_large_fails_alike(store: Store, world: Rows) -> None:
    with pytest.raises(FormulaFailure) as caught:
        store.values(formula("big * big", Context.VIRTUAL), around(world, PORTAL), [row["id"] for row in world["order"]])  # type: ignore[misc]
    assert caught.value.code == "FX605"


def test_what_cannot_be_pushed_says_so(store: Store, world: Rows) -> None:
    words = formula("RMBUPPER(price)", Context.VIRTUAL)
    if store.engine.dialect.name == "sqlite":
        assert store.values(words, around(world, PORTAL), [1])
    else:
        with pytest.raises(NotPushable) as caught:
            store.values(words, around(world, PORTAL), [1])
        assert (caught.value.code, caught.value.start) == ("FX701", 0)


def test_labels_are_in_the_language_of_the_reader(store: Store, world: Rows) -> None:
    label, ids = formula("LABEL(status)", Context.VIRTUAL), [1, 2, 3, 4, 5, 6]
    for language in ("en", "zh"):
        frame = around(world, PORTAL, language=language)
        assert store.values(label, frame, ids) == {row["id"]: label(row, frame) for row in world["order"][:6]}


def test_calculated_numbers_sort_as_numbers(store: Store, world: Rows) -> None:
    value, frame = formula("price / 3 - qty", Context.VIRTUAL), around(world, PORTAL)
    selection = store.expressions.select_from("order")
    column = selection.value(value, store.expressions.shape(value, frame))
    with store.engine.connect() as connection:
        found = (
            connection.execute(sa.select(column).select_from(selection.from_clause()).where(column.is_not(None)).order_by(column))
            .scalars()
            .all()
        )
    assert found
    assert list(found) == sorted(found)


def test_parameters_of_different_parts_never_meet(store: Store, world: Rows) -> None:
    rule = formula("note = user.customer.name or code = user.customer_name")
    frame = around(world, {**PORTAL, "customer_name": "采购"})
    assert store.where(rule, frame) == [row["id"] for row in world["order"] if rule.holds(row, frame)]
