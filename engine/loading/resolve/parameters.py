"""The parameters of reports and dashboards: fields of no entity, which the reader fills in at the top of the page."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Sentence
from engine.formula import Type
from engine.loading.findings import Place
from engine.metadata import Field, FieldDeclaration, word_of

from .bench import Bench
from .free_fields import free_field

TYPES = ("text", "integer", "decimal", "percent", "boolean", "date", "choice", "link", "user")


def parameters(bench: Bench, owner: str, written: Mapping[str, FieldDeclaration], place: Place) -> dict[str, Field]:
    """The parameters by name; one of a type that nobody can type into a line is left out, with N307."""
    found = {}
    for name, declared in written.items():
        here, word = place.at(name), word_of(declared)
        if word in TYPES:
            found[name] = free_field(bench, (owner, name), declared, here)
        else:
            bench.findings.add(
                "N307",
                Sentence("A parameter cannot be of type {word}.", word=word),
                here.at("type"),
                hint=Sentence("one of {known}", known=", ".join(TYPES)),
            )
    return found


def types_of(fields: Mapping[str, Field]) -> dict[str, Type]:
    """What formulas see of the parameters."""
    return {name: field.type for name, field in fields.items()}
