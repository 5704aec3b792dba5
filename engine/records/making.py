"""Records that the engine makes by itself: by an effect, or because a link found by key has none to lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine import storage
from engine.errors import Invalid, Message, Refusal, TryAgain
from engine.metadata import Check, Value
from engine.unit_of_work import UnitOfWork

from .attachments import check_files, with_files
from .check import check, check_unique_rows
from .compute import complete, compute
from .dated import check_period
from .draft import Draft, Line, Row, Wanted, begun
from .duplicates import check_duplicates
from .grants import entity_id
from .links import check_conditions
from .matching import found_now
from .moving import hold_tree, move_below
from .write_new import insert

CHAIN = 10
"""How often a link that was made may show that another is wanted."""


def make(uow: UnitOfWork, entity_name: str, values: Mapping[str, Value]) -> Row:
    """The engine's own new record with `values` of the right types; computed and checked as for a person, without asking for a right.

    Whoever calls it settles what reads the new record. Raises Invalid, and TryAgain when somebody made the same at this moment.
    """
    draft = complete_new(uow, entity_name, values)
    try:
        row = written(uow, draft, insert)
    except Invalid as invalid:
        if any(problem.code == "not_unique" for problem in invalid.problems):
            raise TryAgain from invalid
        raise
    uow.made.append((entity_name, row))
    return row


def complete_new(uow: UnitOfWork, entity_name: str, values: Mapping[str, Value]) -> Draft:
    """A new record of the engine's own, computed and checked, that is still to be written. Raises Invalid."""
    entity = uow.metadata.entities[entity_name]
    draft = Draft(entity, None, begun(entity, None), typed=frozenset())
    draft.put(Line(entity, draft.new, None), values)
    complete_all(uow, draft)
    verify(uow, draft)
    return draft


def written(uow: UnitOfWork, draft: Draft, write: Callable[[UnitOfWork, Draft], Row]) -> Row:
    """Write a draft with its files, and what lies below it in its tree."""
    row = with_files(uow, draft, write)
    move_below(uow, draft, row)
    return row


def complete_all(uow: UnitOfWork, draft: Draft) -> None:
    """Everything that the input leaves to the definition; where a link found by key wants a record, that is made."""
    hold_tree(uow, draft)
    complete(uow, draft)
    make_wanted(uow, draft)


def make_wanted(uow: UnitOfWork, draft: Draft) -> None:
    """Make what the links of a computed draft want, and compute it again; two who want the same get one."""
    for _ in range(CHAIN):
        if not draft.wanted:
            return
        wanted, draft.wanted = draft.wanted, []
        for each in wanted:
            _make_wanted(uow, each)
        compute(uow, draft)
    raise Refusal(Message("A chain of automatic changes is longer than {depth}.", {"depth": CHAIN}))


def _make_wanted(uow: UnitOfWork, wanted: Wanted) -> None:
    entity = wanted.entity
    storage.lock_key(uow.connection, f"{entity_id(uow, entity)}:{sorted(wanted.key.items())}")
    if not found_now(uow, entity.name, wanted.key):
        make(uow, entity.name, wanted.key)


def verify(uow: UnitOfWork, draft: Draft, must: frozenset[str] = frozenset(), checks: tuple[Check, ...] = (), *, fit: bool = False) -> None:
    """Ask every rule of a draft, and those of a step; its values may be known to be `fit`. Raises Invalid with every problem."""
    check_conditions(uow, draft)
    if draft.entity.holds_files:
        check_files(uow, draft)
    check(uow, draft, must=must, checks=checks, fit=fit)
    check_unique_rows(draft)
    check_period(uow, draft)
    draft.stop()
    if draft.entity.duplicates:
        check_duplicates(uow, draft)
        draft.stop()
