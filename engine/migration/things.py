"""Everything in a definition that gets an id for life."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256

from engine.formula import Read
from engine.frozen import frozen
from engine.metadata import KEPT_FIELDS, SUBTYPE, AboveField, Entity, Field, Metadata
from engine.storage import shape_of

from .codes import COLUMN, STATE

HOLD_CODES = ("choice", "multi_choice")
"""Kinds of fields whose values are codes."""


@frozen
class Thing:
    """A thing by its present name; `owner` is the key of what it belongs to, `target` of where it leads.

    `shape` is the type of its column, empty for what has none; entities have a table instead. `rule` stands for the formula
    of a stored field: it changes when the values that are there have to be computed anew. `codes` is the list whose codes it holds.
    """

    kind: str
    name: str
    owner: str | None = None
    target: str | None = None
    shape: str = ""
    rule: str = ""
    codes: str = ""

    @property
    def key(self) -> str:
        """The key of `metadata.identity`."""
        return f"{self.kind}:{self.name}"


def things(metadata: Metadata) -> Iterator[Thing]:
    """All things of a definition, entities first."""
    for entity in metadata.stored:
        yield Thing("entity", entity.name, owner=f"entity:{entity.document}" if entity.document else None)
    inlined = _inlined(metadata)
    for entity in metadata.stored:
        yield from _of_entity(entity, inlined)
    for name, choices in metadata.choices.items():
        if name != "role":
            yield from (Thing("choice", f"{name}.{choice.code}") for choice in choices)
    for workflow in metadata.workflows.values():
        yield Thing("workflow", workflow.name)
        yield from (Thing("step", f"{workflow.name}.{step}", f"workflow:{workflow.name}") for step in workflow.steps)
    yield from (Thing("role", name) for name in metadata.roles)


def _of_entity(entity: Entity, inlined: Mapping[str, str]) -> Iterator[Thing]:
    for field in entity.fields.values():
        rule = _rule(field, inlined)
        codes = field.type.choice_set if field.stored and field.kind in HOLD_CODES else ""
        thing = Thing("field", f"{entity.name}.{field.name}", f"entity:{entity.name}", _target(field), shape_of(field), rule, codes)
        yield thing
        if is_kind(field):
            yield from (Thing("choice", f"{thing.name}.{choice.code}", thing.key) for choice in field.choices)
    if entity.lifecycle is not None:
        yield Thing(COLUMN, f"{entity.name}.{STATE}", f"entity:{entity.name}", shape="text", codes=entity.lifecycle.name)
        yield from (Thing("state", f"{entity.lifecycle.name}.{state}") for state in entity.lifecycle.states)


def is_kind(field: Field) -> bool:
    """Whether a field says of which kind a record is, now or while `subtypes` is not written: its codes are things, as kinds are."""
    return field.name == SUBTYPE and field.type.choice_set == f"{field.entity}.{SUBTYPE}"


def _target(field: Field) -> str | None:
    return f"entity:{field.link.entity}" if field.link and field.stored else None


def _inlined(metadata: Metadata) -> Mapping[str, str]:
    """Names of virtual fields to their formulas: these are part of every formula that reads them."""
    found: dict[str, str] = {}
    for entity in metadata.entities.values():
        for field in entity.fields.values():
            if field.formula is not None and not field.stored:
                found[field.name] = f"{found.get(field.name, '')}\n{entity.name}: {field.formula.text}"
    return found


def _rule(field: Field, inlined: Mapping[str, str]) -> str:
    if isinstance(field.declared, AboveField):
        return "tree"
    if not field.computed or not field.stored or isinstance(field.declared, KEPT_FIELDS):
        return ""
    todo = _written(field)
    texts = set(todo)
    while todo:
        read = {inlined[word] for word in _WORD.findall(todo.pop()) if word in inlined} - texts
        texts |= read
        todo.extend(read)
    return sha256("\n".join([*sorted(texts), *_in_any_case(field), *_of_kind(field)]).encode()).hexdigest()[:16]


def _of_kind(field: Field) -> list[str]:
    """A field of one kind of its entity is blank on the others."""
    return [f"of {field.subtype}"] if field.subtype is not None else []


def _in_any_case(field: Field) -> list[str]:
    """The texts that ignore case among those that the formulas of a field read: they compare otherwise than they did."""
    reads = (node for formula in field.made_of for node in formula.tree.walk() if isinstance(node, Read) and node.type.ignore_case)
    return sorted({f"{node.path.entity}: {node.path} in any case" for node in reads})


def _written(field: Field) -> list[str]:
    """The formulas of a field, each with what it is for."""
    if field.match is None:
        return [formula.text for formula in field.made_of]
    parts = [*field.match.key.items(), ("as_of", field.match.as_of)]
    return [f"{name}={part.formula.text if part.formula else part.literal}" for name, part in parts if part is not None]


_WORD = re.compile(r"[a-z_][a-z0-9_]*")
