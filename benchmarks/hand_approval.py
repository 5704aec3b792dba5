"""Approvals, written by hand: an order is checked twice, by the person whose it is, round after round."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import sqlalchemy as sa
from flask import Flask, Response, abort, request

from benchmarks.hand_checks import TEXTS, Wrong
from benchmarks.hand_orders import LOCK, Row, Site, answer, dicts, fetch, note, write
from benchmarks.hand_tables import event, instance, job, order, task

FOLLOWING = {"check": "second_check", "second_check": "check"}
LABELS = {"check": "Check", "second_check": "Second check"}
PAGE = 50
PATIENCE = timedelta(days=3)
_LAST = 2**31 - 1

_OPEN = (
    sa.select(task.c.id, task.c.step, instance.c.order_id, order.c.number, task.c.created_at)
    .join(instance, instance.c.id == task.c.instance_id)
    .join(order, order.c.id == instance.c.order_id)
    .where(task.c.person == sa.bindparam("me"), task.c.status == "open", task.c.id < sa.bindparam("before"))
    .order_by(task.c.id.desc())
    .limit(PAGE)
)
_TASK = (
    sa.select(task.c.id, task.c.instance_id, task.c.step, task.c.round, task.c.person, instance.c.order_id)
    .join(instance, instance.c.id == task.c.instance_id)
    .where(task.c.id == sa.bindparam("task"))
)
_NAMES = ("id", "instance_id", "step", "round", "person", "order_id")
_DONE = sa.update(task).where(task.c.id == sa.bindparam("task"), task.c.status == "open")
_WAITING = sa.select(sa.func.count()).select_from(task).where(
    task.c.instance_id == sa.bindparam("instance"),
    task.c.step == sa.bindparam("at"),
    task.c.round == sa.bindparam("turn"),
    task.c.status == "open",
)  # fmt: skip
_FORGET = sa.delete(job).where(job.c.key == sa.bindparam("reminder"))
_MOVE = sa.update(instance).where(instance.c.id == sa.bindparam("which"))


class Approvals:
    """The routes."""

    def __init__(self, site: Site) -> None:
        self.reading, self.writing = site.reading, site.writing

    def register(self, flask: Flask) -> None:
        """Add the routes to the application."""
        flask.add_url_rule("/api/v1/tasks", "tasks", self.tasks)
        flask.add_url_rule("/api/v1/tasks/<int:number>/approve", "approve", self.approve, methods=["POST"])

    def tasks(self) -> Response:
        """The caller's newest open tasks, or the newest before one."""
        with self.reading() as (connection, me):
            asked = {"me": me["id"], "before": request.args.get("before", _LAST, int)}
            rows = dicts(("id", "step", "record", "title", "since"), connection.execute(_OPEN, asked))
        return answer({"tasks": [row | {"step_label": LABELS[row["step"]]} for row in rows]})

    def approve(self, number: int) -> Response:
        """Approve a task, with a remark on the order; the next check begins when nobody else is asked in this one."""
        now, given = datetime.now(UTC), request.get_json()
        values, comment = given.get("values") or {}, given.get("comment") or ""
        with self.writing() as (connection, me):
            found = dicts(_NAMES, connection.execute(_TASK, {"task": number}))
            own = found[0] if found else abort(404)
            old = fetch(connection, me, own["order_id"], LOCK)
            if own["person"] != me["id"]:
                abort(403)
            changed = _remark(values, old)
            if changed:
                write(connection, me, old, changed, now)
                note(connection, me, old["id"], "approve", {name: [old[name], value] for name, value in changed.items()})
            if not connection.execute(
                _DONE.values(status="done", decision="approve", comment=comment, done_at=now), {"task": number}
            ).rowcount:
                abort(409)
            events = [_event(own, now, "decided", me["id"], {"decision": "approve", "comment": comment})]
            asked = {"instance": own["instance_id"], "at": own["step"], "turn": own["round"]}
            if not connection.execute(_WAITING, asked).scalar_one():
                events += _advance(connection, own, old, now)
            connection.execute(sa.insert(event), events)
        return answer({"id": number, "decision": "approve"})


def _remark(values: Row, old: Row) -> Row:
    text = values.get("note")
    if set(values) - {"note"}:
        abort(403)
    if text is not None and (not isinstance(text, str) or len(text) > TEXTS["note"]):
        raise Wrong({"note": f"at most {TEXTS['note']} characters"})
    return {"note": text} if text != old["note"] else {}


def _advance(connection: sa.Connection, own: Row, order_row: Row, now: datetime) -> list[Row]:
    """Go to the next step, and ask the person whose order it is."""
    following = FOLLOWING[own["step"]]
    turn = own["round"] + (following == "check")
    connection.execute(_MOVE.values(step=following, round=turn), {"which": own["instance_id"]})
    new = {"instance_id": own["instance_id"], "step": following, "round": turn, "person": order_row["buyer"], "status": "open"}
    connection.execute(sa.insert(task), new | {"created_at": now})
    connection.execute(_FORGET, {"reminder": _reminder(own["instance_id"], own["step"], own["round"])})
    key = _reminder(own["instance_id"], following, turn)
    remind = {"name": "remind", "key": key, "payload": orjson.dumps({"instance": own["instance_id"], "step": following}).decode()}
    connection.execute(sa.insert(job), remind | {"due_at": now + PATIENCE, "state": "waiting"})
    return [_event(own | {"step": following}, now, "entered", None, {"person": order_row["buyer"]})]


def _reminder(instance: int, step: str, turn: int) -> str:
    return f"{instance}:{step}:{turn}"


def _event(own: Row, now: datetime, kind: str, actor: int | None, detail: Row) -> Row:
    text = orjson.dumps(detail).decode()
    return {"instance_id": own["instance_id"], "at": now, "kind": kind, "step": own["step"], "actor": actor, "detail": text}
