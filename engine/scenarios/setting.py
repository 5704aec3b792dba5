"""What is there before the first step: people and records, written by the system in the order of the file."""

from __future__ import annotations

from collections.abc import Mapping

from engine.access import SYSTEM
from engine.metadata import Entity
from engine.records import Row, change, fetch, rows_of, save
from engine.unit_of_work import UnitOfWork

from .model import Given, Person, Scenario
from .values import raw_values, record_of
from .world import World

USER = "user"
SYSTEM_COLUMNS = frozenset({"state", "created_at", "created_by", "updated_at", "updated_by"})


def set_the_scene(world: World, scenario: Scenario) -> None:
    """Make the people, then the records, then what people hold of records. Raises whatever the engine refuses, with the record's name."""

    def work(uow: UnitOfWork) -> None:
        uow.automatic = False
        for person in scenario.people.values():
            _hire(world, uow, person, scenario)
        for given in scenario.given.values():
            try:
                _give(world, uow, given)
            except Exception as error:
                error.add_note(given.name)
                raise
        for person in scenario.people.values():
            _hand_over(world, uow, person, scenario)

    world.application.run(SYSTEM, work)


def _hire(world: World, uow: UnitOfWork, person: Person, scenario: Scenario) -> None:
    own = {name: value for name, value in person.values.items() if not _later(value, scenario)}
    values = {"login": person.name, "name": person.name, "roles": list(person.roles), **own}
    row = save(uow, USER, None, raw_values(world, uow, uow.metadata.entities[USER], values))
    world.name(person.name, USER, int(str(row["id"])))


def _later(value: object, scenario: Scenario) -> bool:
    return isinstance(value, str) and value in scenario.given


def _hand_over(world: World, uow: UnitOfWork, person: Person, scenario: Scenario) -> None:
    held = {name: value for name, value in person.values.items() if _later(value, scenario)}
    if held:
        entity = uow.metadata.entities[USER]
        links = {name: raw for name, raw in raw_values(world, uow, entity, held).items() if entity.fields[name].link is not None}
        save(uow, USER, world.ids[person.name], links)


def _give(world: World, uow: UnitOfWork, given: Given) -> None:
    entity = uow.metadata.entities[given.entity]
    own = {name: value for name, value in given.values.items() if name in entity.fields}
    row = save(uow, entity.name, None, raw_values(world, uow, entity, _without_states(entity, own)))
    number = int(str(row["id"]))
    world.name(given.name, entity.name, number)
    if "state" in given.values:
        change(uow, entity.name, fetch(uow, entity.name, number, lock=True), {"state": str(given.values["state"])})
    _set_states_of_rows(uow, entity, fetch(uow, entity.name, number), given)
    columns = {name: value for name, value in given.values.items() if name in SYSTEM_COLUMNS - {"state"}}
    if columns:
        _set_columns(world, uow, entity, number, columns)


def _without_states(entity: Entity, values: Mapping[str, object]) -> dict[str, object]:
    """The values without the states of rows, which no save writes."""
    tables = {table.name for table in entity.tables if table.table is not None and table.table.lifecycle is not None}
    return {
        name: [_stateless(row) for row in value] if name in tables and isinstance(value, list) else value for name, value in values.items()
    }


def _stateless(row: object) -> object:
    return {name: value for name, value in row.items() if name != "state"} if isinstance(row, Mapping) else row


def _set_states_of_rows(uow: UnitOfWork, entity: Entity, row: Row, given: Given) -> None:
    for table in (table for table in entity.tables if table.table is not None and table.table.lifecycle is not None):
        written = given.values.get(table.name)
        for line, said in zip(rows_of(row, table), written if isinstance(written, list) else (), strict=False):
            if table.table is not None and isinstance(said, Mapping) and "state" in said:
                change(uow, table.table.name, line, {"state": str(said["state"])})


def _set_columns(world: World, uow: UnitOfWork, entity: Entity, number: int, columns: Mapping[str, object]) -> None:
    """System columns that no save writes, because a scenario begins in the middle of a story."""
    table = uow.tables.table(entity.name)
    values = {name: record_of(world, uow, str(value))[1] if name.endswith("_by") else value for name, value in columns.items()}
    uow.connection.execute(table.update().where(table.c["id"] == number).values({table.c[name]: value for name, value in values.items()}))
