"""The model as analysts browse it: every entity with its fields, rules, states and the YAML behind it."""

from __future__ import annotations

from engine.frozen import frozen

from .cells import Choice


@frozen
class ModelLine:
    """An entity in the overview: its words, its name, how many fields it has, what it leads to."""

    label: str
    name: str
    href: str
    fields: int
    leads_to: tuple[Choice, ...]


@frozen
class ModelGroup:
    """The entities of a module."""

    label: str
    lines: tuple[ModelLine, ...]


@frozen
class ModelPage:
    """All entities by module, and the picture of how they hang together."""

    groups: tuple[ModelGroup, ...]


@frozen
class FieldLine:
    """A field: `formula` is how it is computed, `target` where it leads, `used` where else the definition names it."""

    label: str
    name: str
    type: str
    marks: tuple[str, ...] = ()
    formula: str = ""
    target: Choice | None = None
    used: tuple[str, ...] = ()


@frozen
class RoleLine:
    """What a role may do: each verb with its condition, and what is hidden from it."""

    role: str
    verbs: tuple[tuple[str, str], ...]
    hidden: str = ""


@frozen
class SourceFile:
    """A file of the definition that is about the entity."""

    path: str
    text: str


@frozen
class EntityPage:
    """One entity of the model; `picture` is that of its states, `referring` what links to it."""

    title: str
    name: str
    help: str
    records: str
    fields: tuple[FieldLine, ...]
    roles: tuple[RoleLine, ...]
    referring: tuple[Choice, ...]
    workflows: tuple[Choice, ...]
    picture: str
    files: tuple[SourceFile, ...]
