"""The compiled application: frozen objects whose names are resolved and whose formulas are typed.

`loading.resolve` makes them from declarations; everything that runs reads only these. Definitions are never records, and
records never hold definitions: a running thing keeps the number of the revision it began with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from engine.errors import Text
from engine.formula import Formula, Wording
from engine.frozen import frozen

from .fields import ROLES, Field
from .number_pattern import NumberPattern
from .retention import Retention
from .rules import Rule

if TYPE_CHECKING:
    from .lifecycles import Action, Lifecycle


HISTORY = "history"
"""What follows the name of an entity for the history of its states, which reports count: `order.history`."""


@frozen
class Check:
    """A condition on a record or row: it fails only when false; `field` is where the problem stands."""

    require: Formula
    say: Wording | None
    field: str
    warn: bool = False


@frozen
class Duplicate:
    """When two records may be the same: equal in `match`, and each text of `similar` at least so alike (0 to 1)."""

    match: tuple[str, ...]
    similar: Mapping[str, Decimal] = field(default_factory=dict)
    then: Literal["warn", "block", "merge"] = "warn"

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are compared."""
        return (*self.match, *self.similar)


@frozen(slots=False, eq=False)
class Entity:
    """A business object, or the rows of a table (`document` names its owner, the name is `receipt.lines`).

    The rows of a `relation` are the pairs of many-to-many links: one link, called like the field of the document. `compute` lists the
    stored computed fields and the links found by key in the order in which they must be computed; a table's own come before those of
    its document that read them. Where a table has `rules` they narrow those of its document. The records of a `dated` one hold from
    `valid_from` to `valid_to`, of each key one on a day. With `reads` it is kept who read a record. The rows of `stays` are the times
    that records of the document spent in their states; nobody writes them, they have no table, and only reports count them.
    """

    name: str
    label: Text
    plural: Text
    fields: Mapping[str, Field]
    title: Formula
    help: Text = field(default_factory=dict)
    module: str | None = None
    icon: str | None = None
    document: str | None = None
    relation: bool = False
    stays: bool = False
    company: bool = False
    tree: str | None = None
    append_only: bool = False
    dated: tuple[str, ...] | None = None
    number: NumberPattern | None = None
    title_public: bool = False
    checks: tuple[Check, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    index: tuple[tuple[str, ...], ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    retention: Retention | None = None
    reads: bool = False
    rules: tuple[Rule, ...] = ()
    compute: tuple[str, ...] = ()
    lifecycle: Lifecycle | None = None
    workflows: tuple[str, ...] = ()
    system: bool = False
    api: bool = True
    readonly: bool = False
    min_rows: int = 0
    max_rows: int | None = None

    @property
    def table_name(self) -> str:
        """The field of its document whose rows these are."""
        return self.name.rpartition(".")[2]

    def asking(self, action: Action) -> Entity:
        """What the form of an action is about: the record, and beside its fields what the action asks for by itself."""
        return replace(self, fields={**self.fields, **action.own}) if action.own else self

    @property
    def archives(self) -> bool:
        """Whether its records are archived when their time is over."""
        return self.retention is not None and self.retention.do == "archive"

    @cached_property
    def tables(self) -> tuple[Field, ...]:
        """The fields that hold child rows."""
        return tuple(f for f in self.fields.values() if f.table is not None)

    @cached_property
    def relations(self) -> tuple[Field, ...]:
        """The fields that lead to many records."""
        return tuple(f for f in self.fields.values() if f.relation is not None)

    @cached_property
    def led(self) -> tuple[Field, ...]:
        """The fields that lead to many records over those of an entity."""
        return tuple(f for f in self.fields.values() if f.through is not None)

    @cached_property
    def collections(self) -> tuple[Field, ...]:
        """Tables and relations: everything that lies in rows which belong to the record."""
        return tuple(f for f in self.fields.values() if f.rows is not None)

    @cached_property
    def ruled(self) -> tuple[Field, ...]:
        """The tables that have rules of access of their own."""
        return tuple(f for f in self.tables if f.table is not None and f.table.rules)

    @cached_property
    def holds_files(self) -> bool:
        """Whether a field of the record, or of the rows of its tables, leads to files."""
        inner = (f for t in self.tables if t.table is not None for f in t.table.fields.values())
        return any(f.link is not None and f.link.entity == "file" for f in (*self.fields.values(), *inner))

    @cached_property
    def of_kinds(self) -> tuple[Field, ...]:
        """The fields that people write on records of one kind only."""
        return tuple(f for f in self.fields.values() if f.subtype is not None and not f.computed)

    def place_of(self, name: str) -> str:
        """The column that records are sorted by for a field: that of its spelling where it has one, else its own."""
        return (self.fields[name].spelling if name in self.fields else None) or name

    @cached_property
    def columns(self) -> tuple[Field, ...]:
        """The fields that have a column."""
        return tuple(f for f in self.fields.values() if f.stored)

    @cached_property
    def virtual(self) -> tuple[Field, ...]:
        """The computed fields that have no column."""
        return tuple(f for f in self.fields.values() if f.formula is not None and f.keep == "virtual")

    @cached_property
    def guarded(self) -> tuple[Field, ...]:
        """The fields that are read-only under a condition."""
        return tuple(f for f in self.fields.values() if f.readonly is not None)

    @cached_property
    def tested(self) -> tuple[Field, ...]:
        """The fields whose values may be wrong: what is computed is so by its limits alone."""
        return tuple(f for f in self.fields.values() if not f.computed or f.rows is not None or f.type.choice_set == ROLES)

    @cached_property
    def sealed(self) -> tuple[Field, ...]:
        """The fields with a column whose values may be sealed."""
        return tuple(f for f in self.fields.values() if f.seal is not None and f.stored)

    @cached_property
    def may_be_sealed(self) -> bool:
        """Whether a value of the record, or of a row of its tables, may be sealed."""
        return bool(self.sealed) or any(t.table.sealed for t in self.tables if t.table is not None)

    @cached_property
    def links(self) -> tuple[Field, ...]:
        """The fields that lead to one record of another entity."""
        return tuple(f for f in self.fields.values() if f.link is not None and not f.several)

    @cached_property
    def narrowed(self) -> tuple[Field, ...]:
        """The links to one record for which not every record may be chosen."""
        return tuple(f for f in self.links if not f.computed and f.link is not None and (f.link.where or f.link.role is not None))

    @cached_property
    def written(self) -> tuple[Field, ...]:
        """The fields that a person may write at all: neither computed nor the number."""
        return tuple(f for f in self.fields.values() if not f.computed)
