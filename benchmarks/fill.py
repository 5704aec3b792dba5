"""The same data for both sides: people, suppliers, purchase orders with five lines each, and orders that are being checked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any

import sqlalchemy as sa

from benchmarks import hand_tables as hand
from benchmarks.pool import Pool
from engine import workflow
from engine.access import AUTH
from engine.app import App
from engine.records import save
from engine.unit_of_work import UnitOfWork
from engine.web.api import create_token

PEOPLE, DEPARTMENTS, SUPPLIERS, LINES = 20, 4, 200, 5
CHECKED = 2 * PEOPLE
"""One of so many orders is being checked, by the person whose it is."""
CHUNK = 5000
HAND_TOKEN = "hand-written-token"  # noqa: S105 - of a throw-away database
BEGIN = date(2024, 1, 1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filled:
    """What the measuring needs to know: the token of the first person, and the ids of their orders."""

    token: str
    own: list[int]
    suppliers: int = SUPPLIERS
    pool: Pool = field(default_factory=Pool)


def orders(count: int, size: int = LINES) -> Iterator[Row]:
    """The orders, without what differs between the two sides."""
    for at in range(count):
        person = at % PEOPLE
        day = BEGIN + timedelta(days=at * 7919 % 700)
        yield {
            "number": f"F-{at:07}",
            "state": "draft" if at % PEOPLE == 0 or at % 2 else "submitted",
            "supplier": at % SUPPLIERS + 1,
            "buyer": person + 1,
            "department": person % DEPARTMENTS + 1,
            "order_date": day,
            "delivery_date": day + timedelta(days=30),
            "incoterm": ("exw", "fob", "cif")[at % 3],
            "terms": ("net30", "net60", "prepaid")[at % 3],
            "ship_to": f"Gate {at % 17}",
            "reference": f"R{at}",
            "note": None,
            "total": sum((row["amount"] for row in lines(at, size)), Decimal(0)),
            "version": 1,
            "created_at": NOW,
            "created_by": person + 1,
            "updated_at": NOW,
            "updated_by": person + 1,
        }


def lines(at: int, size: int = LINES) -> list[Row]:
    """The lines of one order."""
    found = []
    for number in range(1, size + 1):
        qty, price = Decimal(at % 90 + number).scaleb(0), Decimal(at % 900 * 100 + 995).scaleb(-2)
        found.append({"row_no": number, "product": f"Part {number}", "qty": qty, "price": price, "amount": qty * price})
    return found


def fill_hand(url: str, count: int, size: int = LINES) -> Filled:
    """Fill the database of the hand-written side; `size` is the number of lines of an order."""
    engine = sa.create_engine(url)
    hand.METADATA.create_all(engine)
    people = [{"name": f"Person {at}", "department": at % DEPARTMENTS + 1} for at in range(PEOPLE)]
    with engine.begin() as connection:
        connection.execute(sa.insert(hand.person), people)
        connection.execute(sa.insert(hand.department), [{"name": f"Department {at}"} for at in range(DEPARTMENTS)])
        connection.execute(sa.insert(hand.supplier), [{"name": f"Supplier {at}"} for at in range(SUPPLIERS)])
        key = hashlib.sha256(HAND_TOKEN.encode()).hexdigest()
        connection.execute(sa.insert(hand.token), {"hash": key, "user_id": 1})
        now = datetime.now(UTC)
        connection.execute(sa.insert(hand.session), {"hash": key, "person": 1, "begun_at": now, "seen_at": now})
        _pour(connection, hand.order, orders(count, size))
        _pour(connection, hand.line, (row | {"order_id": at + 1} for at in range(count) for row in lines(at, size)))
        checked = [{"order_id": number, "step": "check", "round": 1, "started_at": NOW} for number in _checked(count)]
        connection.execute(sa.insert(hand.instance), checked)
        connection.execute(sa.update(hand.order).where(hand.order.c.id.in_(_checked(count))).values(state="checking"))
        moved = {"at": NOW, "actor": 1, "action": "check", "changes": '{"state": ["draft", "checking"]}'}
        connection.execute(sa.insert(hand.audit), [moved | {"record_id": number} for number in _checked(count)])
        asked = {"step": "check", "round": 1, "person": 1, "status": "open", "created_at": NOW}
        connection.execute(sa.insert(hand.task), [asked | {"instance_id": at} for at in range(1, len(checked) + 1)])
        due = {"name": "remind", "payload": "{}", "due_at": NOW + timedelta(days=3), "state": "waiting"}
        connection.execute(sa.insert(hand.job), [due | {"key": f"{at}:check:1"} for at in range(1, len(checked) + 1)])
    _settle(engine)
    return Filled(HAND_TOKEN, _own(count))


def fill_engine(app: App, count: int, size: int = LINES) -> Filled:
    """Fill the database of the engine's side: people by the engine itself, orders straight into its tables."""
    token = app.run(AUTH, _people)
    tables = app.serving.current().tables
    with app.database.write() as connection:
        _pour(connection, tables.table("supplier"), ({"name": f"Supplier {at}", **_system(1)} for at in range(SUPPLIERS)))
        _pour(connection, tables.table("purchase_order"), (row | {"current_from": NOW} for row in orders(count, size)))
        rows = (row | {"document_id": at + 1, "version": 1, "current_from": NOW} for at in range(count) for row in lines(at, size))
        _pour(connection, tables.table("purchase_order.lines"), rows)
    for number in _checked(count):
        app.run(app.people.actor(1), partial(workflow.fire, entity_name="purchase_order", record_id=number, action_name="check"))
    _settle(app.database.writer)
    return Filled(token, _own(count))


def _people(uow: UnitOfWork) -> str:
    departments = [save(uow, "department", None, {"name": f"Department {at}"})["id"] for at in range(DEPARTMENTS)]
    for at in range(PEOPLE):
        values = {"name": f"Person {at}", "login": f"person{at}", "roles": ["buyer"], "department": departments[at % DEPARTMENTS]}
        save(uow, "user", None, values)
    return create_token(uow, 1, "benchmark")


def _system(person: int) -> Mapping[str, Any]:
    times = {"created_at": NOW, "updated_at": NOW, "current_from": NOW}
    return {**times, "version": 1, "created_by": person, "updated_by": person}


def _pour(connection: sa.Connection, table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> None:
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        connection.execute(sa.insert(table), chunk)


def _settle(engine: sa.Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")


def _own(count: int) -> list[int]:
    return [at + 1 for at in range(0, count, PEOPLE) if at % CHECKED]


def _checked(count: int) -> list[int]:
    return [at + 1 for at in range(0, count, CHECKED)]
