"""The parameters of reports and dashboards: fields of no entity, which the reader fills in at the top of the page."""

from __future__ import annotations

from collections.abc import Mapping

from engine.formula import Context, Names, Type
from engine.loading.findings import Place
from engine.metadata import USER, Field, FieldDeclaration, Link, ValueBase, target_of, word_of

from .bench import Bench
from .shells import codes_of, shape_of

TYPES = ("text", "integer", "decimal", "percent", "boolean", "date", "choice", "link", "user")
_READERS = Names(user=USER)


def parameters(bench: Bench, owner: str, written: Mapping[str, FieldDeclaration], place: Place) -> dict[str, Field]:
    """The parameters by name; one of a type that nobody can type into a line is left out, with N307."""
    found = {}
    for name, declared in written.items():
        here, word = place.at(name), word_of(declared)
        if word in TYPES:
            found[name] = _parameter(bench, (owner, name), declared, here)
        else:
            bench.findings.add("N307", f"A parameter cannot be of type {word}.", here.at("type"), hint=f"one of {', '.join(TYPES)}")
    return found


def _parameter(bench: Bench, named: tuple[str, str], declared: FieldDeclaration, place: Place) -> Field:
    type_, target = shape_of(bench, *named, (declared, place)), target_of(declared)
    default = declared.default if isinstance(declared, ValueBase) else None
    return Field(
        *named,
        word_of(declared),
        declared,
        bench.label(declared.label, place.at("label"), named[1]),
        type_.nullable(),
        help=bench.words(declared.help, place.at("help")),
        required=declared.required is True,
        default=None if default is None else bench.given(default, place.at("default"), _READERS, (Context.DEFAULT, type_)),
        link=Link(target) if target else None,
        choices=codes_of(bench, declared),
    )


def types_of(fields: Mapping[str, Field]) -> dict[str, Type]:
    """What formulas see of the parameters."""
    return {name: field.type for name, field in fields.items()}
