"""Which columns a file of records has: what a list shows, or everything that its reader may see, in a form that can come back.

A heading is the label of the field in the reader's language; where two are alike, the name of the field stands behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

from engine.access import Sight, never_readable
from engine.errors import Message, in_language
from engine.frozen import frozen
from engine.metadata import Entity, Field, Lifecycle, Metadata
from engine.records import field_at
from engine.sheets import Column, Part
from engine.unit_of_work import View

FILES = frozenset({"file", "image", "signature"})
SYSTEM = {
    "id": Message("Id"),
    "version": Message("Version"),
    "state": Message("State"),
    "created_at": Message("Created"),
    "created_by": Message("Created by"),
    "updated_at": Message("Changed"),
    "updated_by": Message("Changed by"),
}
"""The columns that every record has, in words."""
ROW = Message("Row")
Written: TypeAlias = Literal["text", "number", "percent", "date", "datetime", "boolean"]
KINDS: dict[str, Written] = {
    "integer": "number",
    "decimal": "number",
    "money": "number",
    "percent": "percent",
    "date": "date",
    "datetime": "datetime",
    "boolean": "boolean",
    "created_at": "datetime",
    "updated_at": "datetime",
    "id": "number",
    "version": "number",
}
"""How the cells of a field type or of a system column are written, where not as text."""


@frozen
class Place:
    """What stands in one column: a field, or a system column by name; that of a state, with its lifecycle."""

    name: str
    field: Field | None
    column: Column
    lifecycle: Lifecycle | None = None


@frozen(slots=False)
class Plan:
    """The columns of a file: of the records (`main`), and of the rows of each table.

    With `exact` a cell says enough to be read back: links name their record for certain.
    """

    entity: Entity
    main: tuple[Place, ...]
    tables: tuple[tuple[Field, tuple[Place, ...]], ...] = ()
    exact: bool = False
    language: str = "en"

    @property
    def paths(self) -> tuple[str, ...]:
        """The columns that lie behind links."""
        return tuple(place.name for place in self.main if "." in place.name)

    @property
    def part(self) -> Part:
        """The sheet of the records."""
        return Part(in_language(self.entity.plural, self.language), tuple(place.column for place in self.main))

    @property
    def parts(self) -> tuple[Part, ...]:
        """The sheets of the tables."""
        return tuple(Part(in_language(table.label, self.language), tuple(p.column for p in places)) for table, places in self.tables)


def shown(view: View, entity: Entity, columns: Sequence[str], language: str = "") -> Plan:
    """The columns of a list (fields, paths such as `supplier.name`), without those that its reader sees in no row. Raises Invalid."""
    sight = never_readable(entity, view.actor)
    language = language or view.actor.language
    return Plan(entity, _places(view.metadata, entity, _seen(columns, sight), language), language=language)


def complete(view: View, entity: Entity, language: str = "") -> Plan:
    """Everything that its reader may read in full of a record and its rows, as a file that can be imported again."""
    sight = never_readable(entity, view.actor)
    language = language or view.actor.language
    main = ["id", "version", *stated(entity), *_values(entity, sight)]
    tables = []
    for table in entity.tables:
        assert table.table is not None
        if table.name not in sight.hidden:
            names = ["id", *stated(table.table), *_values(table.table, sight.below(table.name))]
            tables.append((table, _places(view.metadata, table.table, names, language)))
    return Plan(entity, _places(view.metadata, entity, main, language), tuple(tables), exact=True, language=language)


def heading(entity: Entity, name: str, field: Field | None, language: str) -> str:
    """What the column of a field or of a system column is called; the id of a row of a table is its *row*."""
    if field is not None:
        return in_language(field.label, language)
    system = ROW if entity.document and name == "id" else SYSTEM[name.rsplit(".", 1)[-1]]
    return system.render(language)


def heading_of(entity: Entity, path: str, language: str) -> str:
    """What a field, a system column or a cell of a table (`Lines: Product`) is called."""
    table, _, name = path.rpartition(".")
    owner = entity.fields[table].table if table else entity
    assert owner is not None
    words = heading(owner, name, owner.fields.get(name), language)
    return f"{in_language(entity.fields[table].label, language)}: {words}" if table else words


def stated(entity: Entity) -> list[str]:
    """The column of the state, where there is a lifecycle."""
    return ["state"] if entity.lifecycle is not None else []


def _values(entity: Entity, sight: Sight) -> list[str]:
    """The fields with a value of their own that are neither hidden nor masked in every row."""
    return [field.name for field in movable(entity) if sight.readable(field.name)]


def movable(entity: Entity) -> Iterator[Field]:
    """The fields whose values fit into cells: no tables, and no uploaded files."""
    return (field for field in entity.fields.values() if field.table is None and field.kind not in FILES)


def _seen(columns: Iterable[str], sight: Sight) -> list[str]:
    return [name for name in columns if name not in sight.hidden]


def _places(metadata: Metadata, entity: Entity, names: Sequence[str], language: str) -> tuple[Place, ...]:
    fields = {name: field_at(metadata, entity, name) for name in names}
    usable = {name: field for name, field in fields.items() if field is None or field.table is None}
    words = {name: heading(entity, name, field, language) for name, field in usable.items()}
    often = Counter(text.lower() for text in words.values())
    if entity.document:
        often[SYSTEM["id"].render(language).lower()] += 1  # it stands in front of every row
    distinct = {name: f"{text} ({name})" if often[text.lower()] > 1 else text for name, text in words.items()}
    return tuple(_place(name, field, distinct[name], entity.lifecycle if name == "state" else None) for name, field in usable.items())


def _place(name: str, field: Field | None, words: str, lifecycle: Lifecycle | None) -> Place:
    kind: Written = KINDS.get(field.kind if field is not None else name, "text")
    scale = field.type.scale if field is not None and kind == "number" else None
    return Place(name, field, Column(words, kind, scale), lifecycle)
