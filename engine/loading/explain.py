"""Every structural mistake of a document, each at its own place, with what was expected there.

msgspec stops at the first mistake; when it has refused a document, the generated JSON Schema is asked for all of them. An answer is
an issue and how to go on without it, so that what was right can be looked at further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from engine.errors import Issue
from engine.metadata import Declaration, ExtraTypes

from .nearest import did_you_mean, nearest
from .positions import Document, Path, issue_at
from .schema import definitions, schema_of
from .unbuilt import key_is_unbuilt, value_is_unbuilt

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


@dataclass(frozen=True, slots=True)
class Answer:
    """A mistake, and how to go on: the part at `path` is called `key`, holds `value`, or (without either) is left out.

    `missing` is the key that the part at `path` lacks.
    """

    issue: Issue
    path: Path
    key: str | None = None
    value: str | None = None
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class _Mistake:
    """What the validator says: `rule` is the key of `schema` that `value` at `path` breaks; a name is the key of a mapping.

    `known` are the schemas of all structs.
    """

    rule: str
    wanted: Any
    schema: dict[str, Any]
    value: Any
    path: Path
    words: str
    is_name: bool
    known: dict[str, Any]


def explain(document: Document, struct: type[Declaration], extra: ExtraTypes = ()) -> list[Answer]:
    """All mistakes of `document` as a `struct`, in no order; empty when the schema sees none."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 80 ms that only broken files pay

    validator = Draft202012Validator(schema_of(struct, extra))
    found = [answer for error in validator.iter_errors(document.data) for answer in _answers(document, error, definitions(extra))]
    misspelt = {(*answer.path[:-1], answer.key) for answer in found if answer.key is not None}
    return [answer for answer in found if answer.missing is None or (*answer.path, answer.missing) not in misspelt]


def _answers(document: Document, error: ValidationError, known: dict[str, Any]) -> Iterator[Answer]:
    schema = dict(error.schema) if isinstance(error.schema, Mapping) else {}
    is_name = "propertyNames" in error.absolute_schema_path
    rule = str(error.validator)
    mistake = _Mistake(rule, error.validator_value, schema, error.instance, tuple(error.absolute_path), error.message, is_name, known)
    yield from _WRITERS.get(rule, _other)(document, mistake)


def _unknown_keys(document: Document, mistake: _Mistake) -> Iterator[Answer]:
    struct, known = mistake.schema["title"], mistake.schema["properties"]
    for key in mistake.value.keys() - known.keys():
        here = (*mistake.path, key)
        if key_is_unbuilt(struct, key):
            yield Answer(_issue(document, here, "S209", f'"{key}" of {_words(struct, mistake.known)} is not built yet.', key=True), here)
            continue
        issue = _issue(document, here, "S201", f'{_words(struct, mistake.known).capitalize()} has no key "{key}".', key=True)
        meant = nearest(key, known.keys() - mistake.value.keys())
        yield Answer(replace(issue, hint=_other_owner(struct, key, mistake.known) or did_you_mean(key, known)), here, key=meant)


def _other_owner(struct: str, key: str, schemas: dict[str, Any]) -> str:
    """For a key of a field: the types that have it, when no key of this type is nearer."""
    own = schemas[struct]["properties"]
    if not struct.endswith("Field") or nearest(key, own):
        return ""
    owners = [_tag(schema) for name, schema in schemas.items() if name.endswith("Field") and key in schema["properties"]]
    return f'"{key}" is a key of {", ".join(owners)}' if owners else ""


def _missing_key(document: Document, mistake: _Mistake) -> Iterator[Answer]:
    missing = next(key for key in mistake.wanted if key not in mistake.value and f"'{key}'" in mistake.words)
    struct = mistake.schema.get("title", "")
    if struct not in mistake.known and (meant := nearest(missing, mistake.value)):
        here = (*mistake.path, meant)
        issue = _issue(document, here, "S201", f'A field has no key "{meant}".', key=True)
        yield Answer(replace(issue, hint=f'did you mean "{missing}"?'), here, key=missing)
        return
    what = _words(struct, mistake.known) if struct in mistake.known else "a field"
    issue = _issue(document, mistake.path, "S202", f'"{missing}" is missing: {what} needs it.', key=True)
    expected = mistake.schema["properties"].get(missing, {})
    yield Answer(replace(issue, expected=_expected(expected)), mistake.path, missing=missing)


def _wrong_type(document: Document, mistake: _Mistake) -> Iterator[Answer]:
    expected = _expected(mistake.schema)
    issue = _issue(document, mistake.path, "S203", f"{_name(mistake.path)} is {_shown(mistake.value)} and should be {expected}.")
    hint = "put it in quotes" if _wants_text(mistake.schema) and isinstance(mistake.value, bool | int) else ""
    yield Answer(replace(issue, expected=expected, hint=hint), mistake.path)


