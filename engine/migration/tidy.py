"""After the switch: values of the past carried to the columns of today, and columns that nobody reads any more emptied. A job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from engine.jobs import Job, Work
from engine.metadata import Field
from engine.storage import Carry, Database, Survey, names, type_of_shape
from engine.unit_of_work import Definition, Ground

from .carried import keys_of
from .codes import COLUMN
from .conversion import Conversion
from .plan import Plan
from .spelled import spelling_carry, spellings

TIDY = "tidy"
LAST_READERS = timedelta(seconds=10)
"""By then every process serves the new revision; until then some read the old columns."""


def tidy_work(found: Plan, now: datetime) -> Iterator[Work]:
    """The jobs that a plan leaves behind."""
    change = found.change
    parked = {new.number for _, new in change.ids.parked()}
    for old, new in (*change.ids.moved(), *change.ids.parked()):
        if type_of_shape(old.shape) is None or new.kind == COLUMN:
            continue
        payload = {
            "table": change.table_of(new), "source": old.physical, "target": new.physical, "old": old.shape, "new": new.shape,
            "field": new.number, "clear": new.number in parked, "recoded": dict(change.recoded(old.codes)),
        }  # fmt: skip
        yield Work(TIDY, now + LAST_READERS, payload, f"{TIDY}:{found.number}:{new.number}", f"revision:{found.number}")
    moving = {new.number for _, new in change.ids.moved()}
    for each in spellings(change):
        if each.thing.number not in moving:
            said = {"table": each.carry.table, "field": each.thing.number, "spelled": True}
            yield Work(TIDY, now + LAST_READERS, said, f"{TIDY}:{found.number}:{each.thing.number}:spelled", f"revision:{found.number}")


def tidy_handler(ground: Ground) -> Callable[[Job], None]:
    """The handler of these jobs; it may run any number of times."""

    def handle(job: Job) -> None:
        for carry in _carries(ground, job):
            _carry_past(ground.database, replace(carry, table=names.history_name(carry.table), key="history_id"))
            more = bool(job.payload.get("clear"))
            while more:
                with ground.database.write() as connection:
                    more = carry.clear(connection)

    return handle


def _carry_past(database: Database, past: Carry) -> None:
    after: int | None = 0
    while after is not None:
        with database.write() as connection:
            after = past.batch(connection, after)


def _carries(ground: Ground, job: Job) -> Iterator[Carry]:
    """The ways of the values: to their column, and from there to what texts are put in order by."""
    if not job.payload.get("spelled") and (carry := _carry(ground, job)) is not None:
        yield carry
    definition = ground.current()
    field = _field(definition, int(str(job.payload["field"])))
    if field is not None and field.spelling is not None:
        yield spelling_carry(str(job.payload["table"]), definition.metadata.identity.column(field.entity, field.name), field)


def _carry(ground: Ground, job: Job) -> Carry | None:
    """The way of the values; None where the field has moved on since."""
    said = job.payload
    source, target = type_of_shape(str(said["old"])), type_of_shape(str(said["new"]))
    definition = ground.current()
    field = _field(definition, int(str(said["field"])))
    if source is None or target is None or (field is None) is not bool(said["clear"]):
        return None
    carry = Carry(str(said["table"]), str(said["source"]), str(said["target"]), source, target, lambda value: value)
    if field is None:
        return carry
    if definition.metadata.identity.column(field.entity, field.name) != carry.target:
        return None
    with ground.database.read() as connection:
        keys = keys_of(Survey(connection, ground.database.dialect), definition.tables, field, str(said["old"]))
    recoded = said.get("recoded", {})
    assert isinstance(recoded, dict)
    conversion = Conversion(str(said["old"]), field, definition.metadata.zone, keys, recoded)
    return replace(carry, convert=conversion.or_none) if conversion.possible else None


def _field(definition: Definition, number: int) -> Field | None:
    """The field with this number for life; None when it is gone."""
    key = next((key for key, known in definition.metadata.identity.numbers.items() if known == number), "")
    entity, _, name = key.removeprefix("field:").rpartition(".")
    found = definition.metadata.entities.get(entity)
    return found.fields.get(name) if found else None
