"""The tables of the engine itself; all begin with `loom_`. Those of workflows stand in `workflow_tables`.

`entity_id` is the number for life of an entity (`metadata.identity`), so that a rename moves nothing.
"""

from __future__ import annotations

import sqlalchemy as sa

from .own_columns import id_column as _id
from .own_columns import instant_column as _instant
from .own_columns import key_column as _key
from .own_columns import own_table as _table
from .own_columns import text_column as _text
from .own_columns import whole_column as _whole
from .types import Codes, Json, Text, key_type

meta = _table(
    "loom_meta",
    "Facts about this database: `layout` of these tables, `instance` (which database it is).",
    sa.Column("name", Text(), primary_key=True),
    _text("value"),
)

revision = _table(
    "loom_revision",
    "Every definition that was ever applied: its sources, packed, the ids of what they name, and who applied it.",
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    _instant("applied_at"),
    _text("applied_by"),
    _text("hash"),
    sa.Column("sources", sa.LargeBinary, nullable=False),
    sa.Column("identity", Json(), nullable=False),
)

applied = _table(
    "loom_applied",
    "The number of the revision that is served: one row, which every write reads first (`fence`).",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    _whole("number"),
)

applying = _table(
    "loom_applying",
    "An apply that is under way or was cut short: from which revision to which sources, and the columns that it promised to fields.",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    _whole("base"),
    _text("hash"),
    sa.Column("promised", Json(), nullable=False),
)

purged = _table(
    "loom_purged",
    "What was deleted for ever from tables and columns that nothing in the definition names any more: by whom, when, how much.",
    _id(),
    _instant("at"),
    _text("by"),
    _text("name"),
    _whole("rows"),
)

identity = _table(
    "loom_identity",
    "Ids for life: what the thing with this number is called now (or was last), its table or column, its type, its rule, package and list.",
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    _text("kind"),
    _text("name"),
    _whole("owner", null=True),
    _text("physical", null=True),
    _text("shape"),
    _text("rule"),
    _whole("born_in"),
    _whole("retired_in", null=True),
    _text("package"),
    _text("codes"),
)

audit = _table(
    "loom_audit",
    "Who did what to a record, in order, chained by `hash`; `details` (values and salts) may be blanked, `fields` (their hashes) not.",
    _id(),
    _key("entity_id"),
    _key("record_id"),
    _whole("seq"),
    _instant("at"),
    _key("actor", null=True),
    _text("actor_name"),
    _key("on_behalf_of", null=True),
    _text("cause"),
    _text("action"),
    _whole("revision"),
    _text("request"),
    sa.Column("fields", Json(), nullable=False),
    sa.Column("details", Json()),
    _text("hash"),
    reuses_ids=False,
)
sa.Index("loom_audit_record", audit.c.entity_id, audit.c.record_id, audit.c.seq, unique=True)

audit_root = _table(
    "loom_audit_root",
    "What the audit was at a time: the entries since the root before, until `up_to`, chained by `seal`; so cutting off the newest shows.",
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    _instant("at"),
    _key("up_to"),
    sa.Column("count", key_type(), nullable=False),
    _text("digest"),
    _text("seal"),
)

grant = _table(
    "loom_grant",
    "A right to one record beside the rules of its entity: for a person or a role, given by `source`.",
    _id(),
    _key("entity_id"),
    _key("record_id"),
    _key("person", null=True),
    _text("role", null=True),
    sa.Column("verbs", Codes(), nullable=False),
    sa.Column("fields", Codes(), nullable=False),
    _instant("until", null=True),
    _text("source"),
)
sa.Index("loom_grant_record", grant.c.entity_id, grant.c.record_id)
sa.Index("loom_grant_person", grant.c.person, grant.c.entity_id)
sa.Index("loom_grant_role", grant.c.role, grant.c.entity_id)
sa.Index("loom_grant_source", grant.c.source)

