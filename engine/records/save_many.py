"""Saving many records of one entity in one unit of work: each by the same rules as alone.

What others cannot change is asked for all at once: the links that were chosen, what lies behind them, the records that will be
changed. New records that stand apart (`metadata.stands_apart`) are written together too, and what they change elsewhere is computed
once; where one of them cannot be written, all are saved one after the other, so that each is told what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import groupby

from engine import storage
from engine.access import RowRule, row_rule
from engine.errors import Invalid, ObjectloomError, Refusal
from engine.metadata import Entity, asked_of, owners_of, stands_apart
from engine.unit_of_work import UnitOfWork

from .accept import Entering
from .attachments import brings_files
from .change import settled
from .draft import Draft, Row
from .fetch import hold_records
from .frame import RecordFrame
from .links import check_links
from .save import complete_new, new_draft, save
from .writable import writable
from .write_new import insert_all

Result = Row | ObjectloomError


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be saved: the id of the record (None: a new one), its values, the version that was seen (None: any)."""

    number: int | None
    values: Mapping[str, object]
    version: int | None = None


def save_many(uow: UnitOfWork, entity_name: str, wishes: Sequence[Wish]) -> list[Result]:
    """Save each wish; what became of it, in order: the record, or the error that `save` raised.

    After any error the transaction must be given up.
    """
    entity = uow.metadata.entities[entity_name]
    hold_records(uow, entity, [wish.number for wish in wishes if wish.number is not None])
    found: list[Result] = []
    for new, run in groupby(wishes, lambda wish: wish.number is None):
        some = list(run)
        together = new and len(some) > 1 and stands_apart(uow.metadata, entity)
        found += _made(uow, entity, some) if together else _saved(uow, entity, some)
    return found


def _saved(uow: UnitOfWork, entity: Entity, wishes: Sequence[Wish]) -> list[Result]:
    """One after the other."""
    return [_attempted(uow, lambda wish=wish: save(uow, entity.name, wish.number, wish.values, wish.version)) for wish in wishes]  # type: ignore[misc]


def _attempted(uow: UnitOfWork, work: Callable[[], Row]) -> Result:
    try:
        with _part(uow):
            return work()
    except ObjectloomError as error:
        return error


def _part(uow: UnitOfWork) -> AbstractContextManager[None]:
    """PostgreSQL goes on after an error only where it can undo what led to it."""
    return storage.attempt(uow.connection) if uow.tables.dialect == "postgresql" else nullcontext()


def _made(uow: UnitOfWork, entity: Entity, wishes: Sequence[Wish]) -> list[Result]:
    """New records that stand apart, together."""
    warned, touched = len(uow.warnings), len(uow.touched)
    found = _completed(uow, entity, [wish.values for wish in wishes])
    drafts = [each for each in found if isinstance(each, Draft)]
    made = None if entity.holds_files and any(brings_files(draft) for draft in drafts) else _inserted(uow, drafts)
    if made is None:
        del uow.warnings[warned:], uow.touched[touched:]
        return _saved(uow, entity, wishes)
    rows = iter(settled(uow, entity, made))
    return [next(rows) if isinstance(each, Draft) else each for each in found]


def _inserted(uow: UnitOfWork, drafts: Sequence[Draft]) -> list[Row] | None:
    """Write them; None where one cannot be, and then none is."""
    try:
        with storage.attempt(uow.connection):
            return insert_all(uow, drafts) if drafts else []
    except (Invalid, Refusal):
        return None


def _completed(uow: UnitOfWork, entity: Entity, values: Sequence[Mapping[str, object]]) -> list[Draft | ObjectloomError]:
    """New records filled, computed and checked, but not written; or why one may not be."""
    try:
        entering = Entering(writable(uow, entity, None), uow.zone, uow.actor.proven)
    except ObjectloomError as error:
        return [error for _ in values]
    drafts = [new_draft(entity, entering, each) for each in values]
    if not uow.actor.trusted:
        check_links(uow, drafts)
    _look_ahead(uow, drafts)
    return list(_each_completed(uow, drafts, row_rule(entity, "create", uow.actor)))


def _each_completed(uow: UnitOfWork, drafts: Sequence[Draft], rule: RowRule) -> Iterator[Draft | ObjectloomError]:
    for draft in drafts:
        try:
            complete_new(uow, draft, rule)
            yield draft
        except ObjectloomError as error:
            yield error


def _look_ahead(uow: UnitOfWork, drafts: Sequence[Draft]) -> None:
    """Read what the formulas of new records will find behind their links, one statement for each link."""
    for owner in owners_of(drafts[0].entity):
        rows = [line.row for draft in drafts for line in draft.lines() if line.entity is owner]
        if rows:
            RecordFrame(uow).prefetch(rows, asked_of(owner))
