"""Pages of purchase orders, written by hand with Flask, SQLAlchemy Core and Jinja2: what the engine's pages are measured against.

A session in the database, the row rule in the query, tokens in the forms, two languages, the same headers and the same content as the
pages that the engine makes of YAML.
"""

from __future__ import annotations

import gettext
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
import sqlalchemy as sa
from babel.dates import format_date, format_timedelta
from babel.numbers import format_currency, format_decimal
from flask import Flask, Response, abort, g, render_template, request, session
from flask_wtf import CSRFProtect

from benchmarks import hand_tables as hand
from benchmarks.hand import open_engine
from benchmarks.hand_approval import FOLLOWING
from benchmarks.hand_orders import Row

PAGE, OFFERED, COUNTED, TASKS = 50, 30, 1001, 100
IDLE, LONGEST, SEEN_EVERY = 8 * 3600, 7 * 86400, 300
STATES = {"draft": "Draft", "submitted": "Submitted", "checking": "Being checked", "approved": "Approved"}
STEPS = {"check": "Check", "second_check": "Second check"}
COLUMNS = (
    ("number", "Number"), ("state", "State"), ("supplier", "Supplier"), ("order_date", "Order date"), ("incoterm", "Incoterm"),
    ("terms", "Terms"), ("buyer", "Buyer"), ("department", "Department"), ("delivery_date", "Delivery date"), ("ship_to", "Ship to"),
    ("reference", "Reference"), ("note", "Note"), ("total", "Total"), ("id", "Id"), ("created_at", "Created"), ("created_by", "Created by"),
    ("updated_at", "Changed"), ("updated_by", "Changed by"),
)  # fmt: skip
GROUPS = ("supplier", "buyer", "department", "order_date", "delivery_date", "incoterm", "terms", "state")
LABELS = dict(COLUMNS)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


def make_pages(url: str) -> Flask:
    """The pages on the database at `url`."""
    flask = Flask("hand_pages", static_folder=None, template_folder=f"{__file__.rpartition('/')[0]}/hand_templates")
    flask.config.update(SECRET_KEY="a key of a throw-away database")  # noqa: S106
    flask.jinja_env.trim_blocks = flask.jinja_env.lstrip_blocks = True
    flask.jinja_env.add_extension("jinja2.ext.i18n")
    flask.jinja_env.install_gettext_callables(_say, _WORDS["en"].ngettext, newstyle=True)  # type: ignore[attr-defined] # the extension's
    flask.jinja_env.filters |= {"day": _day, "money": _money, "number": _number, "ago": _ago}
    flask.jinja_env.globals |= {"steps": STEPS, "states": STATES, "following": FOLLOWING}
    CSRFProtect(flask)
    Pages(open_engine(url)).register(flask)
    flask.after_request(_with_headers)
    return flask