record_lock = _table(
    "loom_record_lock",
    "A record that people may not change while `source` holds it.",
    sa.Column("entity_id", key_type(), primary_key=True, autoincrement=False),
    sa.Column("record_id", key_type(), primary_key=True, autoincrement=False),
    sa.Column("source", Text(), primary_key=True),
    _instant("since"),
)
sa.Index("loom_record_lock_source", record_lock.c.source)

counter = _table(
    "loom_counter",
    "The last number given out in each series.",
    sa.Column("key", Text(), primary_key=True),
    sa.Column("value", key_type(), nullable=False),
)

session = _table(
    "loom_session",
    "Who is signed in, by a hash of the key that their browser holds; without its row a key opens nothing.",
    sa.Column("key", Text(), primary_key=True),
    _key("person"),
    _instant("begun_at"),
    _instant("seen_at"),
    _instant("strong_at", null=True),
    _text("address"),
    _text("browser"),
)
sa.Index("loom_session_person", session.c.person)

sign_in = _table(
    "loom_sign_in",
    "Every attempt to sign in: as whom (where there is such a person), from where, and what became of it.",
    _id(),
    _instant("at"),
    _key("person", null=True),
    _text("result"),
    _text("address"),
    _text("browser"),
)
sa.Index("loom_sign_in_person", sign_in.c.person, sign_in.c.id)

tally = _table(
    "loom_tally",
    "How often something was done in the period that began at `period`: requests of a token, attempts to sign in.",
    sa.Column("key", Text(), primary_key=True),
    _instant("period"),
    sa.Column("count", key_type(), nullable=False),
)

comment = _table(
    "loom_comment",
    "What a person wrote about a record; people from outside read it only where it is `for_all`.",
    _id(),
    _key("entity_id"),
    _key("record_id"),
    _instant("at"),
    _key("author"),
    _text("author_name"),
    _text("body"),
    sa.Column("for_all", sa.Integer, nullable=False),
    _instant("removed_at", null=True),
    sa.Column("files", Json()),
    reuses_ids=False,
)
sa.Index("loom_comment_record", comment.c.entity_id, comment.c.record_id, comment.c.id)

follower = _table(
    "loom_follower",
    "Who wants to hear of what is said about a record.",
    sa.Column("entity_id", key_type(), primary_key=True, autoincrement=False),
    sa.Column("record_id", key_type(), primary_key=True, autoincrement=False),
    sa.Column("person", key_type(), primary_key=True, autoincrement=False),
    _instant("since"),
)
sa.Index("loom_follower_person", follower.c.person)

reading = _table(
    "loom_read",
    "Who was shown a record of an entity whose reads are kept.",
    _id(),
    _instant("at"),
    _key("actor"),
    _text("actor_name"),
    _key("entity_id"),
    _key("record_id"),
)
sa.Index("loom_read_record", reading.c.entity_id, reading.c.record_id, reading.c.id)

binned = _table(
    "loom_bin",
    "The recycle bin: a record that was deleted, with the ids of its rows; what went with another record has that one as its head.",
    _id(),
    _key("entity_id"),
    _key("record_id"),
    _key("head_entity"),
    _key("head_record"),
    _instant("deleted_at"),
    _key("deleted_by", null=True),
    _text("deleted_by_name"),
    _text("title"),
    sa.Column("rows", Json(), nullable=False),
    reuses_ids=False,
)
sa.Index("loom_bin_head", binned.c.head_entity, binned.c.head_record)
sa.Index("loom_bin_person", binned.c.deleted_by, binned.c.id)

answer = _table(
    "loom_answer",
    "What a request with an idempotency key was answered, so that sending it again changes nothing.",
    _key("actor"),
    _text("key"),
    _text("request_hash"),
    _instant("at"),
    _whole("status"),
    _text("body"),
)
answer.append_constraint(sa.PrimaryKeyConstraint(answer.c.actor, answer.c.key))
sa.Index("loom_answer_at", answer.c.at)
