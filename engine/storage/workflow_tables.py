"""Where running work is kept: instances of workflows, the tasks of people, what happened, and what is stuck.

Rows of events are only ever added; everything else can be told from them (`engine.workflow.replay`).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from .prepared import Standing
from .types import Boolean, Codes, Instant, Json, Text, key_type

WORKFLOW = sa.MetaData()


def _id() -> sa.Column[Any]:
    return sa.Column("id", key_type(), sa.Identity(), primary_key=True)


def _key(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, key_type(), nullable=null)


def _instance_key() -> sa.Column[Any]:
    return sa.Column("instance_id", key_type(), sa.ForeignKey("loom_instance.id"), nullable=False)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, Text(), nullable=False, default="")


def _instant(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Instant(), nullable=null)


instance = sa.Table(
    "loom_instance",
    WORKFLOW,
    _id(),
    _text("workflow"),
    sa.Column("revision", sa.Integer, nullable=False),
    _key("entity_id"),
    _key("record_id"),
    _text("state"),
    sa.Column("open", Boolean(), nullable=False),
    sa.Column("visits", Json(), nullable=False),
    sa.Column("branches", Json(), nullable=False),
    sa.Column("picked", Json(), nullable=False),
    sa.Column("resume", Json()),
    _key("starter", null=True),
    _instant("started_at"),
    _instant("ended_at", null=True),
    sa.Column("version", sa.Integer, nullable=False),
    comment="One run of a workflow over a record; `state` is a step, or an end once it is no longer open.",
    sqlite_strict=True,
)
sa.Index("loom_instance_record", instance.c.entity_id, instance.c.record_id)
sa.Index("loom_instance_starter", instance.c.starter, instance.c.id)
sa.Index(
    "loom_instance_one_open",
    instance.c.entity_id,
    instance.c.record_id,
    instance.c.workflow,
    unique=True,
    sqlite_where=sa.text("open = 1"),
    postgresql_where=sa.text("open"),
)

task = sa.Table(
    "loom_task",
    WORKFLOW,
    _id(),
    _instance_key(),
    _text("step"),
    sa.Column("round", sa.Integer, nullable=False),
    _key("person"),
    _key("owner"),
    _key("parent", null=True),
    _text("kind"),
    _text("via"),
    sa.Column("weight", sa.Integer, nullable=False, default=1),
    _text("status"),
    sa.Column("decision", Text()),
    _key("actor", null=True),
    _text("comment"),
    _text("reason"),
    _instant("created_at"),
    _instant("done_at", null=True),
    sa.Column("told", Boolean(), nullable=False, server_default=sa.false()),
    comment="One person's part of one round of a step: waiting, open, done, cancelled or transferred; `owner` is whom it was for.",
    sqlite_strict=True,
)
sa.Index("loom_task_news", task.c.id, sqlite_where=sa.text("told = 0"), postgresql_where=sa.text("NOT told"))
sa.Index("loom_task_via", task.c.via, task.c.status)
sa.Index("loom_task_instance", task.c.instance_id, task.c.step, task.c.round)
sa.Index("loom_task_person", task.c.person, task.c.status, task.c.id)

_at_task = sa.select(task.c.person, task.c.instance_id, instance.c.entity_id, instance.c.record_id)
TASK_PLACE = Standing(_at_task.join_from(task, instance).where(task.c.id == sa.bindparam("id")))
"""Whose the task `id` is, in which instance, over which record: what must be known before these can be locked."""
_at_instance = sa.select(instance.c.entity_id, instance.c.record_id)
INSTANCE_PLACE = Standing(_at_instance.where(instance.c.id == sa.bindparam("id")))
"""The same record, of an instance."""

MANY = 1000
_open_tasks = sa.select(task.c.id).where(task.c.person == sa.bindparam("asked"), task.c.status == "open").limit(MANY)
OPEN_TASKS = sa.select(sa.func.count()).select_from(_open_tasks.subquery())
"""How many open tasks the person `asked` has; counted to `MANY`, so that a full inbox is as quick as an empty one."""

event = sa.Table(
    "loom_event",
    WORKFLOW,
    sa.Column("instance_id", key_type(), sa.ForeignKey("loom_instance.id"), primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    _instant("at"),
    _text("kind"),
    _text("step"),
    sa.Column("round", sa.Integer, nullable=False),
    _key("task_id", null=True),
    _key("person", null=True),
    _key("actor", null=True),
    _text("cause"),
    _text("comment"),
    _text("request_id"),
    sa.Column("detail", Json(), nullable=False),
    comment="What happened to an instance, in order; only ever added to.",
    sqlite_strict=True,
)

copy = sa.Table(
    "loom_copy",
    WORKFLOW,
    sa.Column("instance_id", key_type(), sa.ForeignKey("loom_instance.id"), primary_key=True, autoincrement=False),
    sa.Column("person", key_type(), primary_key=True, autoincrement=False),
    _text("step"),
    _key("sender", null=True),
    _instant("at"),
    _instant("read_at", null=True),
    comment="Who got a copy of running work, once per instance, and when they read it.",
    sqlite_strict=True,
)
sa.Index("loom_copy_person", copy.c.person, copy.c.at)

incident = sa.Table(
    "loom_incident",
    WORKFLOW,
    _id(),
    _instance_key(),
    _text("step"),
    sa.Column("round", sa.Integer, nullable=False),
    _text("kind"),
    sa.Column("message", Json(), nullable=False),
    sa.Column("inputs", Json(), nullable=False),
    sa.Column("open", Boolean(), nullable=False),
    _instant("raised_at"),
    _instant("resolved_at", null=True),
    _key("resolved_by", null=True),
    _text("resolution"),
    comment="Work that cannot go on by itself and waits for a person.",
    sqlite_strict=True,
)
sa.Index("loom_incident_instance", incident.c.instance_id)

printed = sa.Table(
    "loom_print",
    WORKFLOW,
    _id(),
    _key("entity_id"),
    _key("record_id"),
    _key("instance_id", null=True),
    _text("name"),
    sa.Column("label", Json(), nullable=False),
    sa.Column("step", Json()),
    sa.Column("content", Json(), nullable=False),
    _text("hash"),
    sa.Column("made_of", Codes(), nullable=False),
    sa.Column("within", Boolean(), nullable=False),
    _instant("at"),
    _key("file", null=True),
    comment="What a print of a record says, frozen: its words under their hash, and the file that is made of them.",
    sqlite_strict=True,
)
sa.Index("loom_print_record", printed.c.entity_id, printed.c.record_id)

incident_person = sa.Table(
    "loom_incident_person",
    WORKFLOW,
    sa.Column("incident_id", key_type(), sa.ForeignKey("loom_incident.id"), primary_key=True, autoincrement=False),
    sa.Column("person", key_type(), primary_key=True, autoincrement=False),
    comment="Whom an incident waits for.",
    sqlite_strict=True,
)
sa.Index("loom_incident_person_person", incident_person.c.person)
