"""Purchase orders, written by hand with Flask and SQLAlchemy Core."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import sqlalchemy as sa
from flask import Flask, Response, abort, request
from sqlalchemy.dialects import postgresql, sqlite

from benchmarks.hand_checks import checked
from benchmarks.hand_tables import audit, counter, line, order, order_history, person, token

ZONE = ZoneInfo("Asia/Shanghai")
ACTIONS = {"submit": ("draft", "submitted"), "reopen": ("submitted", "draft")}
Row = dict[str, Any]


def answer(value: object, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(value, default=lambda number: format(number, "f")), status, content_type="application/json")


class Site:
    """The database in the hands of whoever asks."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.writer = engine.execution_options(write=True)

    @contextmanager
    def reading(self) -> Iterator[tuple[sa.Connection, Row]]:
        """A transaction to read in, and who asks."""
        with self.engine.begin() as connection:
            yield connection, _caller(connection)

    @contextmanager
    def writing(self) -> Iterator[tuple[sa.Connection, Row]]:
        """A transaction to write in, and who asks."""
        with self.writer.begin() as connection:
            yield connection, _caller(connection)


class Orders:
    """The routes."""

    def __init__(self, site: Site) -> None:
        self.reading, self.writing = site.reading, site.writing

    def register(self, flask: Flask) -> None:
        """Add the routes to the application."""
        at, one = "/api/v1/records/purchase_order", "/api/v1/records/purchase_order/<int:number>"
        for rule, view, method in (
            (at, self.list, "GET"),
            (at, self.create, "POST"),
            (one, self.read, "GET"),
            (one, self.update, "PATCH"),
            (one + "/actions/<action>", self.act, "POST"),
        ):
            flask.add_url_rule(rule, view.__name__, view, methods=[method])

    def list(self) -> Response:
        """The newest orders of a state, 50 a page."""
        query = sa.select(order).where(order.c.state == sa.bindparam("state"))
        params: Row = {"state": request.args["state"]}
        if "after" in request.args:
            day, number = orjson.loads(base64.urlsafe_b64decode(request.args["after"]))
            query = query.where(_BEHIND)
            params |= {"after_date": date.fromisoformat(day), "after_id": number}
        with self.reading() as (connection, me):
            query = query.where(_VISIBLE).order_by(order.c.order_date.desc(), order.c.id.desc()).limit(51)
            rows = dicts(_ORDER, connection.execute(query, params | _me(me)))
        last = rows[49] if len(rows) > 50 else None
        cursor = None if last is None else base64.urlsafe_b64encode(orjson.dumps([last["order_date"], last["id"]])).decode()
        return answer({"records": rows[:50], "next": cursor})

    def read(self, number: int) -> Response:
        """One order with its lines."""
        with self.reading() as (connection, me):
            found = fetch(connection, me, number, _READ)
            lines = dicts(_LINE, connection.execute(_LINES, {"order": number}))
        return answer(found | {"lines": lines})

    def create(self) -> Response:
        """A new order."""
        now = datetime.now(UTC)
        with self.writing() as (connection, me):
            values, lines = checked(connection, request.get_json(), {"buyer": me["id"], "department": me["department"], "incoterm": "fob"})
            if values["buyer"] != me["id"]:
                abort(403)
            year = now.astimezone(ZONE).year
            count = connection.execute(_COUNT[connection.dialect.name], {"name": f"PO-{year}"}).scalar_one()
            values |= {"number": f"PO-{year}-{count:05}", "state": "draft", "version": 1, "created_by": me["id"], "updated_by": me["id"]}
            values |= {"created_at": now, "updated_at": now}
            values["id"] = connection.execute(_INSERT, values).scalar_one()
            if lines:
                connection.execute(sa.insert(line), [row | {"order_id": values["id"]} for row in lines])
            note(connection, me, values["id"], "create", {name: [None, value] for name, value in values.items()} | {"lines": [[], lines]})
        return answer(values | {"lines": lines}, 201)

    def update(self, number: int) -> Response:
        """Change fields of an order in draft."""
        now = datetime.now(UTC)
        with self.writing() as (connection, me):
            old = fetch(connection, me, number, LOCK)
            if old["buyer"] != me["id"] or old["state"] != "draft":
                abort(403)
            if str(old["version"]) != request.headers["If-Match"].strip('"'):
                abort(412)
            lines = dicts(_LINE, connection.execute(_LINES, {"order": number}))
            values, _ = checked(connection, {"lines": lines} | old | request.get_json(), {})
            changed = {name: value for name, value in values.items() if old[name] != value}
            new = write(connection, me, old, changed, now)
            note(connection, me, number, "update", {name: [old[name], value] for name, value in changed.items()})
        return answer(new | {"lines": lines})

    def act(self, number: int, action: str) -> Response:
        """Hand an order in, or open it again."""
        now = datetime.now(UTC)
        before, after = ACTIONS[action]
        with self.writing() as (connection, me):
            old = fetch(connection, me, number, LOCK)
            if old["buyer"] != me["id"]:
                abort(403)
            if old["state"] != before or not (old["total"] or 0) > 0:
                abort(409)
            new = write(connection, me, old, {"state": after}, now)
            note(connection, me, number, action, {"state": [before, after]})
        return answer(new)


