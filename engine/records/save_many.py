"""Saving many records of one entity in one unit of work: each by the same rules as alone.

What others cannot change is asked for all at once: the links that were chosen, what lies behind them, the records that will be
changed. New records that stand apart (`metadata.stands_apart`) are written together too, and what they change elsewhere is computed
once; where one of them cannot be written, all are saved one after the other, so that each is told what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import groupby
from typing import NamedTuple

from engine import storage
from engine.access import RowRule, row_rule
from engine.errors import Invalid, ObjectloomError, Refusal
from engine.formula import Reference, Root, Via
from engine.metadata import Entity, asked_of, owners_of, stands_apart
from engine.unit_of_work import UnitOfWork

from .accept import Entering
from .accept_many import accept_many
from .attachments import brings_files
from .change import settled
from .check import all_fit
from .draft import Draft, Row
from .fetch import hold_records
from .frame import RecordFrame
from .links import check_links
from .save import complete_input, save, verify_new
from .writable import writable
from .write_new import Pause, go_on, insert_all, pieces

Result = Row | ObjectloomError
READ, PIECE = 50, 10
"""So many records are read and completed between two pauses."""


class Wish(NamedTuple):
    """What shall be saved: the id of the record (None: a new one), its values, the version that was seen (None: any)."""

    number: int | None
    values: Mapping[str, object]
    version: int | None = None


def save_many(uow: UnitOfWork, entity_name: str, wishes: Sequence[Wish], pause: Pause = go_on) -> list[Result]:
    """Save each wish; what became of it, in order: the record, or the error that `save` raised.

    `pause` is called between small pieces of work. After any error the transaction must be given up.
    """
    entity = uow.metadata.entities[entity_name]
    hold_records(uow, entity, [wish.number for wish in wishes if wish.number is not None])
    found: list[Result] = []
    for new, run in groupby(wishes, lambda wish: wish.number is None):
        some = list(run)
        together = new and len(some) > 1 and stands_apart(uow.metadata, entity)
        found += _made(uow, entity, some, pause) if together else _saved(uow, entity, some, pause)
    return found


def _saved(uow: UnitOfWork, entity: Entity, wishes: Sequence[Wish], pause: Pause) -> list[Result]:
    """One after the other."""
    found: list[Result] = []
    for wish in wishes:
        pause()
        found.append(_attempted(uow, lambda wish=wish: save(uow, entity.name, wish.number, wish.values, wish.version)))  # type: ignore[misc]
    return found


def _attempted(uow: UnitOfWork, work: Callable[[], Row]) -> Result:
    try:
        with _part(uow):
            return work()
    except ObjectloomError as error:
        return error


def _part(uow: UnitOfWork) -> AbstractContextManager[None]:
    """PostgreSQL goes on after an error only where it can undo what led to it."""
    return storage.attempt(uow.connection) if uow.tables.dialect == "postgresql" else nullcontext()


def _made(uow: UnitOfWork, entity: Entity, wishes: Sequence[Wish], pause: Pause) -> list[Result]:
    """New records that stand apart, together."""
    warned, touched = len(uow.warnings), len(uow.touched)
    found = _completed(uow, entity, [wish.values for wish in wishes], pause)
    drafts = [each for each in found if isinstance(each, Draft)]
    made = None if any(map(_brings_more, drafts)) else _inserted(uow, drafts, pause)
    if made is None:
        del uow.warnings[warned:], uow.touched[touched:]
        return _saved(uow, entity, wishes, pause)
    rows = iter(settled(uow, entity, made))
    return [next(rows) if isinstance(each, Draft) else each for each in found]


def _brings_more(draft: Draft) -> bool:
    """Whether writing a record writes others: those that its links lead over, its files."""
    return bool(draft.led) or (draft.entity.holds_files and brings_files(draft))


def _inserted(uow: UnitOfWork, drafts: Sequence[Draft], pause: Pause) -> list[Row] | None:
    """Write them; None where one cannot be, and then none is."""
    try:
        with storage.attempt(uow.connection):
            return insert_all(uow, drafts, pause) if drafts else []
    except (Invalid, Refusal):
        return None


def _completed(uow: UnitOfWork, entity: Entity, values: Sequence[Mapping[str, object]], pause: Pause) -> list[Draft | ObjectloomError]:
    """New records filled, computed and checked, but not written; or why one may not be."""
    try:
        entering = Entering(writable(uow, entity, None), uow.zone, uow.actor.proven)
    except ObjectloomError as error:
        return [error for _ in values]
    drafts = [draft for some in pieces(values, READ, pause) for draft in accept_many(entity, some, entering)]
    if not uow.actor.trusted:
        check_links(uow, drafts)
    _look_ahead(uow, drafts)
    rule = row_rule(entity, "create", uow.actor)
    return [each for some in pieces(drafts, PIECE, pause) for each in _some_completed(uow, some, rule)]


def _some_completed(uow: UnitOfWork, drafts: Sequence[Draft], rule: RowRule) -> list[Draft | ObjectloomError]:
    found = [_or_why_not(draft, partial(complete_input, uow)) for draft in drafts]
    complete = [each for each in found if isinstance(each, Draft)]
    verified = partial(verify_new, uow, rule=rule, fit=bool(complete) and all_fit(complete))
    return [_or_why_not(each, verified) if isinstance(each, Draft) else each for each in found]


def _or_why_not(draft: Draft, work: Callable[[Draft], None]) -> Draft | ObjectloomError:
    try:
        work(draft)
    except ObjectloomError as error:
        return error
    return draft


def _look_ahead(uow: UnitOfWork, drafts: Sequence[Draft]) -> None:
    """Read what the formulas of new records will find behind their links, one statement for each link."""
    for owner in owners_of(drafts[0].entity):
        asked = asked_of(owner)
        if any(_follows(reference) for formula in asked for reference in formula.references):
            rows = [line.row for draft in drafts for line in draft.lines() if line.entity is owner]
            RecordFrame(uow).prefetch(rows, asked)


def _follows(reference: Reference) -> bool:
    """Whether a formula reads over a link of the row."""
    return bool(reference.hops) and reference.root is Root.ROW and reference.hops[0].via is Via.LINK
