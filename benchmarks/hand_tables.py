"""The tables of the hand-written twin: what an experienced person would make for purchase orders with SQLAlchemy Core."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa

METADATA = sa.MetaData()


class Exact(sa.types.TypeDecorator[Decimal]):
    """A decimal number: NUMERIC on PostgreSQL, a scaled integer on SQLite, which has no exact decimals."""

    impl = sa.Numeric
    cache_ok = True

    def __init__(self, scale: int) -> None:
        super().__init__(18, scale)
        self.scale = scale
        self.unit = Decimal(1).scaleb(-scale)

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """The type in this database."""
        return sa.BigInteger() if dialect.name == "sqlite" else sa.Numeric(18, self.scale)

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> Any:
        """The value for the driver."""
        return value if value is None or dialect.name != "sqlite" else int(value.scaleb(self.scale))

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        """The value from the driver."""
        return value if value is None or dialect.name != "sqlite" else Decimal(value).scaleb(-self.scale).quantize(self.unit)


KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _key() -> sa.Column[Any]:
    return sa.Column("id", KEY, primary_key=True)


token = sa.Table("token", METADATA, _key(), sa.Column("hash", sa.Text, unique=True), sa.Column("user_id", KEY, nullable=False))
person = sa.Table("person", METADATA, _key(), sa.Column("name", sa.Text), sa.Column("department", KEY))
supplier = sa.Table("supplier", METADATA, _key(), sa.Column("name", sa.Text, nullable=False))
counter = sa.Table("counter", METADATA, sa.Column("name", sa.Text, primary_key=True), sa.Column("value", KEY, nullable=False))


def _order_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("supplier", KEY, nullable=False),
        sa.Column("buyer", KEY),
        sa.Column("department", KEY),
        sa.Column("order_date", sa.Date, nullable=False),
        sa.Column("delivery_date", sa.Date),
        sa.Column("incoterm", sa.Text),
        sa.Column("terms", sa.Text),
        sa.Column("ship_to", sa.Text),
        sa.Column("reference", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("total", Exact(2)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", KEY),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", KEY),
    ]


order = sa.Table("purchase_order", METADATA, _key(), *_order_columns())
order_history = sa.Table(
    "purchase_order_history", METADATA, sa.Column("history_id", KEY, primary_key=True), sa.Column("id", KEY), *_order_columns(),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
)  # fmt: skip
sa.Index("order_number", order.c.number, unique=True)
sa.Index("order_date_total", order.c.order_date, order.c.total)
sa.Index("order_supplier", order.c.supplier)
sa.Index("order_buyer", order.c.buyer, order.c.order_date)
sa.Index("order_department", order.c.department, order.c.order_date)
sa.Index("order_history_id", order_history.c.id, order_history.c.until)

line = sa.Table(
    "purchase_order_line",
    METADATA,
    _key(),
    sa.Column("order_id", KEY, sa.ForeignKey("purchase_order.id"), nullable=False),
    sa.Column("row_no", sa.Integer, nullable=False),
    sa.Column("product", sa.Text, nullable=False),
    sa.Column("qty", Exact(3), nullable=False),
    sa.Column("price", Exact(2), nullable=False),
    sa.Column("amount", Exact(2), nullable=False),
)
sa.Index("line_order", line.c.order_id, line.c.row_no)

audit = sa.Table(
    "audit",
    METADATA,
    _key(),
    sa.Column("record_id", KEY, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", KEY),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("changes", sa.Text, nullable=False),
)
sa.Index("audit_record", audit.c.record_id, audit.c.id)


instance = sa.Table(
    "instance",
    METADATA,
    _key(),
    sa.Column("order_id", KEY, sa.ForeignKey("purchase_order.id"), nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
)
sa.Index("instance_order", instance.c.order_id)

task = sa.Table(
    "task",
    METADATA,
    _key(),
    sa.Column("instance_id", KEY, sa.ForeignKey("instance.id"), nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("person", KEY, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("decision", sa.Text),
    sa.Column("comment", sa.Text),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("done_at", sa.DateTime(timezone=True)),
)
sa.Index("task_instance", task.c.instance_id, task.c.step, task.c.round)
sa.Index("task_person", task.c.person, task.c.status, task.c.id)

event = sa.Table(
    "event",
    METADATA,
    _key(),
    sa.Column("instance_id", KEY, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("actor", KEY),
    sa.Column("detail", sa.Text, nullable=False),
)
sa.Index("event_instance", event.c.instance_id, event.c.id)

job = sa.Table(
    "job",
    METADATA,
    _key(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
)
sa.Index("job_due", job.c.state, job.c.due_at)

department = sa.Table("department", METADATA, _key(), sa.Column("name", sa.Text, nullable=False))
session = sa.Table(
    "session",
    METADATA,
    _key(),
    sa.Column("hash", sa.Text, unique=True),
    sa.Column("person", KEY, nullable=False),
    sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
)
notice = sa.Table("notice", METADATA, _key(), sa.Column("person", KEY, nullable=False), sa.Column("read", sa.Boolean, nullable=False))
sa.Index("notice_person", notice.c.person, notice.c.read)
follower = sa.Table("follower", METADATA, _key(), sa.Column("order_id", KEY, nullable=False), sa.Column("person", KEY, nullable=False))
sa.Index("follower_order", follower.c.order_id)
comment = sa.Table(
    "comment",
    METADATA,
    _key(),
    sa.Column("order_id", KEY, nullable=False),
    sa.Column("person", KEY, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("said", sa.Text, nullable=False),
)
sa.Index("comment_order", comment.c.order_id, comment.c.id)
saved_view = sa.Table("saved_view", METADATA, _key(), sa.Column("person", KEY), sa.Column("name", sa.Text), sa.Column("address", sa.Text))
draft = sa.Table(
    "draft",
    METADATA,
    _key(),
    sa.Column("person", KEY, nullable=False),
    sa.Column("order_id", KEY, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("typed", sa.Text, nullable=False),
)
sa.Index("draft_person", draft.c.person, draft.c.order_id)