_TOKEN = (
    sa.select(person.c.id, person.c.name, person.c.department)
    .join(token, token.c.user_id == person.c.id)
    .where(token.c.hash == sa.bindparam("hash"))
)
_VISIBLE = sa.or_(order.c.buyer == sa.bindparam("me"), order.c.department == sa.bindparam("my_department"))
_READ = sa.select(order).where(order.c.id == sa.bindparam("number"), _VISIBLE)
LOCK = _READ.with_for_update()
_BEHIND = sa.tuple_(order.c.order_date, order.c.id) < sa.tuple_(sa.bindparam("after_date", type_=sa.Date), sa.bindparam("after_id"))
_LINES = sa.select(line).where(line.c.order_id == sa.bindparam("order")).order_by(line.c.row_no)
_INSERT = sa.insert(order).returning(order.c.id)


# The keys of a table are a kind of text that orjson refuses.
_ORDER = tuple(str(column.key) for column in order.c)
_LINE = tuple(str(column.key) for column in line.c)


def dicts(names: Sequence[str], rows: sa.CursorResult[Any]) -> list[Row]:
    """Rows as dicts."""
    return [dict(zip(names, row, strict=True)) for row in rows]


def _upsert(insert: Any) -> Any:
    query = insert(counter).values(name=sa.bindparam("name"), value=1)
    return query.on_conflict_do_update(index_elements=["name"], set_={"value": counter.c.value + 1}).returning(counter.c.value)


_COUNT: Mapping[str, Any] = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}
_KEEP = sa.insert(order_history).from_select(
    [*(c.name for c in order.c), "until"],
    sa.select(*order.c, sa.bindparam("until", type_=sa.DateTime(timezone=True))).where(order.c.id == sa.bindparam("number")),
)


def _caller(connection: sa.Connection) -> Row:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    found = dicts(("id", "name", "department"), connection.execute(_TOKEN, {"hash": hashlib.sha256(given.encode()).hexdigest()}))
    return found[0] if found else abort(401)


def _me(me: Row) -> Row:
    return {"me": me["id"], "my_department": me["department"]}


def fetch(connection: sa.Connection, me: Row, number: int, query: Any) -> Row:
    """One order that the caller may see; ends with 404."""
    found = dicts(_ORDER, connection.execute(query, {"number": number, **_me(me)}))
    return found[0] if found else abort(404)


def write(connection: sa.Connection, me: Row, old: Row, changed: Row, now: datetime) -> Row:
    """The order with what changed, its old row in the history; ends with 412 when somebody was faster."""
    connection.execute(_KEEP, {"number": old["id"], "until": now})
    changed = changed | {"version": old["version"] + 1, "updated_at": now, "updated_by": me["id"]}
    query = sa.update(order).where(order.c.id == sa.bindparam("which"), order.c.version == sa.bindparam("seen"))
    if not connection.execute(query.values({name: sa.bindparam(f"new_{name}") for name in changed}), _named(old, changed)).rowcount:
        abort(412)
    return old | changed


def _named(old: Row, changed: Row) -> Row:
    return {"which": old["id"], "seen": old["version"], **{f"new_{name}": value for name, value in changed.items()}}


def note(connection: sa.Connection, me: Row, number: int, action: str, changes: Row) -> None:
    """An entry of the audit."""
    text = orjson.dumps(changes, default=lambda value: format(value, "f")).decode()
    connection.execute(
        sa.insert(audit), {"record_id": number, "at": datetime.now(UTC), "actor": me["id"], "action": action, "changes": text}
    )
