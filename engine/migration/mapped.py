"""What the columns of imported files mean follows what it names: of files that wait, and of those that it is remembered from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.metadata import Entity, Field, Metadata, Renaming
from engine.storage import Connection, all_imports, change_import, retell_staged

from .change import Change


def remap(connection: Connection, change: Change) -> None:
    """Paths of fields in imports, and in what is wrong with their lines, become those of today.

    What is gone keeps its path, and so is told by the import itself.
    """
    if change.before is None or not (change.ids.renamed() or change.ids.new()):
        return
    called = Called(change.before, change)
    for row in all_imports(connection):
        entity = change.before.numbered.get(row["entity_id"])
        kept = {"meanings": row["meanings"], "options": row["options"]}
        if entity is not None and (turned := called.turned(entity, kept)) != kept:
            change_import(connection, row["id"], turned)
        if entity is not None and (paths := called.paths(entity)):
            retell_staged(connection, row["id"], paths)


class Called:
    """Paths of the definition `before` in the words of what it becomes."""

    def __init__(self, before: Metadata, change: Change) -> None:
        self._renaming = Renaming(before, change.metadata)
        self._once = {thing.number: thing.name.rpartition(".")[2] for thing in change.ids.before.values() if thing.retired_in is not None}

    def turned(self, entity: str, kept: Mapping[str, Any]) -> dict[str, Any]:
        """What an import into an entity keeps of its columns, as `transfer` writes it."""

        def turn(path: str) -> str:
            return self._path(entity, path)

        options = kept["options"]
        meanings = [{"table": turn(each["table"]), "paths": list(map(turn, each["paths"]))} for each in kept["meanings"]]
        instead = {turn(path): texts for path, texts in options["instead"].items()}
        return {"meanings": meanings, "options": {**options, "key": list(map(turn, options["key"])), "instead": instead}}

    def paths(self, entity: str) -> Mapping[str, str]:
        """The paths of an entity and of its tables that are others now, as they were and as they are."""
        fields = self._renaming.old.entities[entity].fields.values()
        cells = [f"{table.name}.{cell}" for table in fields if table.table is not None for cell in table.table.fields]
        turned = {path: self._path(entity, path) for path in (*(field.name for field in fields), *cells)}
        return {path: called for path, called in turned.items() if path != called}

    def _path(self, entity: str, path: str) -> str:
        """Where something else has the name of what is gone, the path says whose it was: that means nothing any more."""
        renaming = self._renaming
        renaming.gone.clear()
        called = renaming.path(entity, path)
        lost = renaming.gone or _field(renaming.old.entities.get(entity), path) is None
        found = _field(renaming.new.entities.get(renaming.entity(entity)), called) if lost else None
        return called if found is None or self._is_back(found) else f"{entity}.{path}"

    def _is_back(self, field: Field) -> bool:
        """Whether it is there again under the name that it had."""
        return self._once.get(self._renaming.new.identity.number(f"field:{field.entity}.{field.name}") or 0) == field.name


def _field(entity: Entity | None, path: str) -> Field | None:
    table, _, name = path.rpartition(".")
    if table and entity is not None:
        rows = entity.fields.get(table)
        entity = rows.table if rows is not None else None
    return entity.fields.get(name) if entity is not None else None
