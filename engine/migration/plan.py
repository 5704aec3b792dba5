"""The plan: all steps from what is applied to a definition, counted in the database, without touching it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from types import MappingProxyType

from engine.access import differences
from engine.errors import BadDefinition, Message
from engine.frozen import frozen
from engine.loading import Origins, Sources, load_sources, origins, with_system
from engine.metadata import ExtraTypes, Identity, Metadata, extra_types, uses
from engine.plugins import Plugins
from engine.storage import (
    Applying,
    Connection,
    Known,
    Survey,
    Tables,
    applying_now,
    dialect_of,
    is_lacking,
    is_prepared,
    known_things,
    revision_of,
    served,
)

from .change import Change, Step
from .former import with_former
from .ids import Giver, assign, traded
from .kept import views_naming
from .running import Moves, Running, running
from .steps import steps
from .stranded import stranded
from .things import things


@frozen(slots=False)
class Plan:
    """What applying `sources` would do. `base` is the revision it starts from, 0 when none was applied.

    `access` says what roles may do from then on, or may no longer; `underway` is an apply to these very sources that was cut short;
    `running` is work that began under another text of its workflow, and what becomes of it.
    """

    base: int
    sources: Sources
    change: Change
    steps: tuple[Step, ...]
    access: tuple[Message, ...]
    same_sources: bool
    underway: Applying | None = None
    running: tuple[Running, ...] = ()

    @property
    def number(self) -> int:
        """The revision that it leads to."""
        return self.base if self.nothing else self.base + 1

    @property
    def nothing(self) -> bool:
        """Whether everything is as it should be."""
        return self.same_sources and not self.steps and not self.change.lacking

    @property
    def blocked(self) -> tuple[Step, ...]:
        """The steps that must not be taken; while there are any, nothing is applied."""
        return tuple(step for step in (*self.steps, *(found.step for found in self.running)) if step.blocked)

    def as_data(self, language: str = "en") -> Mapping[str, object]:
        """The plan as plain data, for `--json`."""
        found = [_step(step, language) for step in self.steps]
        access = [one.render(language) for one in self.access]
        running = [{**_step(one.step, language), "revision": one.revision, "at": dict(one.at)} for one in self.running]
        plain = {"base": self.base, "number": self.number, "blocked": bool(self.blocked)}
        return {**plain, "steps": found, "access": access, "running": running}


def _step(step: Step, language: str) -> Mapping[str, object]:
    return {
        "kind": step.kind,
        "subject": step.subject,
        "rows": step.rows,
        "blocked": step.blocked,
        "lock": step.lock,
        "message": step.message.render(language),
        "examples": [one.render(language) for one in step.examples],
        "used_by": [one.render(language) for one in step.used_by],
    }


NOBODY: Moves = MappingProxyType({})
Revisions = Callable[[int], Metadata]
"""Gives a definition that was applied, by its number. Raises BadDefinition where this engine cannot read it."""


def plan(  # noqa: PLR0913 - from where, to what
    connection: Connection,
    sources: Sources,
    metadata: Metadata,
    plugins: Plugins | None = None,
    moves: Moves = NOBODY,
    revisions: Revisions | None = None,
) -> Plan:
    """The plan from what `connection` holds to `metadata`, which was loaded from `sources`, both with `plugins`.

    `moves` are the workflows whose running instances go over to it; `revisions` has the definitions that are loaded already.
    """
    sources = with_system(sources)
    prepared = is_prepared(connection)
    base = served(connection) if prepared else 0
    known = known_things(connection) if base else []
    survey = Survey(connection, dialect_of(connection))
    underway = applying_now(connection)
    mine = underway if underway is not None and (underway.base, underway.hash) == (base, sources.hash) else None
    giver = Giver(known, base + 1, survey, mine.promised if mine else {})
    extra = extra_types(metadata)
    found = list(things(metadata))
    came = with_former(connection, known, found, origins(sources, extra))
    ids = assign(known, found, came, giver, _traded(connection, base, known, came, extra))
    tables = Tables(replace(metadata, identity=ids.identity, number=base + 1), dialect_of(connection))
    earlier = cache(partial(_readable, revisions or partial(_revision, connection, plugins)))
    before = earlier(base) if base else None
    change = Change.of(tables, ids, survey, before)
    left = stranded(change, earlier) if before is not None else ()
    took = (*_own(prepared and is_lacking(connection)), *_with_uses(change, (*steps(change), *left)))
    access = tuple(differences(before, tables.metadata)) if before is not None else ()
    same = bool(base) and revision_of(connection, base).hash == sources.hash
    wanted = Plan(base, sources, change, took, access, same, mine)
    work = running(connection, change, (sources, wanted.number), earlier, moves) if before is not None else ()
    return replace(wanted, running=tuple(work))


def _traded(connection: Connection, base: int, known: list[Known], came: Origins, extra: ExtraTypes) -> Mapping[str, str]:
    """What changes names with something else; not again where the definition before said so already."""
    found = traded(known, came.renames)
    if not found:
        return found
    then = origins(Sources(revision_of(connection, base).files), extra).renames
    return traded(known, {key: tuple(one for one in called if one not in then.get(key, ())) for key, called in came.renames.items()})


def _revision(connection: Connection, plugins: Plugins | None, number: int) -> Metadata:
    stored = revision_of(connection, number)
    return load_sources(Sources(stored.files), Identity(stored.numbers, stored.physical), number, plugins)


def _readable(revisions: Revisions, number: int) -> Metadata | None:
    """A definition as it was applied; None where this engine cannot read it."""
    try:
        return revisions(number)
    except BadDefinition:
        return None


def _own(lacking: bool) -> Iterator[Step]:
    if lacking:
        yield Step("engine", "engine", Message("The engine's own tables are brought up to date."))


_OF_ITS_ENTITY = ("new", "index", "number", "timers", "period")
"""Kinds of steps that change nothing of what a name stands for: who names the entity or state is none the wiser."""


def _with_uses(change: Change, found: tuple[Step, ...]) -> Iterator[Step]:
    """The steps with what names their things: places of the new definition, or of the one before where they are gone; saved views."""
    if not found:
        return
    now = cache(lambda: uses(change.metadata))
    then = cache(lambda: uses(change.before) if change.before is not None else {})
    views = views_naming(change)
    called = {new.key: old.key for old, new in change.ids.renamed()}
    for step in found:
        if step.kind in _OF_ITS_ENTITY:
            yield step
            continue
        named = now().get(step.subject, ()) or then().get(step.subject, ())
        yield replace(step, used_by=(*named, *views.get(called.get(step.subject, step.subject), ())))
