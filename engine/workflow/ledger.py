"""The rows of running work but for its tasks: reading them as structs, and the few ways in which they are written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from engine.storage import (
    Connection,
    listed,
    new_row,
    newest_linked,
    newest_where,
    newly,
    rows_among,
    rows_where,
    set_where,
    workflow_tables,
)

from .model import Event, Incident, IncidentKind, Instance

_instance = workflow_tables.instance
_event = workflow_tables.event
_incident = workflow_tables.incident
_asked = workflow_tables.incident_person
YES = True
_EVENT = tuple(f"new_{name}" for name in Event._fields)
_MOVED = ("state", "open", "visits", "branches", "picked", "resume", "revision", "ended_at", "version")
_ONE = rows_where(_instance, "id")
_LOCKED = rows_where(_instance, "id", lock=True)
_SOME = rows_among(_instance, "id", order="id")
_SOME_LOCKED = rows_among(_instance, "id", order="id", lock=True)
_MOVE = set_where(_instance, _MOVED, "id")
_NOTE = new_row(_event)
_ALL = rows_where(_instance, "entity_id", "record_id", order="id")
_RUNNING = rows_where(_instance, "entity_id", "record_id", "open", order="id")
_RUNNING_LOCKED = rows_where(_instance, "entity_id", "record_id", "open", order="id", lock=True)
_HAPPENED = rows_where(_event, "instance_id", order="seq")
_STUCK = rows_where(_incident, "instance_id", "open", order="id")
_OPEN = newest_where(_incident, "open")
_OPEN_FOR = newest_linked(_incident, "open", link=_asked.c.incident_id, by="person")


def instance_of(connection: Connection, instance_id: int, *, lock: bool = False) -> Instance | None:
    """One instance; with `lock` nobody else changes it until this transaction ends."""
    found = (_LOCKED if lock else _ONE).on(connection).tuples(connection, {"id": instance_id})
    return Instance._make(found[0]) if found else None


def record_of(connection: Connection, instance_id: int) -> tuple[int, int] | None:
    """The number of the entity and the id of the record of an instance; None where it is gone."""
    found = workflow_tables.INSTANCE_PLACE.on(connection).tuples(connection, {"id": instance_id})
    return (found[0][0], found[0][1]) if found else None


def open_instances(connection: Connection, entity_id: int, record_id: int, *, lock: bool = False) -> list[Instance]:
    """The instances that are running over a record, oldest first."""
    asked = {"entity_id": entity_id, "record_id": record_id, "open": YES}
    return [Instance._make(row) for row in (_RUNNING_LOCKED if lock else _RUNNING).on(connection).tuples(connection, asked)]


def instances(connection: Connection, entity_id: int, record_id: int) -> list[Instance]:
    """All instances of a record, oldest first."""
    return [Instance._make(row) for row in _ALL.on(connection).tuples(connection, {"entity_id": entity_id, "record_id": record_id})]


def instances_by_id(connection: Connection, ids: Collection[int], *, lock: bool = False) -> list[Instance]:
    """The instances with these ids, in their order; with `lock` nobody else changes them until this transaction ends."""
    if len(ids) == 1:
        found = instance_of(connection, next(iter(ids)), lock=lock)
        return [] if found is None else [found]
    asked = {"ids": listed(ids, connection.dialect.name)}
    return [Instance._make(row) for row in (_SOME_LOCKED if lock else _SOME).on(connection).tuples(connection, asked)] if ids else []


def started_by(connection: Connection, person: int, before: int | None, limit: int) -> list[Instance]:
    """What a person started, newest first."""
    query = _instance.select().where(_instance.c.starter == person).order_by(_instance.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(_instance.c.id < before)
    return [Instance(**row) for row in connection.execute(query).mappings()]


def count_open(connection: Connection) -> list[tuple[str, int, str, int]]:
    """How many instances run, by workflow, revision and step."""
    c = _instance.c
    found: dict[tuple[str, int, str], int] = {}
    query = _instance.select().with_only_columns(c.workflow, c.revision, c.state).where(c.open == YES)
    for workflow, revision, state in connection.execute(query.order_by(c.workflow, c.revision, c.state)):
        found[workflow, revision, state] = found.get((workflow, revision, state), 0) + 1
    return [(*key, count) for key, count in found.items()]


def idle(connection: Connection) -> list[int]:
    """The running instances in which nobody is asked and nothing is stuck: they wait for a job, or are forsaken."""
    asked = workflow_tables.task.select().where(
        workflow_tables.task.c.instance_id == _instance.c.id, workflow_tables.task.c.status == "open"
    )
    halted = _incident.select().where(_incident.c.instance_id == _instance.c.id, _incident.c.open == YES)
    query = _instance.select().with_only_columns(_instance.c.id).where(_instance.c.open == YES, ~asked.exists(), ~halted.exists())
    return list(connection.execute(query.order_by(_instance.c.id)).scalars())


def first_running(connection: Connection, workflow: str, most: int) -> list[Instance]:
    """The running instances of a workflow that began first."""
    c = _instance.c
    query = _instance.select().where(c.workflow == workflow, c.open == YES).order_by(c.id).limit(most)
    return [Instance(**row) for row in connection.execute(query).mappings()]


def running_on(connection: Connection, workflow: str, revision: int) -> list[Instance]:
    """The running instances of a workflow that are on one revision, oldest first."""
    c = _instance.c
    query = _instance.select().where(c.workflow == workflow, c.open == YES, c.revision == revision).order_by(c.id)
    return [Instance(**row) for row in connection.execute(query).mappings()]


def moves_of(connection: Connection, workflow: str) -> list[Event]:
    """How the running instances of a workflow went from one revision to another, oldest instances first."""
    running = _instance.select().with_only_columns(_instance.c.id).where(_instance.c.workflow == workflow, _instance.c.open == YES)
    query = _event.select().where(_event.c.kind == "moved", _event.c.instance_id.in_(running)).order_by(_event.c.instance_id, _event.c.seq)
    return [Event(**row) for row in connection.execute(query).mappings()]


def add_instance(connection: Connection, values: Mapping[str, object]) -> Instance:
    """A new instance."""
    row = connection.execute(_instance.insert().values(**values).returning(*_instance.c)).mappings().one()
    return Instance(**row)


def move_instances(connection: Connection, instances: Iterable[Instance]) -> None:
    """Write where instances stand."""
    _MOVE.on(connection).tell_each(connection, map(_place, instances))


def _place(instance: Instance) -> dict[str, object]:
    return {"id": instance.id, **newly({name: getattr(instance, name) for name in _MOVED})}


def add_events(connection: Connection, events: Sequence[Event]) -> None:
    """More things that happened."""
    _NOTE.on(connection).tell_each(connection, (dict(zip(_EVENT, event, strict=True)) for event in events))


def events_of(connection: Connection, instance_ids: Sequence[int]) -> list[Event]:
    """All that happened to some instances, in order."""
    if len(instance_ids) == 1:
        return [Event._make(row) for row in _HAPPENED.on(connection).tuples(connection, {"instance_id": instance_ids[0]})]
    query = _event.select().where(_event.c.instance_id.in_(instance_ids)).order_by(_event.c.instance_id, _event.c.seq)
    return [Event(**row) for row in connection.execute(query).mappings()]


def courses(connection: Connection, workflow: str, newest: int) -> list[Event]:
    """When the newest instances of a workflow came to its steps and ends, in order."""
    chosen = _instance.select().with_only_columns(_instance.c.id).where(_instance.c.workflow == workflow)
    chosen = chosen.order_by(_instance.c.id.desc()).limit(newest)
    query = _event.select().where(_event.c.instance_id.in_(chosen), _event.c.kind.in_(("entered", "joined", "ended")))
    return [Event(**row) for row in connection.execute(query.order_by(_event.c.instance_id, _event.c.seq)).mappings()]


def add_incident(connection: Connection, values: Mapping[str, object], people: Iterable[int]) -> int:
    """A new open incident that waits for `people`; its id."""
    incident_id = int(connection.execute(_incident.insert().values(**values, open=True).returning(_incident.c.id)).scalar_one())
    asked = [{"incident_id": incident_id, "person": person} for person in people]
    if asked:
        connection.execute(_asked.insert(), asked)
    return incident_id


def incident_of(connection: Connection, incident_id: int) -> Incident | None:
    """One incident."""
    return next(iter(_incidents(connection, _incident.c.id == incident_id)), None)


def stuck(connection: Connection, instance_id: int) -> list[Incident]:
    """What is stuck in one instance, oldest first."""
    rows = _STUCK.on(connection).rows(connection, {"instance_id": instance_id, "open": YES})
    return _with_people(connection, rows)


def open_incidents(connection: Connection, instance_ids: Sequence[int]) -> list[Incident]:
    """What is stuck in some instances, oldest first."""
    if len(instance_ids) == 1:
        return stuck(connection, instance_ids[0])
    return _incidents(connection, _incident.c.instance_id.in_(instance_ids), _incident.c.open == YES)


def incidents_in(connection: Connection, workflow: str) -> list[Incident]:
    """What is stuck in all instances of a workflow, oldest first."""
    own = _instance.select().with_only_columns(_instance.c.id).where(_instance.c.workflow == workflow)
    return _incidents(connection, _incident.c.open == YES, _incident.c.instance_id.in_(own))


def incidents_for(connection: Connection, person: int | None, limit: int) -> list[Incident]:
    """The open incidents that wait for a person (None: for anybody), newest first."""
    asked = {"open": YES, "person": person, "before": None, "most": limit}
    return _with_people(connection, (_OPEN if person is None else _OPEN_FOR).on(connection).rows(connection, asked))


def asked_about(connection: Connection, person: int) -> list[int]:
    """The open incidents that wait for a person, oldest first."""
    mine = _asked.select().with_only_columns(_asked.c.incident_id).where(_asked.c.person == person)
    query = _incident.select().with_only_columns(_incident.c.id).where(_incident.c.open == YES, _incident.c.id.in_(mine))
    return [int(number) for number in connection.execute(query.order_by(_incident.c.id)).scalars()]


def ask_instead(connection: Connection, incident: Incident, person: int, to: int) -> None:
    """An incident waits for another person."""
    mine = (_asked.c.incident_id == incident.id) & (_asked.c.person == person)
    if to in incident.people:
        connection.execute(_asked.delete().where(mine))
    else:
        connection.execute(_asked.update().where(mine).values(person=to))


def close_incident(connection: Connection, incident_id: int, values: Mapping[str, object]) -> None:
    """An incident is resolved."""
    connection.execute(_incident.update().where(_incident.c.id == incident_id).values(open=False, **values))


def _incidents(connection: Connection, *conditions: Any) -> list[Incident]:
    return _with_people(connection, connection.execute(_incident.select().where(*conditions).order_by(_incident.c.id)).mappings().all())


def _with_people(connection: Connection, rows: Sequence[Mapping[Any, Any]]) -> list[Incident]:
    if not rows:
        return []
    asked: dict[int, list[int]] = {row["id"]: [] for row in rows}
    for pair in connection.execute(_asked.select().where(_asked.c.incident_id.in_(asked)).order_by(_asked.c.person)):
        asked[pair.incident_id].append(pair.person)
    return [_incident_from(row, asked[row["id"]]) for row in rows]


def _incident_from(row: Any, people: Sequence[int]) -> Incident:
    kind: IncidentKind = row["kind"]
    return Incident(
        id=row["id"],
        instance_id=row["instance_id"],
        step=row["step"],
        round=row["round"],
        kind=kind,
        message=row["message"],
        inputs=row["inputs"],
        open=row["open"],
        raised_at=row["raised_at"],
        people=tuple(people),
    )
