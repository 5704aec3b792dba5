"""Links to many over an entity with fields of its own: one of its links leads to this record, another to the others."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Sentence
from engine.loading.findings import Place
from engine.loading.sourced import EntityParts
from engine.metadata import FieldBase, LinkField, LinksField, Through, UserField, ValueBase, is_matched, target_of

from .bench import Bench


def through_of(bench: Bench, entity: str, declared: FieldBase) -> Through | None:
    """What links of `entity` lead over; None for others, and where the entity between has not one link to either side."""
    if not isinstance(declared, LinksField) or declared.through not in bench.declarations.entities:
        return None
    parts = bench.declarations.entities[declared.through]
    own, far = list(_links(parts, entity)), list(_links(parts, declared.to))
    if declared.to == entity:
        own, far = own[:1], own[1:]
    if len(own) != 1 or len(far) != 1:
        return None
    return Through(declared.through, own[0], far[0], _needs_nothing(parts, {own[0], far[0]}))


def by_making(through: Through) -> str:
    """How links over records are made where nobody chooses them."""
    return Sentence("create: {{entity: {entity}, set: {{{own}: …, {far}: …}}}}", entity=through.entity, own=through.own, far=through.far)


def check_through(bench: Bench, entity: str, declared: FieldBase, place: Place) -> bool:
    """Whether links lead over what they name: N301 for an unknown entity, S228 where its links leave it open which are meant."""
    if not isinstance(declared, LinksField) or declared.through is None:
        return True
    if declared.through not in bench.declarations.entities:
        bench.findings.unknown("entity", declared.through, bench.declarations.entities, place.at("through"))
        return False
    usual = (
        ("on_delete", declared.on_delete, "restrict"),
        ("min", declared.min, None),
        ("max", declared.max, None),
        ("default", declared.default, None),
    )
    for key in (key for key, said, unsaid in (*usual, ("required", declared.required, False)) if said != unsaid):
        bench.findings.add(
            "S228", Sentence('What leads over {through} has no "{key}".', through=declared.through, key=key), place.at(key), key=True
        )
    if through_of(bench, entity, declared) is not None:
        return True
    ends = (
        Sentence("one link to {entity} and one to {to}", entity=entity, to=declared.to)
        if declared.to != entity
        else Sentence("two links to {entity}", entity=entity)
    )
    hint = "the first leads to the record itself" if declared.to == entity else ""
    bench.findings.add("S228", Sentence("{through} must have {ends}.", through=declared.through, ends=ends), place.at("through"), hint=hint)
    return False


def _links(parts: EntityParts, target: str) -> Iterator[str]:
    for name, (field, _) in parts.fields.items():
        free = field.formula is None and not is_matched(field) if isinstance(field, LinkField) else isinstance(field, UserField)
        if free and target_of(field) == target:
            yield name


def _needs_nothing(parts: EntityParts, given: set[str]) -> bool:
    """Whether a record between can be made by choosing, and taken away: it needs nothing else, and stays no entry for ever."""
    base = parts.base.declared
    if base.dated or base.append_only or base.subtypes:
        return False
    others = (field for name, (field, _) in parts.fields.items() if name not in given)
    return not any(field.required is not False and not (isinstance(field, ValueBase) and _filled(field)) for field in others)


def _filled(field: ValueBase) -> bool:
    return field.default is not None or field.formula is not None
