"""The names that a scenario may use, and an issue with the nearest one for each that stands for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.loading import Document, Path, did_you_mean
from engine.metadata import Entity, Metadata

from .findings import Findings, Place
from .model import Values
from .papers import is_paper
from .values import mapping
from .words import ALL_KEYS, ALWAYS_THERE

SYSTEM_FIELDS = ("id", "state", "number", "created_at", "created_by", "updated_at", "updated_by", "version")


@dataclass
class Known:
    """The names that a scenario may use; `entities` are those of records, known so far. Each wrong one is an issue."""

    document: Document
    metadata: Metadata
    findings: Findings
    entities: dict[str, str] = field(default_factory=dict)

    def add(self, path: Path, code: str, message: str, *, key: bool = False, hint: str = "") -> None:
        self.findings.add(Place(self.document, path, key), code, message, hint)

    def known(self, path: Path, name: object, names: Iterable[str], code: str, what: str) -> bool:
        listed = list(names)
        if name in listed:
            return True
        self.add(path, code, f"There is no {what} {name}.", hint=did_you_mean(str(name), listed))
        return False

    def record(self, path: Path, name: object) -> Entity | None:
        """The entity of the record that a name stands for."""
        head, _, rest = str(name).partition(".")
        if not self.known(path, head, self.entities, "T602", "record called"):
            return None
        table = rest.partition(".")[0]
        return self.metadata.entities.get(f"{self.entities[head]}.{table}" if table else self.entities[head])

    def record_in(self, path: Path, keys: Values, key: str = "record") -> Entity | None:
        """The same for the record that a step or expectation names by a key of its own, which it must have."""
        if key in keys:
            return self.record((*path, key), keys[key])
        if frozenset(keys) <= ALL_KEYS:
            self.add(path, "T604", f"Which record? Write `{key}: NAME`.")
        return None

    def actor(self, path: Path, name: object) -> None:
        people = [known for known, entity in self.entities.items() if entity == "user"]
        if str(name) not in ALWAYS_THERE:
            self.known(path, name, people, "T602", "person called")

    def values(self, path: Path, entity: Entity, values: object, extra: Iterable[str] = ()) -> None:
        """The fields that values are written for, and the names that stand in links."""
        for name, written in mapping(values).items():
            self.value((*path, name), entity, str(name), written, tuple(extra))

    def value(self, path: Path, entity: Entity, name: str, written: object, extra: tuple[str, ...]) -> None:
        parts = name.split(".")
        below = entity.fields[parts[0]].table if len(parts) == 3 and parts[0] in entity.fields else None
        target, last = (below, parts[2]) if below is not None else (entity, name)
        if last in extra or (last in SYSTEM_FIELDS and last not in target.fields):
            return
        if last not in target.fields:
            self.add(path, "T608", f"{target.name} has no field {last}.", key=True, hint=did_you_mean(last, target.fields))
            return
        found = target.fields[last]
        if found.table is not None:
            self.rows(path, found.table, written)
        elif found.link is not None and not is_paper(found):
            self.records(path, written)

    def records(self, path: Path, written: object) -> None:
        """The record that a link is written with, or all of them."""
        for here, name in [((*path, at), each) for at, each in enumerate(written)] if isinstance(written, list) else [(path, written)]:
            if isinstance(name, str) and not name.startswith("="):
                self.record(here, name)

    def rows(self, path: Path, table: Entity, written: object) -> None:
        """The values of a table: a list of rows, or null for none."""
        if written is not None and not (isinstance(written, list) and all(isinstance(row, Mapping) for row in written)):
            self.add(path, "T608", "A table is written as a list of rows, each a mapping.")
            return
        for number, row in enumerate(written or ()):
            self.values((*path, number), table, row)
