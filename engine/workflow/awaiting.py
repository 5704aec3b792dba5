"""Messages whose record is not there yet: what they look for as one word, and their turn when such a record is made or gets the key."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from functools import lru_cache

from engine.metadata import Automation, Entity, Metadata
from engine.records import fetch
from engine.storage import canonical_json
from engine.unit_of_work import Changed, Created, Entered, Event, UnitOfWork

from .effects import Row
from .following import fire_as_engine
from .receiving import INBOUND, ask


def sought_of(entity: Entity, key: Row) -> str:
    """A key as one word: the same for values that are the same there."""
    values = [entity.fields[name].type.compared(key[name]) if name in entity.fields else key[name] for name in sorted(key)]
    return hashlib.sha256(canonical_json(values).encode()).hexdigest()


@lru_cache(maxsize=8)
def awaited(metadata: Metadata) -> Mapping[str, tuple[Automation, ...]]:
    """The automations whose messages wait for a record, by its entity."""
    found: dict[str, tuple[Automation, ...]] = {}
    for automation in metadata.automations.values():
        if automation.match is not None and automation.match.missing == "error":
            found[automation.entity] = (*found.get(automation.entity, ()), automation)
    return found


def attend(uow: UnitOfWork, event: Event) -> None:
    """Subscriber: a message that waits has its turn; a record that messages may wait for is there."""
    if event.entity == INBOUND and isinstance(event, Entered):
        if event.state == "waiting":
            ask(uow, event.record)
        return
    if isinstance(event, Created | Changed):
        for automation in awaited(uow.metadata).get(event.entity, ()):
            if isinstance(event, Created) or not event.fields.isdisjoint(_key(automation)):
                _wake(uow, automation, fetch(uow, event.entity, event.record))


def _key(automation: Automation) -> Collection[str]:
    """The fields by which its record is found."""
    assert automation.match is not None
    return automation.match.key


def _wake(uow: UnitOfWork, automation: Automation, row: Row) -> None:
    """Let the messages that look for this record have their turn."""
    sought = sought_of(uow.metadata.entities[automation.entity], {name: row.get(name) for name in _key(automation)})
    table = uow.tables.table(INBOUND)
    same = (table.c["automation"] == automation.name, table.c["sought"] == sought, table.c["state"].in_(("waiting", "stuck")))
    for number, state in uow.connection.execute(table.select().with_only_columns(table.c["id"], table.c["state"]).where(*same)).all():
        if state == "stuck":
            fire_as_engine(uow, INBOUND, number, "retry")
        else:
            ask(uow, number)
