"""Applying a definition: expand, switch, tidy.

*Expand* carries values that move to another column and builds large indexes while people go on working under the old definition,
a few rows per transaction. *Switch* is one transaction behind the fence, in which nobody else writes: what is left to carry, new
tables, columns and codes, the new revision. Whoever writes next finds that the revision has moved, loads the new one and begins
again. *Tidy* is a job: the versions of the past, and what is computed anew. Cut short anywhere, the next apply goes on from there;
applying the same definition twice does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from engine import jobs
from engine.errors import Message, Refusal, Unavailable
from engine.loading import Sources
from engine.metadata import Field, Metadata, Value
from engine.plugins import Plugins
from engine.storage import (
    Connection,
    Database,
    Known,
    NotUnique,
    Revision,
    Survey,
    Text,
    add_missing,
    add_revision,
    applying_now,
    bind_rows,
    close_fence,
    create_views,
    names,
    note_applying,
    prepare,
    release_rows,
    serve,
    spelled,
    stop_carrying,
    told_apart,
    type_of,
    write_things,
)

from .change import Change, Step
from .counted import counting_work
from .expand import Expansion, Told, expand
from .homeless import stateless
from .kept import reword
from .mapped import remap
from .moving import ask_to_move
from .patience import patiently
from .plan import NOBODY, Plan, Revisions, plan
from .recode import recode
from .recompute import recompute_work
from .required import to_fill
from .running import Moves
from .steps import steps, to_recompute
from .tidy import tidy_work

ROUNDS = 5
"""How often an apply begins again because another one was faster."""
FEW = 20_000
"""Tables with fewer rows are read once more behind the fence, where nobody writes."""


class Blocked(Refusal):
    """A definition cannot be applied; `steps` are those that are in the way."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = tuple(steps)
        reasons = "\n".join(
            line for step in self.steps for line in (step.message.render(), *(f"  {one.render()}" for one in step.examples))
        )
        super().__init__(Message("This cannot be applied:\n{reasons}", {"reasons": reasons}))


def silent(done: str) -> None:
    """Nobody wants to know."""


def apply(  # noqa: PLR0913 - what, where, by whom, when
    database: Database,
    sources: Sources,
    metadata: Metadata,
    by: str,
    now: datetime,
    plugins: Plugins | None = None,
    told: Told = silent,
    moves: Moves = NOBODY,
    revisions: Revisions | None = None,
) -> Plan:
    """Make `metadata`, loaded from `sources` with `plugins`, the definition that is served; gives what was done.

    What runs in the workflows that `moves` names goes over to it, in the background; `revisions` has what is loaded already.
    Raises Refusal, with the reasons, when a step is blocked; then nothing has changed.
    """
    with database.write() as connection:
        prepare(connection)
    for _ in range(ROUNDS):
        with database.read() as connection:
            found = _wanted(plan(connection, sources, metadata, plugins, moves, revisions))
            expansion = Expansion.of(found)
        told("planned")
        if found.nothing:
            _only_move(database, found, now)
            return found
        if not expansion.empty:
            patiently(database, partial(_promise, database, expansion))
            told("promised")
            expand(database, expansion, told)
        if patiently(database, partial(_finish, database, found, by, now)):
            told("switched")
            return found
    raise Unavailable(Message("Somebody else is applying definitions all the time."))


def _wanted(found: Plan) -> Plan:
    if found.blocked:
        raise Blocked(found.blocked)
    return found


def _only_move(database: Database, found: Plan, now: datetime) -> None:
    if any(one.asked for one in found.running):
        with database.write() as connection:
            ask_to_move(connection, found.running, found.number, now)


def _give_up_others(connection: Connection, found: Plan) -> None:
    """What an apply to other sources has begun is not gone on with; its columns stay, unused, until a purge."""
    other = applying_now(connection)
    if other is not None and (other.base, other.hash) != (found.base, found.sources.hash):
        for _, column, table in other.promised.values():
            stop_carrying(connection, table, column)
        note_applying(connection, None)


