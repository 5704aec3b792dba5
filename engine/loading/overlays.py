"""What packages lay over things that are there: words of an entity, sections of its form, actions of its lifecycle.

The result is written as if one file had said it, and remembers for each part which file did. Two packages that say different things of
one are a mistake that names both places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import msgspec

from engine.errors import Sentence
from engine.metadata import Declaration
from engine.metadata import declared as d

from .findings import Findings, Place
from .positions import Path
from .sourced import EntityParts, Sourced

D = TypeVar("D", bound=Declaration)
WORDS = ("label", "help", "number", "title", "module")
"""Keys of an entity that an extension may say anew."""


def reworded(base: Sourced[d.Entity], extensions: Sequence[Sourced[d.Extension]], findings: Findings) -> Sourced[d.Entity]:
    """The entity as its extensions call it; N303 where two of them disagree."""
    said: dict[str, tuple[object, Place]] = {}
    for extension in extensions:
        for key in WORDS:
            value, place = getattr(extension.declared, key), extension.place.at(key)
            if value is None:
                continue
            if key in said and said[key][0] != value:
                findings.add(
                    "N303",
                    Sentence(
                        "{entity} has another {key} from {where} already.", entity=base.declared.entity, key=key, where=_where(said[key][1])
                    ),
                    place,
                    key=True,
                )
            said[key] = value, place
    return _laid(base, {key: value for key, (value, _) in said.items()}, {(key,): place for key, (_, place) in said.items()})


def with_actions(lifecycle: Sourced[d.Lifecycle], parts: EntityParts, findings: Findings) -> Sourced[d.Lifecycle]:
    """The lifecycle with the actions that extensions of its entity add; N303 for one that it has."""
    actions, places = dict(lifecycle.declared.actions), dict[Path, Place]()
    for extension in parts.extensions:
        for name, action in extension.declared.actions.items():
            place = extension.place.at("actions", name)
            if name in actions:
                there = places.get(("actions", name), lifecycle.place.at("actions", name))
                findings.add(
                    "N303", Sentence('There is an action "{name}" already, in {where}.', name=name, where=_where(there)), place, key=True
                )
                continue
            actions[name], places["actions", name] = action, place
    return _laid(lifecycle, {"actions": actions}, places) if places else lifecycle


def with_sections(form: Sourced[d.Form] | None, parts: EntityParts) -> Sourced[d.Form] | None:
    """The form of an entity with the sections that extensions add; without a file the other fields stand in one before them."""
    added = [
        (section, extension.place.at("sections", index))
        for extension in parts.extensions
        for index, section in enumerate(extension.declared.sections)
    ]
    if not added:
        return form
    if form is None:
        named = {item if isinstance(item, str) else item.field for section, _ in added for item in section.fields}
        rest = d.Section(fields=tuple(name for name in parts.fields if name not in named))
        form = Sourced(d.Form(form=parts.base.declared.entity, sections=(rest,)), parts.base.place)
    first = len(form.declared.sections)
    sections = (*form.declared.sections, *(section for section, _ in added))
    return _laid(form, {"sections": sections}, {("sections", first + at): place for at, (_, place) in enumerate(added)})


def _laid(below: Sourced[D], values: Mapping[str, object], places: Mapping[Path, Place]) -> Sourced[D]:
    declared = msgspec.structs.replace(below.declared, **values)
    return Sourced(declared, replace(below.place, elsewhere={**below.place.elsewhere, **places}))


def _where(place: Place) -> str:
    return f"{place.document.file}:{place.document.mark(place.path, key=True).line + 1}"
