"""Applying a definition: one transaction behind the fence, in which nobody else writes.

Whoever writes next finds that the revision has moved, loads the new one and begins again. Applying the same definition
twice does nothing.
"""

from __future__ import annotations

from datetime import datetime

from engine import jobs
from engine.errors import Message, Refusal
from engine.loading import Sources
from engine.metadata import Metadata
from engine.storage import (
    Connection,
    Database,
    Revision,
    add_missing,
    add_revision,
    close_fence,
    create_views,
    prepare,
    serve,
    type_of,
    write_things,
)

from .change import Change, code_of
from .plan import Plan, plan
from .recompute import recompute_work
from .steps import to_fill, to_recompute


def apply(database: Database, sources: Sources, metadata: Metadata, by: str, now: datetime) -> Plan:
    """Make `metadata`, loaded from `sources`, the definition that is served; gives what was done.

    Raises Refusal, with the reasons, when a step is blocked; then nothing has changed.
    """
    with database.write() as connection:
        prepare(connection)
        close_fence(connection)
        found = plan(connection, sources, metadata)
        if found.blocked:
            reasons = "\n".join(step.message.render() for step in found.blocked)
            raise Refusal(Message("This cannot be applied:\n{reasons}", {"reasons": reasons}))
        if not found.nothing:
            _apply(connection, found, by, now)
    return found


def _apply(connection: Connection, found: Plan, by: str, now: datetime) -> None:
    change = found.change
    filled, stale = list(to_fill(change)), to_recompute(change)
    add_missing(connection, change.tables)
    create_views(connection, change.tables, (old.name for old in change.ids.before.values() if old.kind == "entity"))
    survey = Change.of(connection, change.tables, change.ids).survey
    for thing, field in filled:
        assert field.default is not None
        assert thing.physical is not None
        survey.fill(change.tables.physical(field.entity), thing.physical, field.default.literal, type_of(field))
    for old, new in change.ids.renamed():
        if new.kind in ("choice", "state", "role") and code_of(old) != code_of(new):
            for table, column, several in change.holders(new):
                survey.rename_code(table, column, code_of(old), code_of(new), several=several)
    write_things(connection, change.ids.after)
    ids = change.ids.identity
    add_revision(connection, Revision(found.number, now, by, found.sources.hash, found.sources.files, ids.numbers, ids.physical))
    for entity in dict.fromkeys((*stale, *(found.change.metadata.entities[f.entity].document or f.entity for _, f in filled))):
        jobs.put(connection, recompute_work(found.number, entity, now))
    serve(connection, found.number)