def _promise(database: Database, expansion: Expansion) -> None:
    with database.write() as connection:
        close_fence(connection)
        _give_up_others(connection, expansion.plan)
        expansion.promise(connection)


def _finish(database: Database, found: Plan, by: str, now: datetime) -> bool:
    """The switch; False when somebody else has applied meanwhile. Raises Refusal when somebody has written what does not fit."""
    with database.write() as connection:
        if close_fence(connection) != found.base:
            return False
        here = replace(found, change=found.change.on(connection))
        _give_up_others(connection, here)
        Expansion.of(here).complete(connection)
        _wanted(replace(here, steps=tuple(steps(here.change, most=FEW))))
        try:
            with told_apart(here.change.tables.blueprints.values()):
                _switch(connection, here, by, now)
        except NotUnique as twice:
            raise Refusal(
                Message("{fields} must be unique, but some values are there more than once.", {"fields": ", ".join(twice.fields)})
            ) from None
    return True


def _switch(connection: Connection, found: Plan, by: str, now: datetime) -> None:
    change = found.change
    ids = change.ids.identity
    filled, beginning, stale = list(to_fill(change)), list(stateless(change)), to_recompute(change)
    waiting_timers = list(counting_work(change, found.number, now))
    add_missing(connection, change.tables.blueprints, change.lacking)
    _tie(connection, change)
    create_views(connection, change.tables, (old.name for old in change.ids.before.values() if old.kind == "entity"))
    survey = change.survey.again()
    _fill(survey, change, filled)
    for thing, start, _ in beginning:
        survey.fill(thing.physical or "", ids.state_column(thing.name), start, Text())
    recode(survey, change, change.ids.recoded())
    survey.rename_workflows({old.name: new.name for old, new in change.ids.renamed() if new.kind == "workflow"})
    reword(survey, change)
    remap(connection, change)
    write_things(connection, change.ids.after)
    add_revision(connection, Revision(found.number, now, by, found.sources.hash, found.sources.files, ids.numbers, ids.physical))
    again = (*stale, *(change.metadata.entities[f.entity].document or f.entity for _, f, _ in filled), *_restored(found))
    for entity in dict.fromkeys(again):
        jobs.put(connection, recompute_work(found.number, entity, now, stale.get(entity, ())))
    for work in (*tidy_work(found, now), *waiting_timers):
        jobs.put(connection, work)
    ask_to_move(connection, found.running, found.number, now)
    note_applying(connection, None)
    serve(connection, found.number)


def _fill(survey: Survey, change: Change, filled: Iterable[tuple[Known, Field, Value]]) -> None:
    """Records without a value in a field get its default."""
    for thing, field, value in filled:
        assert thing.physical is not None
        table = change.tables.physical(field.entity)
        survey.fill(table, thing.physical, value, type_of(field))
        if field.spelling is not None:
            survey.fill(table, names.spelling_name(thing.physical), spelled(str(value)), type_of(field))


def _tie(connection: Connection, change: Change) -> None:
    """Rows of a table that is gone hold their documents back no more; those of one that is there again belong to them.

    A pair that leads to nobody any more goes.
    """
    live = {thing.number: thing.physical for thing in change.ids.live if thing.kind == "entity"}
    for thing in (*change.ids.retired(), *change.ids.restored()):
        if thing.kind == "entity" and thing.physical and (documents := live.get(thing.owner or 0)):
            if thing.number in live:
                entity = change.metadata.entities[thing.name]
                links = [change.tables.column(entity.name, link.name).name for link in entity.links] if entity.relation else []
                bind_rows(connection, thing.physical, documents, links)
            else:
                release_rows(connection, thing.physical)


def _restored(found: Plan) -> list[str]:
    """Documents that are there again, or have a field again: what is computed from it is old, and nobody finds its words."""
    names = [thing.name if thing.kind == "entity" else thing.name.rpartition(".")[0] for thing in found.change.ids.restored()]
    entities = found.change.metadata.entities
    return [entities[name].document or name for name in names if name in entities]
