"""The tables of what happens later: jobs, calls of connectors, notices, imports under way, and computed values that are out of date."""

from __future__ import annotations

import sqlalchemy as sa

from .own_columns import id_column as _id
from .own_columns import instant_column as _instant
from .own_columns import key_column as _key
from .own_columns import own_table as _table
from .own_columns import text_column as _text
from .own_columns import whole_column as _whole
from .types import Codes, Json, Passing, Text

notice = _table(
    "loom_notice",
    "What a person is told about a record: `new`, `known`, or waiting for the mail of a day (`later`).",
    _id(),
    _key("person"),
    _key("entity_id"),
    _key("record_id"),
    _key("instance_id", null=True),
    _key("task_id", null=True),
    _text("kind"),
    sa.Column("words", Json(), nullable=False),
    sa.Column("made_of", Codes(), nullable=False),
    sa.Column("by", Codes(), nullable=False),
    _instant("at"),
    _text("state"),
    _instant("read_at", null=True),
    _instant("mailed_at", null=True),
)
sa.Index("loom_notice_person", notice.c.person, notice.c.id)
sa.Index("loom_notice_unread", notice.c.person, sqlite_where=sa.text("read_at IS NULL"), postgresql_where=sa.text("read_at IS NULL"))
sa.Index("loom_notice_new", notice.c.id, sqlite_where=sa.text("state = 'new'"), postgresql_where=sa.text("state = 'new'"))

job = _table(
    "loom_job",
    "Work for later: waiting, running (until `lease_until`), done, failed or cancelled.",
    _id(),
    _text("name"),
    sa.Column("payload", Json(), nullable=False),
    _text("key", null=True),
    _instant("due_at"),
    _text("state"),
    _whole("attempts"),
    _instant("lease_until", null=True),
    _text("leased_by", null=True),
    _text("error", null=True),
    _text("cause"),
    _instant("finished_at", null=True),
    reuses_ids=False,
)
sa.Index("loom_job_key", job.c.key, unique=True)
sa.Index("loom_job_open", job.c.state, job.c.due_at, job.c.id)

call = _table(
    "loom_call",
    "A question to a connector: `asked`, `answered`, or why there was no answer. The answer is kept where it may be used again.",
    _id(),
    _text("connector"),
    _text("action"),
    _text("question"),
    _instant("at"),
    _text("outcome"),
    sa.Column("answer", Json()),
    reuses_ids=False,
)
sa.Index("loom_call_at", call.c.connector, call.c.at)
sa.Index("loom_call_question", call.c.connector, call.c.question, call.c.at)

stale = _table(
    "loom_stale",
    "A record whose deferred computed fields wait to be computed: one row per change that made them stale.",
    _id(),
    _key("entity_id"),
    _key("record_id"),
    _instant("since"),
    reuses_ids=False,
)
sa.Index("loom_stale_record", stale.c.entity_id, stale.c.record_id)

imports = _table(
    "loom_import",
    "A file that somebody brings in: whose it is, what its columns mean, how far it is (`staged checking checked running done cancelled`).",
    _id(),
    _key("entity_id"),
    _key("owner", null=True),
    _instant("at"),
    _text("file"),
    _text("described"),
    _text("state"),
    sa.Column("headings", Json(), nullable=False),
    sa.Column("meanings", Json(), nullable=False),
    sa.Column("options", Json(), nullable=False),
    _text("error", null=True),
    _instant("ended_at", null=True),
    reuses_ids=False,
)
sa.Index("loom_import_owner", imports.c.owner, imports.c.entity_id, imports.c.id)

import_piece = _table(
    "loom_import_piece",
    "Lines of such a file that are `waiting`, `good`, `failed` (alone, with its problems), `done` or `same`, from a `line` on.",
    _id(),
    _key("import"),
    _whole("part"),
    _whole("line"),
    _whole("size"),
    _text("key", null=True),
    sa.Column("lines", Passing(), nullable=False),
    _text("state"),
    sa.Column("problems", Json()),
    reuses_ids=False,
)
sa.Index("loom_import_piece_next", import_piece.c["import"], import_piece.c.part, import_piece.c.state, import_piece.c.line)
sa.Index("loom_import_piece_key", import_piece.c["import"], import_piece.c.key)

public_link = _table(
    "loom_public_link",
    "A secret address of a public form about one record: to whom it is sent, until when it is good, and when it was answered.",
    _id(),
    _text("form"),
    _key("entity_id"),
    _key("record_id"),
    _text("reader"),
    _text("language"),
    sa.Column("words", Json(), nullable=False),
    _instant("made_at"),
    _instant("expires_at"),
    _instant("used_at", null=True),
    reuses_ids=False,
)
sa.Index("loom_public_link_record", public_link.c.entity_id, public_link.c.record_id)
sa.Index("loom_public_link_end", public_link.c.expires_at)

public_draft = _table(
    "loom_public_draft",
    "An unfinished answer to a public form, under the hash of its secret address; it goes when its time is over.",
    sa.Column("key", Text(), primary_key=True),
    _text("form"),
    _key("link", null=True),
    sa.Column("texts", Json(), nullable=False),
    _instant("expires_at"),
)
sa.Index("loom_public_draft_end", public_draft.c.expires_at)

subscription = _table(
    "loom_subscription",
    "A report that a person wants to be sent: with which parameters, at which times (minute hour day month weekday), as which file.",
    _id(),
    _key("person"),
    _text("report"),
    sa.Column("texts", Json(), nullable=False),
    _text("cron"),
    _text("kind"),
    _instant("made_at"),
    reuses_ids=False,
)
sa.Index("loom_subscription_person", subscription.c.person, subscription.c.id)
