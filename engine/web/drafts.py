"""What somebody has typed into a form and not sent yet: it survives a closed tab, for two weeks, and for nobody else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

from engine import storage
from engine.metadata import Entity
from engine.storage import UnfinishedAnswer
from engine.unit_of_work import UnitOfWork, View

KEPT = timedelta(days=14)
LARGEST = 200_000
"""More characters than this are not kept."""
OWN = frozenset({"csrf_token", "_changed", "_draft", "_then", "_proof"})
"""Inputs of every form that are not typed."""
Parameters = Mapping[str, Sequence[str]]


def key_of(view: View, address: str) -> str:
    """Under what the form at an address is kept for the person who asks."""
    return hashlib.sha256(f"draft {view.actor.id} {address}".encode()).hexdigest()


def keep_draft(uow: UnitOfWork, entity: Entity, address: str, texts: Parameters) -> None:
    """Keep what was typed in place of what was kept before; sealed values are typed again."""
    typed = {name: list(values) for name, values in without_sealed(entity, texts).items() if name not in OWN}
    if sum(len(name) + sum(map(len, values)) for name, values in typed.items()) <= LARGEST:
        storage.put_answer(uow.connection, UnfinishedAnswer(key_of(uow, address), "draft", None, typed, uow.now + KEPT))


def without_sealed(entity: Entity, texts: Parameters) -> Parameters:
    """What was typed, but for what must not lie in the database as it is."""
    sealed = {(field.name, field.name) for field in entity.sealed}
    sealed |= {(t.name, field.name) for t in entity.tables if t.table is not None for field in t.table.sealed}
    return {name: values for name, values in texts.items() if _ends(name) not in sealed}


def _ends(name: str) -> tuple[str, str]:
    parts = name.split(".")
    return parts[0], parts[-1]


def draft_at(view: View, address: str) -> UnfinishedAnswer | None:
    """What was typed into the form at an address before."""
    found = storage.unfinished_answer(view.connection, key_of(view, address))
    return found if found is not None and found.expires_at > view.now else None


def drop_draft(uow: UnitOfWork, address: str) -> None:
    """Forget what was typed: it is saved, or thrown away."""
    storage.drop_answer(uow.connection, key_of(uow, address))
