"""The compiled fields of entities and of their tables, and the choices that some of them offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from engine.errors import Text
from engine.formula import Formula, Type
from engine.frozen import frozen

from .declared_fields import AboveField
from .declared_keys import FieldBase
from .kept_fields import KEPT_FIELDS
from .links import Given, Link, Match, Through, Value
from .seals import Seal

if TYPE_CHECKING:
    from .model import Entity


ROLES = "role"
"""The choices that are the roles of the application: whoever holds them gives them."""
SPELLING = "$spelling"
"""Ends the name of the column beside a text that stands in lists as it is spoken; no field has such a name."""
NO_CHOICES: Mapping[str, Choice] = MappingProxyType({})


@frozen
class Choice:
    """One code of a list of choices."""

    code: str
    label: Text
    color: str = "secondary"
    retired: bool = False


@frozen(eq=False)
class Field:
    """A field of an entity or of a table. `formula` is None unless it is computed; `least` and `most` are its `min` and `max`.

    `search` says whether the search box of its list looks into it, and False that no search finds it by its words.
    """

    entity: str
    name: str
    kind: str
    declared: FieldBase
    label: Text
    type: Type
    help: Text = field(default_factory=dict)
    placeholder: Text = field(default_factory=dict)
    required: Formula | bool = False
    show: Formula | None = None
    readonly: Formula | None = None
    default: Given | None = None
    least: Given | None = None
    most: Given | None = None
    formula: Formula | None = None
    keep: Literal["stored", "virtual", "deferred"] = "stored"
    unique: bool = False
    link: Link | None = None
    choices: tuple[Choice, ...] = ()
    table: Entity | None = None
    relation: Entity | None = None
    subtype: str | None = None
    discloses: bool = False
    search: bool | None = None
    seal: Seal | None = None

    rows: Entity | None = field(init=False)
    """What its rows are, for a field that has rows of its own instead of a column: those of a table, or pairs of many-to-many links."""
    several: bool = field(init=False)
    """Whether it leads to any number of records: its value is their ids."""
    computed: bool = field(init=False)
    """Whether the value comes from a formula, a link found by key, records between, a tree, a clock or the archive: nobody writes it."""
    choice: Mapping[str, Choice] = field(init=False)
    """The choices by code."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", self.table or self.relation)
        kept = isinstance(self.declared, (AboveField, *KEPT_FIELDS))
        led = self.through is not None and not self.through.chosen
        object.__setattr__(self, "several", self.relation is not None or self.through is not None)
        object.__setattr__(self, "computed", self.formula is not None or self.match is not None or kept or led)
        object.__setattr__(self, "choice", {each.code: each for each in self.choices} if self.choices else NO_CHOICES)

    @property
    def match(self) -> Match | None:
        """How the record that it leads to is found, if nobody chooses it."""
        return self.link.match if self.link is not None else None

    @property
    def through(self) -> Through | None:
        """What it leads over, if that are records of an entity."""
        return self.link.through if self.link is not None else None

    @property
    def made_of(self) -> tuple[Formula, ...]:
        """The formulas that its value is computed or found by."""
        if self.formula is not None:
            return (self.formula,)
        return self.match.formulas if self.match is not None else ()

    @property
    def spelling(self) -> str | None:
        """The column beside its own with what its texts are put in order by; None where they stand by themselves."""
        return f"{self.name}{SPELLING}" if self.type.spelled else None

    @property
    def stored(self) -> bool:
        """Whether it has a column of its own (tables and many-to-many links have rows instead, virtual fields nothing)."""
        return self.rows is None and self.through is None and self.keep != "virtual"

    @property
    def counts_as_zero(self) -> bool:
        """Whether a number that is blank counts as zero (`blank: zero`): formulas rely on one standing there."""
        return getattr(self.declared, "blank", None) == "zero"

    @property
    def later(self) -> Value:
        """What a record from before gets in a field that must hold something by now: its default that is no formula, or zero."""
        if self.required is not True:
            return Decimal(0) if self.counts_as_zero else None
        return self.default.literal if self.default is not None and self.default.formula is None else None
