"""Declarations that begin with another one of their kind: `{entity: x, extends: y}` is a new entity with what y has.

Mappings are joined by name and the rules of an entity by one list, anything else that is written wins. What a thing is called, and was
called, is its own; so are the collections that links make at what they lead to. A place in what comes from the other stays there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.errors import Sentence
from engine.frozen import frozen

from .findings import Findings, Place
from .nearest import nearest
from .positions import Document, Path

EXTENDS = "extends"
ALONE = ("app", "extend")
"""Kinds of which no declaration begins with another."""
_OWN = ("label", "plural", "was")
_ADDED = ("checks", "unique", "index", "duplicates", "rules")
_AIMED = ("workflow", "decision", "form", "list", "page", "public", "print")
"""Kinds that are for the entity of their name where they say nothing else."""


@frozen
class Begun:
    """A document that begins with another declaration: its kind and name, and the name of the other one."""

    kind: str
    name: str
    base: str
    document: Document

    @property
    def place(self) -> Place:
        """Where the other one is named."""
        return Place(self.document, (EXTENDS,))


def begun(kind: str, document: Document) -> Begun | None:
    """The document, where it begins with another declaration."""
    data = document.data
    if kind in ALONE or not isinstance(data, dict) or not isinstance(data.get(EXTENDS), str):
        return None
    return Begun(kind, str(data[kind]), data[EXTENDS], document)


def in_order(waiting: Sequence[Begun], known: Mapping[str, Sequence[str]], findings: Findings) -> Iterator[Begun]:
    """What begins with something, after what it begins with; `known` are the other names by kind.

    N301 for a name that is not there (it is looked at further with the nearest one), N309 for what begins with itself.
    """
    there = {(kind, name) for kind, names in known.items() for name in names}
    todo = [_meant(each, waiting, there, findings) for each in waiting]
    while ready := [each for each in todo if (each.kind, each.base) in there]:
        yield from ready
        there |= {(each.kind, each.name) for each in ready}
        todo = [each for each in todo if each not in ready]
    findings.broken |= {each.name for each in todo}
    for each in (each for each in todo if each.base):
        findings.add(
            "N309", Sentence('The {kind} "{name}" begins with itself, or with what does.', kind=each.kind, name=each.name), each.place
        )


def _meant(one: Begun, waiting: Sequence[Begun], there: Collection[tuple[str, str]], findings: Findings) -> Begun:
    """With the name of what is there; without one where nothing is like it."""
    names = [name for kind, name in {*there, *((other.kind, other.name) for other in waiting)} if kind == one.kind]
    if one.base in names:
        return one
    findings.unknown(one.kind, one.base, names, one.place)
    return replace(one, base=nearest(one.base, [name for name in names if name != one.name]) or "")


def laid(one: Begun, base: Place, findings: Findings) -> tuple[Document, Mapping[Path, Place]]:
    """The document with what the declaration at `base` has, and where these parts stand. N303 for a field that both have."""
    below: dict[str, Any] = dict(base.document.data)  # type: ignore[call-overload]
    name = below.pop(one.kind)
    if one.kind in _AIMED:
        below.setdefault("for", name)
    elif one.kind == "lifecycle":
        below["for"] = one.name
    own = {key: value for key, value in one.document.data.items() if key != EXTENDS}  # type: ignore[attr-defined]
    found, places = dict(own), dict[Path, Place]()
    for key, value in below.items():
        if key in _OWN:
            continue
        if key not in own:
            found[key], places[key,] = _unnamed(value) if key == "fields" else value, base.at(key)
        elif isinstance(value, dict) and isinstance(own[key], dict):
            found[key] = _joined(one, key, value, findings)
            places |= {(key, name): base.at(key, name) for name in value if found[key][name] is not own[key].get(name)}
        elif isinstance(value, list) and isinstance(own[key], list) and key in _ADDED:
            found[key] = [*own[key], *value]
            places |= {(key, len(own[key]) + at): base.at(key, at) for at in range(len(value))}
    return replace(one.document, data=found), places


def _joined(one: Begun, key: str, below: dict[str, Any], findings: Findings) -> dict[str, Any]:
    own = one.document.data[key]  # type: ignore[index]
    if one.kind == "entity" and key == "fields":
        for name in own.keys() & below.keys():
            findings.add(
                "N303",
                Sentence('There is a field "{name}" already, in "{base}".', name=name, base=one.base),
                Place(one.document, (key, name)),
                key=True,
            )
        return {**_unnamed(below), **{name: field for name, field in own.items() if name not in below}}
    return {**below, **own}


def _unnamed(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields whose links make no collection at what they lead to: there is one of that name."""
    found = {}
    for name, field in fields.items():
        kept = {key: value for key, value in field.items() if key != "inverse"} if isinstance(field, dict) else field
        inner = kept.get("fields") if isinstance(kept, dict) else None
        found[name] = {**kept, "fields": _unnamed(inner)} if isinstance(inner, dict) else kept
    return found
