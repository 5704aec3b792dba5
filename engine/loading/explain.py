"""Every structural mistake of a document, each at its own place, with what was expected there.

msgspec stops at the first mistake; when it has refused a document, the generated JSON Schema is asked for all of them. An answer is
an issue and how to go on without it, so that what was right can be looked at further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.errors import Issue, Sentence
from engine.frozen import frozen
from engine.metadata import Declaration, ExtraTypes

from .nearest import did_you_mean, nearest
from .positions import Document, Path, issue_at
from .schema import definitions, schema_of
from .unbuilt import key_is_unbuilt, value_is_unbuilt

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


@frozen
class Answer:
    """A mistake, and how to go on: the part at `path` is called `key`, holds `value`, or (without either) is left out.

    `missing` is the key that the part at `path` lacks.
    """

    issue: Issue
    path: Path
    key: str | None = None
    value: str | None = None
    missing: str | None = None


@frozen
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
            yield Answer(
                _issue(
                    document,
                    here,
                    "S209",
                    Sentence('"{key}" of {what} is not built yet.', key=key, what=_words(struct, mistake.known)),
                    key=True,
                ),
                here,
            )
            continue
        issue = _issue(
            document, here, "S201", Sentence('There is no key "{key}" in {what}.', key=key, what=_words(struct, mistake.known)), key=True
        )
        meant = nearest(key, known.keys() - mistake.value.keys())
        yield Answer(replace(issue, hint=_other_owner(struct, key, mistake.known) or did_you_mean(key, known)), here, key=meant)


def _other_owner(struct: str, key: str, schemas: dict[str, Any]) -> str:
    """For a key of a field: the types that have it, when no key of this type is nearer."""
    own = schemas[struct]["properties"]
    if not struct.endswith("Field") or nearest(key, own):
        return ""
    owners = [_tag(schema) for name, schema in schemas.items() if name.endswith("Field") and key in schema["properties"]]
    return Sentence('"{key}" is a key of {owners}', key=key, owners=", ".join(owners)) if owners else ""


def _missing_key(document: Document, mistake: _Mistake) -> Iterator[Answer]:
    missing = next(key for key in mistake.wanted if key not in mistake.value and f"'{key}'" in mistake.words)
    struct = mistake.schema.get("title", "")
    if struct not in mistake.known and (meant := nearest(missing, mistake.value)):
        here = (*mistake.path, meant)
        issue = _issue(document, here, "S201", Sentence('There is no key "{key}" in {what}.', key=meant, what=_FIELD), key=True)
        yield Answer(replace(issue, hint=Sentence('did you mean "{near}"?', near=missing)), here, key=missing)
        return
    what = _words(struct, mistake.known) if struct in mistake.known else _FIELD
    issue = _issue(
        document, mistake.path, "S202", Sentence('"{missing}" is missing: {what} needs it.', missing=missing, what=what), key=True
    )
    expected = mistake.schema["properties"].get(missing, {})
    yield Answer(replace(issue, expected=_expected(expected)), mistake.path, missing=missing)


def _wrong_type(document: Document, mistake: _Mistake) -> Iterator[Answer]:
    expected = _expected(mistake.schema)
    issue = _issue(
        document,
        mistake.path,
        "S203",
        Sentence("{name} is {shown} and should be {expected}.", name=_name(mistake.path), shown=_shown(mistake.value), expected=expected),
    )
    hint = "put it in quotes" if _wants_text(mistake.schema) and isinstance(mistake.value, bool | int) else ""
    yield Answer(replace(issue, expected=expected, hint=hint), mistake.path)


def _wrong_word(document: Document, mistake: _Mistake) -> Iterator[Answer]:
    words = [str(word) for word in mistake.wanted if word is not None]
    value = mistake.value
    if value_is_unbuilt(_key(mistake.path), value):
        yield Answer(
            _issue(document, mistake.path, "S209", Sentence('"{key}: {value}" is not built yet.', key=_key(mistake.path), value=value)),
            _enclosing(mistake.path),
        )
        return
    issue = _issue(document, mistake.path, "S204", Sentence("{name} cannot be {shown}.", name=_name(mistake.path), shown=_shown(value)))
    near = nearest(value, words) if isinstance(value, str) else None
    hint = Sentence('did you mean "{near}"?', near=near) if near else ""
    answer = Answer(replace(issue, expected=" | ".join(words), hint=hint), _enclosing(mistake.path))
    yield replace(answer, path=mistake.path, value=near) if near else answer


def _out_of_range(document: Document, mistake: _Mistake) -> Iterator[Answer]:
    if mistake.is_name:
        here = (*mistake.path, mistake.value)
        issue = _issue(document, here, "S205", Sentence('"{value}" is not a name.', value=mistake.value), key=True)
        yield Answer(replace(issue, expected="letters a–z, digits and _, a letter first, at most 60"), here)
        return
    issue = _issue(document, mistake.path, "S205", Sentence("{name} is {shown}.", name=_name(mistake.path), shown=_shown(mistake.value)))
    limit = Sentence(_LIMITS.get(mistake.rule, "{limit}"), limit=mistake.wanted)
    expected = Sentence(mistake.schema["description"]) if mistake.rule == "pattern" and "description" in mistake.schema else limit
    yield Answer(replace(issue, expected=expected), mistake.path)


def _other(document: Document, mistake: _Mistake) -> Iterator[Answer]:
    yield Answer(
        _issue(document, mistake.path, "S203", Sentence("{name}: {words}.", name=_name(mistake.path), words=mistake.words)), mistake.path
    )


_Writer = Callable[[Document, _Mistake], Iterator[Answer]]
_WRITERS: dict[str, _Writer] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_key,
    "type": _wrong_type,
    "enum": _wrong_word,
    **dict.fromkeys(("pattern", "maxLength", "minLength", "minimum", "maximum", "minItems", "minProperties"), _out_of_range),
}
_LIMITS = {
    "pattern": "a text of the form {limit}",
    "maxLength": "at most {limit} characters",
    "minLength": "at least {limit} characters",
    "minimum": "{limit} or more",
    "maximum": "{limit} or less",
    "minItems": "at least {limit} item",
    "minProperties": "at least {limit} entry",
}
_FIELD = Sentence("a field")
_STRUCTS = {
    "Access": "a rule of access",
    "RowAccess": "a rule of access to rows",
    "App": "app.yaml",
    "ListView": "a list",
    "LifecycleState": "a state",
    "SystemEntity": "an entity",
    "Extension": "extend",
    "Choices": "a list of choices",
}
_TYPES: dict[str, str] = {
    "string": Sentence("a text"),
    "object": Sentence("a mapping (`key: value`)"),
    "array": Sentence("a list (`[a, b]`)"),
    "boolean": Sentence("true or false"),
    "integer": Sentence("a whole number"),
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
    if schema.get("description") and "$ref" not in schema and "properties" not in schema:
        return Sentence(schema["description"])
    kinds = schema.get("type", "object")
    kinds = [kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null"]
    words: list[str] = [_TYPES.get(kind, kind) for kind in kinds]
    either = words[0] if words else ""
    for other in words[1:]:
        either = Sentence("{one} or {other}", one=either, other=other)
    return either


def _wants_text(schema: dict[str, Any]) -> bool:
    kinds = schema.get("type", ())
    return "string" in ([kinds] if isinstance(kinds, str) else kinds)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return Sentence("a mapping")
    if isinstance(value, list):
        return Sentence("a list")
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)


def _key(path: Path) -> str:
    """The key whose value, or whose list, is at `path`."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def _name(path: Path) -> str:
    names = [str(part) for part in path if isinstance(part, str)]
    if not names:
        return Sentence("The file")
    if isinstance(path[-1], int):
        return Sentence('"{key}" (item {number})', key=names[-1], number=path[-1] + 1)
    return f'"{names[-1]}"'


def _tag(schema: dict[str, Any]) -> str:
    return str(schema["properties"]["type"]["enum"][0])


def _words(struct: str, schemas: dict[str, Any]) -> str:
    """How a struct is called in a sentence: `a field of type decimal`, `a step`."""
    if struct.endswith("Field"):
        return Sentence("a field of type {tag}", tag=_tag(schemas[struct]))
    name = "".join(f" {c.lower()}" if c.isupper() else c for c in struct).strip()
    return Sentence(_STRUCTS.get(struct, f"{'an' if name[0] in 'aeio' else 'a'} {name}"))
