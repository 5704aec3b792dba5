"""The API as a page: the same description that programs read, for the person who is signed in and in their language."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from flask import render_template, request

from engine.web.api import PREFIX, describe
from engine.web.frame import shell
from engine.web.views import ApiField, ApiGroup, ApiOperation, ApiPage, ApiParameter, Crumb
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, pages

Schema = Mapping[str, Any]
DEPTH = 4
"""How deep an example goes."""


@pages.get("/api/docs")
def api_docs() -> Answer:
    """What of the API one may use."""
    here = visit()
    with here.look() as view:
        found = cast(Schema, describe(view.metadata, replace(here.actor, language=here.language)))
        page = ApiPage(request.host_url.rstrip("/") + PREFIX, tuple(_groups(found)))
        return render_template("api.html", page=page, shell=shell(view, Crumb(_("API"))))


def _groups(found: Schema) -> Iterator[ApiGroup]:
    paths: dict[str, list[ApiOperation]] = {}
    schemas: Schema = found["components"]["schemas"]
    for path, methods in found["paths"].items():
        parts = path.split("/")
        name = parts[2] if parts[1] == "records" else ""
        paths.setdefault(name, []).extend(_operation(found, method, path, each) for method, each in methods.items())
    for name, operations in sorted(paths.items(), key=lambda each: each[0] != ""):
        record = schemas.get(name, {}) if name else {}
        fields = _fields(record, {word: schemas.get(f"{name}.{word}", {}) for word in ("create", "change")}) if name else ()
        yield ApiGroup(name or "everything", str(record.get("title", "")) or _("For everybody"), tuple(operations), tuple(fields))


def _operation(found: Schema, method: str, path: str, given: Schema) -> ApiOperation:
    parameters = [_whole(found, each) for each in given.get("parameters", ())]
    body = given.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return ApiOperation(
        method=method.upper(),
        path=path,
        summary=_(str(given["summary"])),
        parameters=tuple(
            ApiParameter(p["name"], p["in"], _type(p["schema"]), p.get("description", ""), bool(p.get("required"))) for p in parameters
        ),
        example="" if body is None else json.dumps(_example(found, body), ensure_ascii=False, indent=2),
    )


def _fields(record: Schema, written: Mapping[str, Schema]) -> Iterator[ApiField]:
    for name, schema in record.get("properties", {}).items():
        if name.startswith("_"):
            continue
        inputs = {word: _below(each, name) for word, each in written.items()}
        rows = tuple(_fields(schema["items"], {w: each.get("items", {}) for w, each in inputs.items()})) if _holds_rows(schema) else ()
        yield ApiField(name, _type(schema), str(schema.get("title", "")), tuple(word for word, each in inputs.items() if each), rows)


def _below(schema: Schema, name: str) -> Schema:
    return cast(Schema, schema.get("properties", {}).get(name, {}))


def _holds_rows(schema: Schema) -> bool:
    return schema.get("type") == "array" and "properties" in schema.get("items", {})


def _whole(found: Schema, schema: Schema) -> Schema:
    """What a reference leads to; the schema itself where it is none."""
    if "$ref" not in schema:
        return schema
    _hash, components, kind, name = schema["$ref"].split("/", 3)
    return cast(Schema, found[components][kind][name])


def _type(schema: Schema) -> str:
    if "anyOf" in schema:
        return str(schema.get("description", "")) or " | ".join(_type(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"] if each is not None)
    kinds = schema.get("type", "")
    words = [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind != "null"]
    return " | ".join(words) + (f" ({schema['format']})" if "format" in schema else "")


def _example(found: Schema, given: Schema, depth: int = DEPTH) -> object:
    """A value that fits the schema, as short as it may be."""
    schema = _whole(found, given)
    if "anyOf" in schema:
        return _example(found, schema["anyOf"][0], depth)
    if "enum" in schema:
        return schema["enum"][0]
    kinds = schema.get("type", "")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if kind == "object":
        inside = schema.get("properties", {})
        return {name: _example(found, each, depth - 1) for name, each in inside.items() if not name.startswith("_")} if depth else {}
    if kind == "array":
        return [_example(found, schema.get("items", {}), depth - 1)] if depth else []
    return {"integer": 1, "number": 1, "boolean": True}.get(str(kind), _text(schema))


def _text(schema: Schema) -> str:
    written = {"date": "2026-03-02", "date-time": "2026-03-02T09:00:00Z", "duration": "PT3600S", "email": "ann@example.com"}
    return "12.50" if "pattern" in schema else written.get(str(schema.get("format", "")), "…")
