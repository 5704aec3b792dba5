"""Choosing a person for a field: by turns, by who has least to do, or by chance (WORKFLOW 6.1, `assign`)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from engine.errors import Message, Refusal
from engine.metadata import Assign, Value
from engine.records import RecordFrame
from engine.storage import load_of, next_value
from engine.unit_of_work import UnitOfWork

from .directory import Directory
from .effects import Row
from .people import resolve

USER = "user"


def choose(uow: UnitOfWork, entity: str, row: Row, assign: Assign, frame: RecordFrame) -> dict[str, Value]:
    """The field with the person who is chosen; `frame` is what the condition sees beside the record. Raises Refusal where nobody can be."""
    people = [person for person in resolve(assign.among, Directory(uow, entity, row)) if _fits(row, assign, person, frame)]
    if not people:
        label = uow.metadata.entities[entity].fields[assign.field].label
        raise Refusal(Message("Nobody can be chosen for {field}.", {"field": label}))
    return {assign.field: _one(uow, entity, assign, people)}


def _fits(row: Row, assign: Assign, person: int, frame: RecordFrame) -> bool:
    return assign.where is None or assign.where.holds(row, replace(frame, candidate=frame.record(USER, person)))


def _one(uow: UnitOfWork, entity: str, assign: Assign, people: Sequence[int]) -> int:
    if assign.by == "random":
        return secrets.choice(people)
    if assign.by == "round_robin":
        return people[(next_value(uow.connection, f"turn:{entity}.{assign.field}") - 1) % len(people)]
    lifecycle = uow.metadata.entities[entity].lifecycle
    final = [state.name for state in lifecycle.states.values() if state.final] if lifecycle else []
    load = load_of(uow.connection, uow.tables.table(entity), assign.field, people, final)
    return min(people, key=lambda person: (load.get(person, 0), people.index(person)))
