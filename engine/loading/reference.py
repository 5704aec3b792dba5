"""The reference of declarations, written from the structs: every kind of file, every key, every field type, and what is not built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.metadata import FIELD_TYPES, Label, ValueBase, meaning, word_of
from engine.metadata import declared as d

from . import unbuilt
from .declarations import gather
from .findings import Findings
from .folder import Sources
from .schema import Schema, definitions

_INTRODUCTION = """# Declarations: every file, every key

This page is generated from the structs that read the files (`loom docs`); a test keeps it current. A file holds one object;
its first key is the kind, and it is called `NAME.yaml` or `NAME.KIND.yaml`. Files stand in `models/`, `workflows/`, `forms/` and
`reports/`, in folders of your choice; `app.yaml` stands beside them.

A formula key takes a formula as it is; a key for *a literal, or a formula after `=`* takes `today` as a text and `=today()` as a formula.
What a file says more than once stands under `blocks:` and is used by its name, `{use: amount, label: Price}`; keys beside `use` win.
What begins like another declaration of its kind says `extends: NAME` below its first key: it has what that one has, and what it
adds or says otherwise. Its label is its own; of fields it adds new ones.
Words for people (`label`, `help`, `say`) are a text, or one per language: `{en: Name, zh: 名称}`.
"""
_COMMON = "ValueBase"


def declarations_page() -> str:
    """The page `docs/reference/declarations.md`."""
    return "\n".join([_INTRODUCTION, *_kinds(), *_field_types(), *_unbuilt()]).rstrip() + "\n"


def _kinds() -> Iterator[str]:
    shown: set[str] = set()
    for kind, struct in d.FILE_KINDS.items():
        yield f"## {kind}\n"
        yield from _struct(struct.__name__)
        for inner in _inner(struct.__name__, shown):
            yield f"### {_heading(inner)}\n"
            yield from _struct(inner)


def _inner(struct: str, shown: set[str]) -> Iterator[str]:
    """The structs inside a kind that have no section yet; fields have a chapter of their own."""
    found = _references(definitions()[struct])
    for name in found:
        if name not in shown and not name.endswith("Field"):
            shown.add(name)
            yield name
            yield from _inner(name, shown)


def _references(schema: Any) -> list[str]:
    if isinstance(schema, list):
        return [name for item in schema for name in _references(item)]
    if not isinstance(schema, dict):
        return []
    own = [schema["$ref"].rpartition("/")[2]] if "$ref" in schema else []
    return list(dict.fromkeys([*own, *(name for value in schema.values() for name in _references(value))]))


def _struct(name: str) -> Iterator[str]:
    schema = definitions()[name]
    yield f"{schema['description']}\n"
    yield from _table(name, schema, schema["properties"])


def _table(struct: str, schema: Schema, keys: Any) -> Iterator[str]:
    yield "| key | meaning | takes | default |"
    yield "|---|---|---|---|"
    for key in keys:
        part = schema["properties"][key]
        default = "**required**" if key in schema.get("required", ()) else _default(part.get("default"))
        yield f"| `{key}` | {_cell(meaning(struct, key))} | {_cell(takes(part))} | {default} |"
    yield ""


def _field_types() -> Iterator[str]:
    yield "## Field types\n"
    yield "Every field has a `type` and these keys; tables have those that make sense for rows.\n"
    common = [key for key in ValueBase.__struct_encode_fields__ if key != "type"]
    schemas = definitions()
    yield from _table("TextField", schemas["TextField"], common)
    for struct, row in FIELD_TYPES.items():
        schema = schemas[struct.__name__]
        own = [key for key in schema["properties"] if key not in ("type", *common)]
        yield f"### `{row.word}`\n"
        yield f"{row.label['en']} · {row.label['zh']}. {schema['description']}\n"
        if struct.__name__ == "TableField":
            own = [key for key in schema["properties"] if key not in ("type", "label", "help", "required", "show", "readonly", "was")]
        if own:
            yield from _table(struct.__name__, schema, own)


def _unbuilt() -> Iterator[str]:
    yield "## Not built yet\n"
    yield "The language has these too; using one is issue S209, so that nothing is accepted that does not act.\n"
    yield f"- kinds of files: {_list(unbuilt.KINDS)}"
    for struct, keys in unbuilt.KEYS.items():
        yield f"- {_heading(struct)}: {_list(keys)}"
    for key, values in unbuilt.VALUES.items():
        if values:
            yield f"- values of `{key}`: {_list(values)}"


def takes(part: Schema) -> str:
    """What a key takes, in words."""
    if "enum" in part:
        return ", ".join(f"`{value}`" for value in part["enum"] if value is not None)
    if "$ref" in part:
        return _heading(part["$ref"].rpartition("/")[2])
    if "description" in part:
        return str(part["description"])
    kinds = part.get("type", "object")
    kinds = [kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null"]
    inner = _inner_words(part)
    words = [_WORDS[kind].format(inner) if kind in ("array", "object") else _WORDS[kind] for kind in kinds]
    return " or ".join(dict.fromkeys(words))


_WORDS = {
    "string": "text",
    "boolean": "true or false",
    "integer": "whole number",
    "array": "list{}",
    "object": "mapping{}",
}


def _inner_words(part: Schema) -> str:
    items = part.get("items", {})
    if items.get("type") == "string":
        return " of names"
    names = [_heading(name) for name in _references(part) if not name.endswith("Field")]
    if any(name.endswith("Field") for name in _references(part)):
        names = ["field"]
    return f" of {' or '.join(names)}" if names else ""


def _heading(struct: str) -> str:
    words = {
        "ListView": "list",
        "LifecycleState": "state",
        "ChoiceValue": "value",
        "FieldItem": "field item",
        "App": "app",
        "Extension": "extend",
        "PublicForm": "public",
        "PortalItem": "item",
    }
    return words.get(struct) or "".join(f" {c.lower()}" if c.isupper() else c for c in struct).strip()


def _default(value: object) -> str:
    if value is None or value in ((), [], {}):
        return "–"
    if isinstance(value, list | tuple):
        return f"`[{', '.join(map(str, value))}]`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _list(words: frozenset[str]) -> str:
    return ", ".join(f"`{word}`" for word in sorted(words))


_SYSTEM = """# The entities of the engine

