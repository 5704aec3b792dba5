"""Whatever is written in whatever order, every stored computed field is what its formula gives over all that is there."""

from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from engine import records
from engine.errors import Invalid, Invisible, Refusal
from engine.metadata import Entity
from engine.unit_of_work import View
from tests.applications import World, opened
from tests.databases import postgresql_database

EXAMPLES = max(8, settings().max_examples // 6)  # each makes a database of its own
MODEL = """
app: model
label: Model
timezone: Asia/Shanghai
roles: {one: {label: One}}
---
entity: region
fields:
  factor: {type: decimal, digits: 1, default: 1}
  total: {type: decimal, digits: 2, formula: 'SUM(shops.total, open) * factor'}
  best: {type: decimal, digits: 2, formula: MAX(shops.orders.amount)}
access: {one: {read: true, create: true, update: true, delete: true}}
---
entity: shop
fields:
  region: {type: link, to: region, inverse: shops}
  open: {type: boolean, default: true}
  rate: {type: decimal, digits: 1, formula: region.factor * 2}
  total: {type: decimal, digits: 2, formula: SUM(orders.lines.value)}
  count: {type: integer, formula: 'COUNT(orders, amount > 3)'}
access: {one: {read: true, create: true, update: true, delete: true}}
---
entity: order
fields:
  shop: {type: link, to: shop, inverse: orders}
  lines:
    type: table
    fields:
      qty: {type: integer}
      value: {type: decimal, digits: 2, formula: 'qty * order.shop.rate'}
  amount: {type: decimal, digits: 2, formula: SUM(lines.value)}
access: {one: {read: true, create: true, update: true, delete: true}}
"""
ids = st.integers(1, 3)
links = st.one_of(st.none(), ids)
factors = st.sampled_from([None, "0.5", "1", "2", "-1"])
rows = st.lists(st.fixed_dictionaries({"qty": st.one_of(st.none(), st.integers(-3, 9))}), max_size=3)
writes = st.one_of(
    st.tuples(st.just("region"), st.one_of(st.none(), ids), st.fixed_dictionaries({"factor": factors})),
    st.tuples(st.just("shop"), st.one_of(st.none(), ids), st.fixed_dictionaries({}, optional={"region": links, "open": st.booleans()})),
    st.tuples(st.just("order"), st.one_of(st.none(), ids), st.fixed_dictionaries({}, optional={"shop": links, "lines": rows})),
    st.tuples(st.sampled_from(["region", "shop", "order"]), ids, st.none()),
)


def write(world: World, entity: str, number: int | None, values: dict[str, object] | None) -> None:
    try:
        if values is None:
            world.delete("one", entity, number or 0)
        else:
            world.save("one", entity, number, **values)
    except (Invisible, Invalid, Refusal):
        return  # a record that is gone or still used: nothing may have changed


def check(view: View, entity: Entity, row: records.Row) -> None:
    frame = records.frame_of(view, row)
    for field in entity.fields.values():
        if field.formula is not None:
            expected = field.formula.closure(row, frame)
            shown = None if row[field.name] is None else Decimal(str(row[field.name]))
            assert shown == (None if expected is None else Decimal(str(expected))), (entity.name, row["id"], field.name)
        elif field.table is not None:
            for child in records.rows_of(row, field):
                check(view, field.table, child)


def check_all(world: World) -> None:
    with world.look("system") as view:
        for name in ("region", "shop", "order"):
            for record in records.find(view, records.Query(name, limit=100)).records:
                check(view, world.metadata.entities[name], records.fetch(view, name, record.id))


@settings(phases=[Phase.explicit, Phase.reuse, Phase.generate], suppress_health_check=list(HealthCheck), max_examples=EXAMPLES)
@given(st.lists(writes, min_size=3, max_size=14))
@pytest.mark.parametrize("dialect", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_computed_fields_agree_with_a_computation_of_everything(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path, steps: list[tuple[str, int | None, dict[str, object] | None]]
) -> None:
    if dialect == "sqlite":
        check_played(f"sqlite:///{tmp_path / uuid4().hex}.db", steps)
    else:
        with postgresql_database(request.getfixturevalue("postgresql_server_url")) as url:
            check_played(url, steps)


def check_played(url: str, steps: list[tuple[str, int | None, dict[str, object] | None]]) -> None:
    note(repr(steps))
    with opened(MODEL, url) as world:
        world.person("one", roles=["one"])
        for step in steps:
            write(world, *step)
        check_all(world)
