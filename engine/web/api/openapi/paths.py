"""The operations on an entity, and those that are there for everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.errors import Message
from engine.metadata import Entity
from engine.transfer import MIMES

from .rights import Rights
from .schemas import ID, Schema, reference

Operation = dict[str, object]
Path = dict[str, Operation]
IF_MATCH: Schema = {"$ref": "#/components/parameters/IfMatch"}
ONCE: Schema = {"$ref": "#/components/parameters/IdempotencyKey"}
WHOLE: Schema = {"type": "object"}
NUMBER: Schema = {"name": "id", "in": "path", "required": True, "schema": ID}


def operation(
    name: str, summary: str, answers: Mapping[str, object], *, takes: Schema | None = None, asks: Iterable[Schema] = ()
) -> Operation:
    """One operation; whatever goes wrong is the response Problem."""
    found: Operation = {
        "operationId": name,
        "summary": summary,
        "responses": {**answers, "default": {"$ref": "#/components/responses/Problem"}},
    }
    if takes is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": takes}}}
    if parameters := list(asks):
        found["parameters"] = parameters
    return found


def answers(schema: Schema, status: str = "200", words: str = "OK") -> dict[str, object]:
    """A JSON answer."""
    return {status: {"description": words, "content": {"application/json": {"schema": schema}}}}


def paths_of(entity: Entity, rights: Rights, language: str) -> dict[str, Path]:
    """The paths of an entity, with the methods that its reader has."""
    name, label = entity.name, Message(entity.label).render(language)
    at, one = f"/records/{name}", f"/records/{name}/{{id}}"
    record, version, archive = reference(name), [NUMBER, IF_MATCH], (ARCHIVED,) if entity.archives else ()
    found: dict[str, Path] = {at: {}, one: {}}
    if rights.read:
        found[at]["get"] = operation(
            f"{name}.list", Message(entity.plural).render(language), answers(_page(record)), asks=(*LISTING, *archive)
        )
        found[f"{at}/groups"] = {
            "get": operation(f"{name}.groups", "Counts and sums by groups", answers(_groups()), asks=(*GROUPING, *archive))
        }
        found[one]["get"] = operation(f"{name}.read", label, answers(record), asks=[NUMBER, AS_OF, *READING])
    if rights.create is not None:
        made = answers(record, "201", "Created")
        found[at]["post"] = operation(f"{name}.create", f"+ {label}", made, takes=reference(f"{name}.create"), asks=[ONCE])
    if rights.change is not None:
        changed = answers(record)
        found[one]["patch"] = operation(f"{name}.change", label, changed, takes=reference(f"{name}.change"), asks=[*version, ONCE])
    if rights.delete:
        found[one]["delete"] = operation(f"{name}.delete", f"− {label}", {"204": {"description": "Deleted"}}, asks=[*version, ONCE])
    if rights.delete and entity.archives:
        found |= _archive(name)
    if rights.create is not None or rights.change is not None or rights.delete:
        many = operation(f"{name}.bulk", f"{label} × n", answers(reference("BulkResult")), takes=reference("Bulk"), asks=[ONCE])
        found[f"{at}/bulk"] = {"post": many}
    if rights.read:
        found |= _views(name) | _talk(entity)
    found |= _files(name, label, rights, archive) | _merging(entity, rights)
    return {path: methods for path, methods in found.items() if methods}


def _views(name: str) -> dict[str, Path]:
    """How people have arranged the list."""
    flag: Schema = {"type": "boolean"}
    name_: Schema = {"type": "string", "minLength": 1, "maxLength": 80}
    flags = {"shared": flag, "first": flag, "home": flag}
    properties: Schema = {"name": name_, "parameters": {"type": "string", "maxLength": 4000}, **flags}
    wish: Schema = {"type": "object", "properties": properties, "required": ["name"], "additionalProperties": False}
    made = answers({"type": "object", "properties": {"id": ID}, "required": ["id"]}, "201", "Saved")
    return {
        f"/records/{name}/views": {
            "get": operation(f"{name}.views", "Views of the list that are saved", answers(WHOLE)),
            "post": operation(f"{name}.save_view", "Save a view of the list", made, takes=wish, asks=[ONCE]),
        },
        f"/records/{name}/views/{{id}}": {
            "delete": operation(f"{name}.drop_view", "Delete a saved view", {"204": {"description": "Deleted"}}, asks=[NUMBER, ONCE])
        },
    }


def _talk(entity: Entity) -> dict[str, Path]:
    one, name = f"/records/{entity.name}/{{id}}", entity.name
    whole: Schema = {"type": "object"}
    said: Schema = {
        "type": "object",
        "properties": {
            "comment": {"type": "string", "minLength": 1, "maxLength": 4000},
            "for_all": {"type": "boolean"},
            "files": {"type": "array", "items": {"type": "integer", "minimum": 1}, "maxItems": 10},
        },
        "required": ["comment"],
        "additionalProperties": False,
    }
    done = {"204": {"description": "Done"}}
    return {
        f"{one}/prints": {"get": operation(f"{name}.prints", "What was printed of it", answers(whole), asks=[NUMBER])},
        f"{one}/comments": {
            "get": operation(f"{name}.comments", "What was said about it", answers(whole), asks=[NUMBER]),
            "post": operation(f"{name}.comment", "Say something", answers(whole, "201", "Said"), takes=said, asks=[NUMBER, ONCE]),
        },
        f"{one}/followers": {
            "get": operation(f"{name}.followers", "Who follows it", answers(whole), asks=[NUMBER]),
            "post": operation(f"{name}.follow", "Follow it", done, asks=[NUMBER]),
            "delete": operation(f"{name}.unfollow", "Follow it no longer", done, asks=[NUMBER]),
        },
    }


def _archive(name: str) -> dict[str, Path]:
    """The ways into the archive and out of it."""
    one, asks, done = f"/records/{name}/{{id}}", [NUMBER, IF_MATCH, ONCE], answers(reference(name))
    return {
        f"{one}/archive": {"post": operation(f"{name}.archive", "Archive it", done, asks=asks)},
        f"{one}/take_back": {"post": operation(f"{name}.take_back", "Take it back from the archive", done, asks=asks)},
    }


def _files(name: str, label: str, rights: Rights, archive: Iterable[Schema]) -> dict[str, Path]:
    """The ways out and in as a file."""
    found: dict[str, Path] = {}
    if rights.read and rights.export:
        found[f"/records/{name}/export"] = {"get": operation(f"{name}.export", f"{label}: CSV, XLSX", FILE, asks=(*EXPORTING, *archive))}
    if rights.create is not None or rights.change is not None:
        began = answers({"type": "object"}, "202", "Accepted")
        brought = operation(f"{name}.import", f"{label}: CSV, XLSX in", began, asks=IMPORTING)
        found[f"/records/{name}/import"] = {"post": brought | {"requestBody": {"required": True, "content": FILE_CONTENT}}}
    return found


def _merging(entity: Entity, rights: Rights) -> dict[str, Path]:
    """What may be the same record, and making one of two."""
    name, one = entity.name, f"/records/{entity.name}/{{id}}"
    if not rights.read:
        return {}
    twins = {f"{one}/duplicates": {"get": operation(f"{name}.duplicates", "What may be the same", answers(WHOLE), asks=[NUMBER])}}
    if rights.change is None or not rights.delete:
        return twins
    take: Schema = {"type": "array", "items": {"type": "string"}, "maxItems": 200, "description": "fields that are taken over"}
    which: Schema = {"type": "object", "properties": {"gone": ID, "take": take}, "required": ["gone"], "additionalProperties": False}
    merged = operation(f"{name}.merge", "Make one record of two", answers(reference(name)), takes=which, asks=[NUMBER, ONCE])
    apart = operation(f"{name}.unmerge", "Undo the last merge into a record", answers(WHOLE), asks=[NUMBER, ONCE])
    return twins | {f"{one}/merge": {"post": merged}, f"{one}/unmerge": {"post": apart}}


STILL_SEALED: Schema = {
    "type": "object",
    "description": "fields that are asked by and hold sealed values, which count as blank, and in how many records",
    "properties": {"fields": {"type": "array", "items": {"type": "string"}}, "records": {"type": "integer"}},
}


def _page(record: Schema) -> Schema:
    properties: dict[str, Schema] = {
        "records": {"type": "array", "items": record},
        "next": {"type": ["string", "null"], "description": "cursor of the next page: ?after="},
        "count": {"type": "integer"},
        "count_is_capped": {"type": "boolean"},
        "sealed": STILL_SEALED,
    }
    return {"type": "object", "properties": properties, "required": ["records", "next"]}


def _groups() -> Schema:
    group: Schema = {
        "type": "object",
        "properties": {
            "key": {"description": "what the records of the group have in common; null for those without"},
            "title": {"type": "string"},
            "count": {"type": "integer"},
            "totals": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
            "currencies": {"type": "object"},
            "sealed": {"type": "object", "description": "of totals: how many sealed values are not in it"},
        },
        "required": ["key", "count", "totals"],
    }
    properties: dict[str, Schema] = {
        "groups": {"type": "array", "items": group},
        "number": {"type": "integer", "description": "how many groups there are; the first 200 are told"},
        "records": {"type": "integer"},
        "cut": {"type": "boolean", "description": "only the newest 100,000 records were read"},
        "sealed": STILL_SEALED,
    }
    return {"type": "object", "properties": properties, "required": ["groups", "number", "records", "cut"]}


def _query(name: str, words: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "required": False, "description": words, "schema": schema}


READING: tuple[Schema, ...] = (
    _query("fields", "names of fields, in lists also paths, separated by commas; default: all that are readable", {"type": "string"}),
    _query("titles", "give links as {id, title}", {"type": "boolean"}),
)
AS_OF = _query("as_of", "the record as it was at this instant", {"type": "string", "format": "date-time"})
ARCHIVED = _query(
    "archived", "false leaves archived records out, true asks for them alone, all for them too", {"enum": ["false", "true", "all"]}
)
LISTING: tuple[Schema, ...] = (
    _query("where", 'a condition in the formula language: state = "draft" AND total > 1000', {"type": "string", "maxLength": 1000}),
    _query("search", "words to look for", {"type": "string"}),
    _query("sort", "fields, separated by commas, - for descending: -total,number", {"type": "string"}),
    _query("limit", "how many records a page has", {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}),
    _query("after", "the cursor `next` of the page before", {"type": "string"}),
    _query("count", "count all records, up to 10,000", {"type": "boolean"}),
    _query("as_of", "the records as they were at this instant", {"type": "string", "format": "date-time"}),
    *READING,
)

GROUPING: tuple[Schema, ...] = (
    _query("by", "a field or path; dates by day, week, month, quarter or year: order_date:month", {"type": "string"}),
    _query("totals", "numbers to add up, separated by commas", {"type": "string"}),
    *LISTING[:2],
)
EXPORTING: tuple[Schema, ...] = (
    _query("as", "the kind of file", {"enum": ["csv", "xlsx"], "default": "csv"}),
    *(each for each in LISTING if each["name"] in ("where", "search", "sort", "as_of", "fields")),
)
FILE_CONTENT: dict[str, object] = {mime: {"schema": {"type": "string", "format": "binary"}} for mime in MIMES.values()}
FILE: dict[str, object] = {"200": {"description": "OK", "content": FILE_CONTENT}}
IMPORTING: tuple[Schema, ...] = (
    _query("key", "fields by which records are found, separated by commas; default: number or a unique text", {"type": "string"}),
    _query("whole", "all rows or none", {"type": "boolean"}),
    _query("check", "only rehearse", {"type": "boolean"}),
    _query("name", "what the file is called", {"type": "string"}),
)

SEARCHING: tuple[Schema, ...] = (
    {"name": "q", "in": "query", "required": True, "description": "words to look for", "schema": {"type": "string", "maxLength": 200}},
    _query("limit", "how many records of each entity", {"type": "integer", "minimum": 1, "maximum": 50, "default": 5}),
    ARCHIVED,
)


def _upload() -> Operation:
    """A file as the body, or as a part of a form."""
    name = _query("name", "what the file is called", {"type": "string", "maxLength": 200})
    properties: dict[str, Schema] = {
        "id": ID,
        "name": {"type": "string"},
        "size": {"type": "integer"},
        "media_type": {"type": "string"},
        "hash": {"type": "string"},
    }
    found = operation("files.create", "Keep a file", answers({"type": "object", "properties": properties}, "201", "Created"), asks=[name])
    body: Schema = {"type": "string", "contentMediaType": "application/octet-stream"}
    part: Schema = {"type": "object", "properties": {"file": body}, "required": ["file"]}
    found["requestBody"] = {"content": {"application/octet-stream": {"schema": body}, "multipart/form-data": {"schema": part}}}
    return found


def _content() -> dict[str, object]:
    return {"200": {"description": "OK", "content": {"*/*": {"schema": {}}}}, "304": {"description": "Not modified"}}


def common_paths() -> dict[str, Path]:
    """The paths that do not depend on an entity."""
    words: Schema = {"type": "string"}
    more: Schema = {"resume": {"type": "boolean"}, "picks": {"type": "object"}, "signature": words}
    task: Schema = {"type": "object", "properties": {"values": {"type": "object"}, "comment": words, "to": words, **more}}
    decisions = ["approve", "reject", "return", "submit", "advise"]
    decision: Schema = {"name": "decision", "in": "path", "required": True, "schema": {"enum": decisions}}
    before = _query("before", "the id of the last task of the page before", ID)
    older = _query("before", "the last number of the page before", ID)
    whole: Schema = {"type": "object"}
    begun = answers(whole, "202", "Accepted")
    return {
        "/me": {"get": operation("me", "Who I am", answers(whole))},
        "/bin": {"get": operation("bin.list", "What I deleted", answers(whole), asks=[older])},
        "/bin/{id}": {"delete": operation("bin.purge", "Delete for ever", {"204": {"description": "Deleted"}}, asks=[NUMBER])},
        "/bin/{id}/restore": {"post": operation("bin.restore", "Restore what I deleted", answers(whole), asks=[NUMBER, ONCE])},
        "/files": {"post": _upload()},
        "/files/{id}": {"get": operation("files.read", "The content of a file", _content(), asks=[NUMBER])},
        "/search": {"get": operation("search", "Records with these words, of all kinds", answers(whole), asks=SEARCHING)},
        "/tasks": {"get": operation("tasks.list", "My open tasks", answers(whole), asks=[before])},
        "/tasks/{id}": {"get": operation("tasks.read", "One of my open tasks", answers(whole), asks=[NUMBER])},
        "/tasks/{id}/{decision}": {
            "post": operation("tasks.decide", "Decide a task", answers(whole), takes=task, asks=[NUMBER, decision, IF_MATCH, ONCE])
        },
        "/imports/{id}": {"get": operation("imports.read", "How far an import is", answers(whole), asks=[NUMBER])},
        "/imports/{id}/run": {"post": operation("imports.run", "Do an import", begun, asks=[NUMBER, ONCE])},
        "/imports/{id}/cancel": {"post": operation("imports.cancel", "Stop an import", begun, asks=[NUMBER, ONCE])},
        "/imports/{id}/failed": {"get": operation("imports.failed", "The rows that failed, as a file", FILE, asks=[NUMBER, EXPORTING[0]])},
        "/openapi.json": {"get": operation("openapi", "This description", answers(whole))},
    }