def _wrong_word(document: Document, mistake: _Mistake) -> Iterator[Answer]:
    words = [str(word) for word in mistake.wanted if word is not None]
    value = mistake.value
    if value_is_unbuilt(_key(mistake.path), value):
        yield Answer(_issue(document, mistake.path, "S209", f'"{_key(mistake.path)}: {value}" is not built yet.'), _enclosing(mistake.path))
        return
    issue = _issue(document, mistake.path, "S204", f"{_name(mistake.path)} cannot be {_shown(value)}.")
    near = nearest(value, words) if isinstance(value, str) else None
    hint = f'did you mean "{near}"?' if near else ""
    answer = Answer(replace(issue, expected=" | ".join(words), hint=hint), _enclosing(mistake.path))
    yield replace(answer, path=mistake.path, value=near) if near else answer


def _out_of_range(document: Document, mistake: _Mistake) -> Iterator[Answer]:
    if mistake.is_name:
        here = (*mistake.path, mistake.value)
        issue = _issue(document, here, "S205", f'"{mistake.value}" is not a name.', key=True)
        yield Answer(replace(issue, expected="letters a–z, digits and _, a letter first, at most 60"), here)
        return
    issue = _issue(document, mistake.path, "S205", f"{_name(mistake.path)} is {_shown(mistake.value)}.")
    limit = _LIMITS.get(mistake.rule, "{}").format(mistake.wanted)
    expected = str(mistake.schema.get("description", limit)) if mistake.rule == "pattern" else limit
    yield Answer(replace(issue, expected=expected), mistake.path)


def _other(document: Document, mistake: _Mistake) -> Iterator[Answer]:
    yield Answer(_issue(document, mistake.path, "S203", f"{_name(mistake.path)}: {mistake.words}."), mistake.path)


_Writer = Callable[[Document, _Mistake], Iterator[Answer]]
_WRITERS: dict[str, _Writer] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_key,
    "type": _wrong_type,
    "enum": _wrong_word,
    **dict.fromkeys(("pattern", "maxLength", "minLength", "minimum", "maximum", "minItems", "minProperties"), _out_of_range),
}
_LIMITS = {
    "pattern": "a text of the form {}",
    "maxLength": "at most {} characters",
    "minLength": "at least {} characters",
    "minimum": "{} or more",
    "maximum": "{} or less",
    "minItems": "at least {} item",
    "minProperties": "at least {} entry",
}
_TYPES = {
    "string": "a text",
    "object": "a mapping (`key: value`)",
    "array": "a list (`[a, b]`)",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
}


def _issue(document: Document, path: Path, code: str, message: str, *, key: bool = False) -> Issue:
    issue = issue_at(document, document.mark(path, key=key), code, message)
    return replace(issue, path=".".join(str(part) for part in path))


def _enclosing(path: Path) -> Path:
    """What is left out for a wrong word: a field whose type is unknown, a step that does something unknown, else the key."""
    return path[:-1] if path and path[-1] in ("type", "do") else path


def _expected(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(str(word) for word in schema["enum"] if word is not None)
    if schema.get("description") and "$ref" not in schema:
        return str(schema["description"])
    kinds = schema.get("type", "object")
    kinds = [kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null"]
    return " or ".join(_TYPES.get(kind, kind) for kind in kinds)


def _wants_text(schema: dict[str, Any]) -> bool:
    kinds = schema.get("type", ())
    return "string" in ([kinds] if isinstance(kinds, str) else kinds)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)


def _key(path: Path) -> str:
    """The key whose value, or whose list, is at `path`."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def _name(path: Path) -> str:
    names = [str(part) for part in path if isinstance(part, str)]
    item = f" (item {path[-1] + 1})" if path and isinstance(path[-1], int) else ""
    return f'"{names[-1]}"{item}' if names else "The file"


def _tag(schema: dict[str, Any]) -> str:
    return str(schema["properties"]["type"]["enum"][0])


def _words(struct: str, schemas: dict[str, Any]) -> str:
    """How a struct is called in a sentence: `a field of type decimal`, `a step`."""
    if struct.endswith("Field"):
        return f"a field of type {_tag(schemas[struct])}"
    words = {
        "Access": "a rule of access",
        "App": "app.yaml",
        "ListView": "a list",
        "LifecycleState": "a state",
        "SystemEntity": "an entity",
        "Extension": "extend",
        "Choices": "a list of choices",
    }
    name = "".join(f" {c.lower()}" if c.isupper() else c for c in struct).strip()
    return words.get(struct, f"{'an' if name[0] in 'aeio' else 'a'} {name}")
