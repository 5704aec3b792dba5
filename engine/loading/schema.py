"""The JSON Schema of every file kind, generated from the structs that also convert the files.

msgspec writes unions as `anyOf` with a discriminator, which validators do not read: one wrong key of a field would be "not
valid under any of the given schemas". Here a union becomes conditions: if the value is of this type (or has this tag), then this
branch, so that each mistake is found where it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from engine.metadata import Declaration, ExtraTypes, kinds_with, meaning
from engine.metadata import declared as d

Schema = dict[str, Any]
_BLOCKS = {"title": "parts of this file that stand where `use` names them", "type": "object"}
_EXTENDS = {"title": "what it begins with: another declaration of its kind", "type": "string"}
_REF = "#/$defs/{name}"
_REFERENCE = re.compile(r'"#/\$defs/(\w+)"')
PARTS = "parts"
"""What several kinds of files have in common, the types of fields above all, stands once, in a file of this name."""
_IN_PARTS = re.compile(rf'"{PARTS}\.json#/\$defs/(\w+)"')
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DECIMAL = {"description": "a number", "type": ["string", "integer"], "pattern": r"^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"}


@lru_cache(maxsize=64)
def definitions(extra: ExtraTypes = ()) -> Schema:
    """The schema of every struct by its name, the field types `extra` of plugins among them."""
    own = [] if extra else [d.SYSTEM_KINDS["entity"]]
    _, found = msgspec.json.schema_components([*kinds_with(extra).values(), *own], ref_template=_REF)
    return {name: _explained(name, _rewritten(schema, found)) for name, schema in found.items()}


def _explained(struct: str, schema: Schema) -> Schema:
    """The schema with what each key means; what is expected there stays in the words of its type."""
    keys = {key: {**part, "title": part.get("title") or meaning(struct, key)} for key, part in schema["properties"].items()}
    return {**schema, "properties": keys}


def schema_of(struct: type[Declaration], extra: ExtraTypes = ()) -> Schema:
    """The schema of the files of one kind."""
    return {
        "$schema": _DIALECT,
        "$ref": _REF.format(name=struct.__name__),
        "$defs": definitions(extra),
    }


def schemas(extra: ExtraTypes = ()) -> dict[str, Schema]:
    """The schemas as editors want them, by the names of their files: one for each kind of file, and `PARTS` for what stands in several."""
    kinds = {kind: _of_files(struct, extra) for kind, struct in kinds_with(extra).items()}
    parts = {name: _reusable(definitions(extra)[name]) for name in _needed(kinds.values(), extra)}
    return {**kinds, PARTS: {"$schema": _DIALECT, "$defs": parts}}


def _of_files(struct: type[Declaration], extra: ExtraTypes) -> Schema:
    """As files are written: the first key required, with `blocks`; what `extends` another needs nothing but its name."""
    top = _reusable(definitions(extra)[struct.__name__])
    keys = {**top["properties"], "blocks": top["properties"].get("blocks", _BLOCKS)}
    if struct not in (d.App, d.Extension):
        keys["extends"] = _EXTENDS
        alone = {"if": {"required": ["extends"]}, "else": {"allOf": top.get("allOf", [])}}
        top = {**top, "required": [next(iter(top["properties"]))], "allOf": [alone]}
    told = json.dumps({"$schema": _DIALECT, **top, "properties": keys})
    whole: Schema = json.loads(_REFERENCE.sub(rf'"{PARTS}.json#/$defs/\1"', told))
    return whole


def _needed(kinds: Iterable[Schema], extra: ExtraTypes) -> Sequence[str]:
    """The definitions that the kinds of files need, in the order of their names."""
    found, waiting = set(), [name for kind in kinds for name in _IN_PARTS.findall(json.dumps(kind))]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting.extend(_REFERENCE.findall(json.dumps(definitions(extra)[here])))
    return sorted(found)


def _reusable(schema: Any) -> Any:
    """A schema in which a mapping may say `use`, and then needs nothing else."""
    if isinstance(schema, list):
        return [_reusable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: part if key in ("if", "properties", "enum") else _reusable(part) for key, part in schema.items()}
    if isinstance(schema.get("properties"), dict):
        found["properties"] = {name: _reusable(part) for name, part in schema["properties"].items()}
    if "properties" in found or isinstance(schema.get("additionalProperties"), dict):
        found["properties"] = {**found.get("properties", {}), "use": {"title": "a block of this file", "type": "string"}}
        if isinstance(required := found.pop("required", None), list):
            found["allOf"] = [*found.get("allOf", []), {"if": {"required": ["use"]}, "else": {"required": required}}]
    return found


def _rewritten(schema: Any, found: Schema) -> Any:
    if isinstance(schema, list):
        return [_rewritten(item, found) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "decimal":
        return dict(_DECIMAL)
    inner = {key: _rewritten(value, found) for key, value in schema.items() if key not in ("anyOf", "discriminator")}
    if "discriminator" in schema:
        return {**inner, **_tagged(schema["discriminator"])}
    if "anyOf" in schema:
        return {**_described(schema["anyOf"]), **inner, **_by_type([_rewritten(branch, found) for branch in _flat(schema["anyOf"])])}
    return inner


def _flat(branches: list[Schema]) -> list[Schema]:
    flat: list[Schema] = []
    for branch in branches:
        flat.extend(_flat(branch["anyOf"]) if "anyOf" in branch and "discriminator" not in branch else [branch])
    return flat


def _described(branches: list[Schema]) -> Schema:
    """What a union is called, when one of its branches has a name and the other is null."""
    named = [branch["description"] for branch in branches if "description" in branch]
    rest = [branch for branch in branches if "description" not in branch and branch.get("type") != "null"]
    return {"description": named[0]} if len(named) == 1 and not rest else {}


def _tagged(discriminator: Schema) -> Schema:
    tag, mapping = discriminator["propertyName"], discriminator["mapping"]
    return {
        "type": "object",
        "required": [tag],
        "properties": {tag: {"enum": list(mapping)}},
        "allOf": [
            {"if": {"properties": {tag: {"const": name}}, "required": [tag]}, "then": {"$ref": ref}} for name, ref in mapping.items()
        ],
    }


def _by_type(branches: list[Schema]) -> Schema:
    enums = [value for branch in branches for value in branch.get("enum", ())]
    if enums and all("enum" in b or b.get("type") == "null" for b in branches):
        return {"enum": [*enums, None]}
    types: list[str] = []
    conditions = []
    for branch in branches:
        kinds = _types(branch)
        types.extend(kind for kind in kinds if kind not in types)
        if set(branch) - {"type", "description"}:
            conditions.append({"if": {"type": kinds}, "then": branch})
    return {"type": types, **({"allOf": conditions} if conditions else {})}


def _types(branch: Schema) -> list[str]:
    if "$ref" in branch:
        return ["object"]
    kinds = branch.get("type", "string")
    return kinds if isinstance(kinds, list) else [kinds]
