"""Fields of no entity: what a report, a dashboard or an action asks for by itself, what a message carries.

Their formulas see the reader and no record.
"""

from __future__ import annotations

from engine.errors import Sentence
from engine.formula import Context, Names
from engine.loading.findings import Place
from engine.metadata import USER, Field, FieldDeclaration, Link, UserField, target_of, word_of

from .bench import Bench
from .fields import limit
from .shells import FieldShell, codes_of, shape_of

_READERS = Names(user=USER)
_KEYS = frozenset("type label help placeholder required default min max pattern of to role digits unit".split())
"""The keys of fields that mean something where nothing is kept."""


def free_field(bench: Bench, named: tuple[str, str], declared: FieldDeclaration, place: Place) -> Field:
    """The field that is `named` by its owner and its own name, as it is declared at a place."""
    type_ = shape_of(bench, *named, (declared, place))
    label, codes = bench.label(declared.label, place.at("label"), named[1]), codes_of(bench, declared)
    shell = FieldShell(*named, declared, place, label, type_, codes)
    default, placeholder = (getattr(declared, key, None) for key in ("default", "placeholder"))
    return Field(
        *named,
        word_of(declared),
        declared,
        label,
        type_.nullable(),
        help=bench.words(declared.help, place.at("help")),
        placeholder=bench.words(placeholder, place.at("placeholder")),
        required=declared.required is True,
        default=None if default is None else bench.given(default, place.at("default"), _READERS, (Context.DEFAULT, type_)),
        least=limit(bench, shell, "min", _READERS),
        most=limit(bench, shell, "max", _READERS),
        link=_link(declared),
        choices=codes,
    )


def refuse_keys_of_records(bench: Bench, code: str, place: Place) -> None:
    """An issue for each key of a field that means something only in a record."""
    written = place.document.keys
    for key in sorted({path[len(place.path)] for path in written if len(path) == len(place.path) + 1 and path[:-1] == place.path}):
        if key not in _KEYS:
            bench.findings.add(code, Sentence('"{key}" means nothing for a value that no record keeps.', key=key), place.at(key), key=True)


def _link(declared: FieldDeclaration) -> Link | None:
    target = target_of(declared)
    return Link(target, role=declared.role if isinstance(declared, UserField) else None) if target else None
