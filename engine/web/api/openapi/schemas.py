"""JSON Schemas of records, as read and as written, from the fields of an entity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from engine.access import Sight
from engine.errors import Message
from engine.metadata import Entity, Field
from engine.web.api.shape import PEOPLE, SYSTEM

Schema = dict[str, object]
ID: Schema = {"type": "integer", "minimum": 1}
NUMBER = r"^[+-]?[0-9]{1,20}(\.[0-9]{1,20})?$"


def reference(name: str) -> Schema:
    """A schema or response that stands among the components."""
    return {"$ref": f"#/components/schemas/{name}"}


SEALED: Schema = {
    "type": "object",
    "description": "Fields and cells that are sealed, with the instant at which they open (null: not known yet)",
    "additionalProperties": {"type": ["string", "null"], "format": "date-time"},
}


def record_schema(entity: Entity, sight: Sight, language: str, prefix: str = "") -> Schema:
    """A record as its reader gets it; fields that they see in no row are not named."""
    properties = _system(entity)
    for field in entity.fields.values():
        path = prefix + field.name
        if path in sight.hidden:
            continue
        read: Schema = {"type": ["string", "null"]} if path in sight.masked else _read(field, sight, language)
        properties[field.name] = _named(field, read, language)
    if not entity.document:
        properties["_title"] = {"type": "string", "description": "What names the record (with titles=true)"}
        properties["_masked"] = {"type": "array", "items": {"type": "string"}, "description": "Fields of which only a part is shown"}
        if entity.may_be_sealed:
            properties["_sealed"] = SEALED
        properties["_warnings"] = {"type": "array", "items": {"type": "string"}, "description": "What to know about this change"}
    return {"type": "object", "title": Message(entity.label).render(language), "properties": properties, "required": ["id", "version"]}


def input_schema(entity: Entity, writable: frozenset[str], language: str, *, change: bool) -> Schema:
    """A record as it is written: `change` for PATCH, where every field may be left out and rows are named by id."""
    fields = [f for f in entity.written if f.name in writable]
    properties = {f.name: _named(f, _written(f, writable, language, change=change), language) for f in fields}
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    must = [f.name for f in fields if f.required is True and f.subtype is None and f.default is None and not _filled(entity, f)]
    if must and not change:
        found["required"] = must
    return found


def free_schema(fields: Iterable[Field], language: str) -> dict[str, Schema]:
    """Values of fields that belong to no record, as they are written."""
    return {field.name: _named(field, _written(field, frozenset(), language, change=False), language) for field in fields}


def _filled(entity: Entity, field: Field) -> bool:
    return any(link.link is not None and field.name in link.link.fill for link in entity.links)


def _system(entity: Entity) -> dict[str, Schema]:
    moment: Schema = {"type": "string", "format": "date-time"}
    found: dict[str, Schema] = {"id": ID, "version": ID}
    if not entity.document:
        found |= {"created_at": moment, "updated_at": moment, **{name: _link("user") for name in sorted(PEOPLE)}}
    if entity.lifecycle is not None:
        found["state"] = {"type": "string", "enum": list(entity.lifecycle.states)}
    return {name: found[name] for name in SYSTEM if name in found}


def _named(field: Field, schema: Schema, language: str) -> Schema:
    words = {"title": Message(field.label).render(language)}
    if field.help:
        words["description"] = Message(field.help).render(language)
    return {**words, **schema, **({"readOnly": True} if field.computed else {})}


def _link(target: str) -> Schema:
    whole: Schema = {"type": "object", "properties": {"id": ID, "title": {"type": ["string", "null"]}}, "required": ["id"]}
    return {"description": f"→ {target}", "anyOf": [ID, whole, {"type": "null"}]}


def _link_or_links(field: Field, target: str) -> Schema:
    if not field.several:
        return _link(target)
    whole: Schema = {"type": "object", "properties": {"id": ID, "title": {"type": ["string", "null"]}}, "required": ["id"]}
    return {"description": f"→ {target}", "type": ["array", "null"], "items": {"anyOf": [ID, whole]}}


def _read(field: Field, sight: Sight, language: str) -> Schema:
    if field.table is not None:
        return {"type": "array", "items": record_schema(field.table, sight, language, f"{field.name}.")}
    if field.link is not None:
        return _link_or_links(field, field.link.entity)
    return dict(READ[field.kind](field))


def _written(field: Field, writable: frozenset[str], language: str, *, change: bool) -> Schema:
    if field.table is not None:
        names = frozenset(path.partition(".")[2] for path in writable if path.startswith(f"{field.name}."))
        row = input_schema(field.table, names, language, change=change)
        known: dict[str, Schema] = {"id": ID}
        if change:
            known["_delete"] = {"type": "boolean", "description": "true removes the row with this id"}
        properties = row["properties"]
        assert isinstance(properties, Mapping)
        return {"type": "array", "items": {**row, "properties": {**known, **properties}}}
    if field.link is not None:
        return _link_or_links(field, field.link.entity)
    return dict(WRITTEN.get(field.kind, READ[field.kind])(field))


def _text(field: Field) -> Schema:
    return {"type": ["string", "null"], "maxLength": getattr(field.declared, "max", 255)}


def _formatted(form: str) -> Callable[[Field], Schema]:
    return lambda field: {"type": ["string", "null"], "format": form}


def _decimal(field: Field) -> Schema:
    return {"type": ["string", "null"], "pattern": NUMBER, "description": f"exact, {field.type.scale or 0} digits after the point"}


def _typed_decimal(field: Field) -> Schema:
    return {**_decimal(field), "type": ["string", "number", "null"]}


def _rich_text(field: Field) -> Schema:
    return {**_text(field), "contentMediaType": "text/html"}


def _location(field: Field) -> Schema:
    degrees: Schema = {"type": "string", "pattern": NUMBER, "description": "degrees, WGS 84"}
    return {"type": ["object", "null"], "properties": {"latitude": degrees, "longitude": degrees}, "required": ["latitude", "longitude"]}


def _choice(field: Field) -> Schema:
    return {"type": ["string", "null"], "enum": [*(c.code for c in field.choices), None]}


def _choices(field: Field) -> Schema:
    return {"type": ["array", "null"], "items": {"type": "string", "enum": [c.code for c in field.choices]}}


READ: Mapping[str, Callable[[Field], Schema]] = {
    "text": _text,
    "long_text": _text,
    "rich_text": _rich_text,
    "email": _formatted("email"),
    "phone": _text,
    "url": _formatted("uri"),
    "tax_number": _text,
    "bank": _text,
    "barcode": _text,
    "location": _location,
    "json": lambda field: {"type": ["object", "array", "null"]},
    "integer": lambda field: {"type": ["integer", "null"]},
    "decimal": _decimal,
    "money": _decimal,
    "percent": _decimal,
    "boolean": lambda field: {"type": ["boolean", "null"]},
    "date": _formatted("date"),
    "datetime": _formatted("date-time"),
    "duration": _formatted("duration"),
    "choice": _choice,
    "multi_choice": _choices,
}
"""How a value of each field type is read."""
WRITTEN: Mapping[str, Callable[[Field], Schema]] = {"decimal": _typed_decimal, "money": _typed_decimal, "percent": _typed_decimal}
"""Where more is taken than is given: numbers may come as numbers."""
