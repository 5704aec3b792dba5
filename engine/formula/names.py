"""What formulas may name: the catalog of entities that metadata implements, and the paths that names become."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING, Literal, Protocol
from zoneinfo import ZoneInfo

from engine.frozen import frozen

from .types import Type

if TYPE_CHECKING:
    from .formula import Formula
    from .functions.row import Function
    from .nodes import Node


class Via(Enum):
    """How one hop leads from a record to another."""

    LINK = "link"  # source.name holds the id of the target
    DOCUMENT = "document"  # from a row of a table to the record that owns it
    TABLE = "table"  # the rows of the source's own table
    INVERSE = "inverse"  # the targets whose field `link` holds the id of the source


TO_ONE = frozenset({Via.LINK, Via.DOCUMENT})


@frozen
class Hop:
    """One step of a path from entity `source` to entity `target`; `link` is the target's field of an INVERSE.

    A `joint` hop belongs to the one before it: one name leads over the rows that join two records to the other record.
    """

    name: str
    source: str
    target: str
    via: Via
    link: str | None = None
    joint: bool = False


class Root(Enum):
    """Where a path begins. ROW is the record the formula belongs to or, inside a collection argument, the row of that level."""

    ROW = "row"
    PARENT = "parent"
    OLD = "old"
    USER = "user"
    CANDIDATE = "candidate"
    MESSAGE = "message"
    PARAMETER = "parameter"
    EXTRA = "extra"
    ROWS = "rows"


@frozen
class Path:
    """A value reached by to-one hops: from `entity` at `root`, over `hops`, field `field` (`id` for the record itself)."""

    root: Root
    entity: str | None
    hops: tuple[Hop, ...]
    field: str

    @property
    def names(self) -> tuple[str, ...]:
        """The hops and the field as written."""
        return (*(hop.name for hop in self.hops if not hop.joint), self.field)

    @property
    def owner(self) -> str | None:
        """The entity that the field belongs to."""
        return self.hops[-1].target if self.hops else self.entity

    def __str__(self) -> str:
        return ".".join(self.names if self.root is Root.ROW else (self.root.value, *self.names))


@frozen
class CollectionPath:
    """The rows behind a path: from `entity` at `root` over `hops`, of which at least one leads to many (none for `rows`)."""

    root: Root
    entity: str
    hops: tuple[Hop, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The hops as written."""
        return tuple(hop.name for hop in self.hops if not hop.joint)

    @property
    def target(self) -> str:
        """The entity of the rows."""
        return self.hops[-1].target if self.hops else self.entity

    @property
    def table(self) -> str | None:
        """The name of the record's own table when that is the whole path, so that its rows are read from the record."""
        return self.hops[0].name if len(self.hops) == 1 and self.hops[0].via is Via.TABLE else None

    def __str__(self) -> str:
        return ".".join(self.names if self.root is Root.ROW else (self.root.value, *self.names))


@frozen
class Reference:
    """A field that a formula reads: `field` of `entity`, reached from `root` over `hops` (collections included)."""

    root: Root
    hops: tuple[Hop, ...]
    entity: str
    field: str


@frozen
class Member:
    """A name of an entity. A virtual computed field with its `formula` is inlined where it is read.

    For a COLLECTION, `via` says what it is and `inverse` names the link field of the other entity. Records that are joined by
    rows of another table are reached over two hops, which `way` holds.
    """

    name: str
    type: Type
    computed: bool = False
    keep: Literal["stored", "virtual", "deferred"] | None = None
    formula: Formula | None = None
    via: Via = Via.TABLE
    inverse: str | None = None
    way: tuple[Hop, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@frozen
class Decision:
    """A decision table that DECIDE may name: the entity whose record it reads, the type of its answer, and what DECIDE becomes.

    A table of type null gives people and no value.
    """

    entity: str | None
    type: Type
    tree: Node | None = None


class Catalog(Protocol):
    """The names of an application; metadata implements it. Unknown entities give empty mappings."""

    def entities(self) -> Collection[str]:
        """All entities, tables (`receipt.lines`) included."""

    def members(self, entity: str) -> Mapping[str, Member]:
        """Own fields, tables, system columns and the inverse collections of an entity."""

    def document(self, entity: str) -> str | None:
        """The entity whose table these rows are: `receipt` for `receipt.lines`."""

    def zone(self) -> ZoneInfo:
        """The zone of the application, in which datetimes are written in formulas."""

    def roles(self) -> Mapping[str, frozenset[str]]:
        """The names HASROLE may ask for, each with the roles that include it, its own among them."""

    def decisions(self) -> Mapping[str, Decision]:
        """The tables DECIDE may name."""

    def calendars(self) -> Collection[str]:
        """The calendars NETWORKDAYS may name."""

    def functions(self) -> Mapping[str, tuple[Function, ...]]:
        """The functions by name: `FUNCTIONS`, or `functions_with` those that plugins add."""


@frozen
class Names:
    """The scopes of one formula (LANGUAGE section 2): `this` is the entity of bare names, `rows` the entity behind a measure.

    `parent`, `user` and `candidate` are entities, `old` allows `old.x`; `message`, `parameters` and `extra` (the asked
    values of an action, the variables of an evaluation) are typed names.
    """

    this: str | None = None
    parent: str | None = None
    user: str | None = "user"
    old: bool = False
    candidate: str | None = None
    message: Mapping[str, Type] = field(default_factory=dict)
    parameters: Mapping[str, Type] = field(default_factory=dict)
    extra: Mapping[str, Type] = field(default_factory=dict)
    rows: str | None = None
