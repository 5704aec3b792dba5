"""What a definition writes, with the rights of the definition: as `change`, and the records between that links lead over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.errors import Invalid
from engine.metadata import Field, Value
from engine.unit_of_work import UnitOfWork

from .change import NO_DEMANDS, Demands, as_it_is, changed, create, kept
from .delete import take_away
from .draft import Draft, Row, key_of
from .fetch import fetch
from .leading import between, led_to
from .making import complete_new


def enact(uow: UnitOfWork, entity_name: str, row: Row, values: Mapping[str, Value], demands: Demands = NO_DEMANDS) -> Row:
    """The record or row that `fetch` has locked with `values`, those of links over records between too. Raises what `change` raises."""
    draft, line = changed(uow, uow.metadata.entities[entity_name], row, values, demands)
    return as_it_is(_kept(uow, draft), line)


def enact_new(uow: UnitOfWork, entity_name: str, values: Mapping[str, Value]) -> Row:
    """The same for a record that is not there yet."""
    return _kept(uow, complete_new(uow, entity_name, values))


def _kept(uow: UnitOfWork, draft: Draft) -> Row:
    """Write a complete draft and what it leads to; of what a person chose, what that person does not see stays."""
    row = kept(uow, draft)
    for name, numbers in draft.led.items():
        field, number = draft.entity.fields[name], key_of(row)
        typed = draft.typed is not None and name in draft.typed
        seen = led_to(uow, field, [number]).get(number, {}) if typed else between(uow, field, number)
        lead(uow, field, number, numbers, seen)
    return fetch(uow, draft.entity.name, key_of(row)) if draft.led else row


def lead(uow: UnitOfWork, field: Field, number: int, wanted: Sequence[int], seen: Mapping[int, Sequence[int]]) -> None:
    """Make records between for what is wanted, and take away those of `seen` for what is not. Raises Invalid at the field, Refusal."""
    assert field.through is not None
    through, there = field.through, between(uow, field, number)
    try:
        for gone in (each for target, betweens in seen.items() if target not in wanted for each in betweens):
            take_away(uow, uow.metadata.entities[through.entity], fetch(uow, through.entity, gone, lock=True))
        for target in (target for target in wanted if target not in there):
            create(uow, through.entity, {through.own: number, through.far: target})
    except Invalid as invalid:
        raise Invalid([replace(problem, path=field.name) for problem in invalid.problems]) from invalid