People, departments and companies are entities like yours, declared in `engine/system/`. Your application adds to them with
`extend: user`, links to them (`type: user`, `to: department`) and reads them in formulas (`user.department`, `user.roles`).
This page is generated (`loom docs`). What has no screen is only for the engine itself.

Besides its fields every record has `id`, `version`, `created_at`, `created_by`, `updated_at`, `updated_by`, with a lifecycle `state`; a row
of a table has `id`, `version` and `row_no`.

Roles that every application has: `admin` may do everything, `analyst` sees the pages for analysts, `everybody` is held by each person
with any role, `staff` by each person with a role that is not `external`.
"""


def system_page() -> str:
    """The page `docs/reference/system.md`."""
    entities = gather(Sources({}), Findings()).entities
    lines = [_SYSTEM]
    for name, parts in entities.items():
        declared = parts.base.declared
        hidden = isinstance(declared, d.SystemEntity) and not declared.api
        lines += [f"## {name}\n", f"{_both(declared.label, name)}{' (no screen, no API)' if hidden else ''}.\n"]
        lines += ["| field | type | meaning |", "|---|---|---|"]
        for field, (written, _) in parts.fields.items():
            target = getattr(written, "to", None) or getattr(written, "of", None)
            lines.append(f"| `{field}` | {word_of(written)}{f' ({target})' if target else ''} | {_both(written.label, field)} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _both(label: Label | None, name: str) -> str:
    return " · ".join(label.values()) if isinstance(label, dict) else label or name