class Pages:
    """The routes."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def register(self, flask: Flask) -> None:
        """Add the routes to the application."""
        flask.add_url_rule("/orders", "list", self.list)
        flask.add_url_rule("/orders/<int:number>", "record", self.record)
        flask.add_url_rule("/orders/<int:number>/edit", "form", self.form)
        flask.add_url_rule("/inbox", "inbox", self.inbox)

    @contextmanager
    def reading(self) -> Iterator[tuple[sa.Connection, Row]]:
        """A transaction to read in, and who is signed in."""
        with self.engine.begin() as connection:
            me = _who(connection)
            g.language, g.now = "en", datetime.now(UTC)
            yield connection, me

    def list(self) -> str:
        """The newest orders."""
        with self.reading() as (connection, me):
            rows = _rows(connection, _LIST, _rights(me))
            shown = {
                "orders": rows[:PAGE],
                "next": _cursor(rows),
                "count": connection.execute(_COUNT, _rights(me)).scalar_one(),
                "views": _rows(connection, _VIEWS, {"me": me["id"]}),
                "columns": COLUMNS,
                "groups": [(name, LABELS[name]) for name in GROUPS],
            }
            return _page("list.html", me, shown)

    def record(self, number: int) -> str:
        """An order in read mode."""
        with self.reading() as (connection, me):
            return _page("record.html", me, _whole(connection, me, number))

    def form(self, number: int) -> str:
        """The form of an order."""
        with self.reading() as (connection, me):
            order = _order(connection, me, number)
            if order["buyer"] != me["id"] or order["state"] != "draft":
                abort(403)
            shown = {
                "order": order,
                "lines": _rows(connection, _LINES, {"order": number}),
                "suppliers": _rows(connection, _SUPPLIERS, {}),
                "people": _rows(connection, _PEOPLE, {}),
                "departments": _rows(connection, _DEPARTMENTS, {}),
                "draft": next(iter(_rows(connection, _DRAFT, {"me": me["id"], "order": number})), None),
            }
            return _page("form.html", me, shown)

    def inbox(self) -> str:
        """What waits for the person, with the newest open."""
        with self.reading() as (connection, me):
            tasks = _rows(connection, _TASKS, {"me": me["id"]})
            shown = {"tasks": tasks, "task": tasks[0], **_whole(connection, me, tasks[0]["order_id"])}
            return _page("inbox.html", me, shown)


def _page(template: str, me: Row, shown: Mapping[str, Any]) -> str:
    return render_template(template, me=me, here=request.path, language=g.language, **shown)


def _whole(connection: sa.Connection, me: Row, number: int) -> Row:
    """An order with everything that stands around it."""
    order, asked = _order(connection, me, number), {"order": number}
    followers = _rows(connection, _FOLLOWERS, asked)
    process = next(iter(_rows(connection, _PROCESS, asked)), None)
    return {
        "order": order,
        "mine": order["buyer"] == me["id"] and order["state"] == "draft",
        "lines": _rows(connection, _LINES, asked),
        "entries": sorted(map(_entry, _rows(connection, _ENTRIES, asked)), key=lambda entry: entry["at"], reverse=True),
        "followers": [each["name"] for each in followers],
        "follows": any(each["id"] == me["id"] for each in followers),
        "process": process and _story(connection, process, order),
        "people": _rows(connection, _PEOPLE, {}) if process else [],
    }


def _story(connection: sa.Connection, process: Row, order: Row) -> Row:
    """What happened in an approval, who is asked, and who is expected next."""
    own = {"instance": process["id"]}
    asked = next(iter(_rows(connection, _ASKED, own)), None)
    events = [{"place": "done", "step": process["step"], "at": process["started_at"], "who": order["buyer_name"], "what": "started it"}]
    events += [
        {"place": "done", "step": each["step"], "at": each["at"], "who": each["name"], "what": each["kind"]}
        for each in _rows(connection, _EVENTS, own)
    ]
    if asked:
        events += [{"place": "open", "step": asked["step"], "at": asked["created_at"], "who": asked["name"], "what": "is asked"}]
    following = FOLLOWING[process["step"]]
    events += [{"place": "later", "step": step, "at": None, "who": order["buyer_name"]} for step in (following, FOLLOWING[following])]
    return {"id": process["id"], "events": events, "task": asked and asked["id"], "asked": asked and asked["name"]}


def _entry(found: Row) -> Row:
    """What happened to an order, in words: its changes, or what was said."""
    if found["said"] is not None:
        return found
    changes = orjson.loads(found["changes"])
    moved = changes.pop("state", None)
    return found | {"state": moved and moved[1], "changes": [(LABELS[name], old, new) for name, (old, new) in changes.items()]}


def _order(connection: sa.Connection, me: Row, number: int) -> Row:
    found = _rows(connection, _ONE, {"number": number, **_rights(me)})
    return found[0] if found else abort(404)


def _rows(connection: sa.Connection, query: Any, params: Mapping[str, Any]) -> list[Row]:
    found = connection.execute(query, params)
    names = tuple(map(str, found.keys()))
    return [dict(zip(names, row, strict=True)) for row in found]


def _who(connection: sa.Connection) -> Row:
    """Who is signed in, with what waits for them; ends with 401."""
    hashed = hashlib.sha256(str(session.get("key", "")).encode()).hexdigest()
    found = _rows(connection, _SESSION, {"hash": hashed})
    now = datetime.now(UTC)
    if not found or (now - _utc(found[0]["seen_at"])).seconds > IDLE or (now - _utc(found[0]["begun_at"])).days > LONGEST // 86400:
        abort(401)
    return found[0] | {
        "tasks": connection.execute(_WAITING, {"me": found[0]["id"]}).scalar_one(),
        "notices": connection.execute(_UNREAD, {"me": found[0]["id"]}).scalar_one(),
    }


def _rights(me: Row) -> Row:
    return {"me": me["id"], "my_department": me["department"]}


def _cursor(rows: Sequence[Row]) -> str:
    if len(rows) <= PAGE:
        return ""
    last = rows[PAGE - 1]["id"]
    return f"{last}-{hashlib.sha256(f'key {last}'.encode()).hexdigest()[:16]}"


def _utc(instant: datetime) -> datetime:
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _say(text: str) -> str:
    return _WORDS[g.language].gettext(text)


def _day(value: date) -> str:
    return format_date(value, "medium", locale=g.language)


def _money(value: Decimal) -> str:
    return format_currency(value, "CNY", locale=g.language)


def _number(value: Decimal) -> str:
    return format_decimal(value.normalize(), locale=g.language)


def _ago(instant: datetime) -> str:
    return format_timedelta(_utc(instant) - g.now, add_direction=True, locale=g.language)


def _with_headers(response: Response) -> Response:
    response.headers.extend(HEADERS)
    return response


_WORDS = {"en": gettext.NullTranslations()}
_BUYER = hand.person.alias("buyer_person")
_SESSION = (
    sa.select(hand.person.c.id, hand.person.c.name, hand.person.c.department, hand.session.c.begun_at, hand.session.c.seen_at)
    .join(hand.session, hand.session.c.person == hand.person.c.id)
    .where(hand.session.c.hash == sa.bindparam("hash"))
)
_WAITING = sa.select(sa.func.count()).where(hand.task.c.person == sa.bindparam("me"), hand.task.c.status == "open")
_UNREAD = sa.select(sa.func.count()).where(hand.notice.c.person == sa.bindparam("me"), hand.notice.c.read == sa.false())
_SEEN = sa.or_(hand.order.c.buyer == sa.bindparam("me"), hand.order.c.department == sa.bindparam("my_department"))
_LIST = (
    sa.select(hand.order, hand.supplier.c.name.label("supplier_name"))
    .join(hand.supplier, hand.supplier.c.id == hand.order.c.supplier)
    .where(_SEEN)
    .order_by(hand.order.c.id.desc())
    .limit(PAGE + 1)
)
_COUNT = sa.select(sa.func.count()).select_from(sa.select(hand.order.c.id).where(_SEEN).limit(COUNTED).subquery())
_VIEWS = sa.select(hand.saved_view).where(sa.or_(hand.saved_view.c.person == sa.bindparam("me"), hand.saved_view.c.person.is_(None)))
_ONE = (
    sa.select(
        hand.order,
        hand.supplier.c.name.label("supplier_name"),
        _BUYER.c.name.label("buyer_name"),
        hand.department.c.name.label("department_name"),
    )
    .join(hand.supplier, hand.supplier.c.id == hand.order.c.supplier)
    .outerjoin(_BUYER, _BUYER.c.id == hand.order.c.buyer)
    .outerjoin(hand.department, hand.department.c.id == hand.order.c.department)
    .where(hand.order.c.id == sa.bindparam("number"), _SEEN)
)
_LINES = sa.select(hand.line).where(hand.line.c.order_id == sa.bindparam("order")).order_by(hand.line.c.row_no)
_SUPPLIERS = sa.select(hand.supplier).order_by(hand.supplier.c.id.desc()).limit(OFFERED)
_PEOPLE = sa.select(hand.person.c.id, hand.person.c.name).order_by(hand.person.c.id.desc()).limit(OFFERED)
_DEPARTMENTS = sa.select(hand.department).order_by(hand.department.c.id.desc()).limit(OFFERED)
_DRAFT = sa.select(hand.draft).where(hand.draft.c.person == sa.bindparam("me"), hand.draft.c.order_id == sa.bindparam("order"))
_FOLLOWERS = (
    sa.select(hand.person.c.id, hand.person.c.name)
    .join(hand.follower, hand.follower.c.person == hand.person.c.id)
    .where(hand.follower.c.order_id == sa.bindparam("order"))
)
_ENTRIES = (
    sa.select(hand.audit.c.at, hand.person.c.name.label("who"), hand.audit.c.changes, sa.null().label("said"))
    .join(hand.person, hand.person.c.id == hand.audit.c.actor)
    .where(hand.audit.c.record_id == sa.bindparam("order"))
    .union_all(
        sa.select(hand.comment.c.at, hand.person.c.name, sa.null(), hand.comment.c.said)
        .join(hand.person, hand.person.c.id == hand.comment.c.person)
        .where(hand.comment.c.order_id == sa.bindparam("order"))
    )
    .limit(PAGE)
)
_PROCESS = sa.select(hand.instance).where(hand.instance.c.order_id == sa.bindparam("order"))
_EVENTS = (
    sa.select(hand.event.c.at, hand.event.c.kind, hand.event.c.step, hand.person.c.name)
    .outerjoin(hand.person, hand.person.c.id == hand.event.c.actor)
    .where(hand.event.c.instance_id == sa.bindparam("instance"))
    .order_by(hand.event.c.id)
)
_ASKED = (
    sa.select(hand.task.c.id, hand.task.c.step, hand.task.c.created_at, hand.person.c.name)
    .join(hand.person, hand.person.c.id == hand.task.c.person)
    .where(hand.task.c.instance_id == sa.bindparam("instance"), hand.task.c.status == "open")
)
_TASKS = (
    sa.select(hand.task.c.id, hand.task.c.step, hand.task.c.created_at, hand.instance.c.order_id, hand.order.c.number)
    .join(hand.instance, hand.instance.c.id == hand.task.c.instance_id)
    .join(hand.order, hand.order.c.id == hand.instance.c.order_id)
    .where(hand.task.c.person == sa.bindparam("me"), hand.task.c.status == "open")
    .order_by(hand.task.c.id.desc())
    .limit(TASKS)
)
