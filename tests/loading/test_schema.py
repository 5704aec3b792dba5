"""The schema for editors and the conversion of the engine accept the same; the files in the repository are those of the engine."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from engine.loading import schemas
from engine.loading.reader import read
from engine.loading.schema import PARTS
from engine.metadata.declared import FILE_KINDS

ROOT = Path(__file__).parents[2]
SCHEMAS = schemas()
TOGETHER = Registry().with_resource(f"{PARTS}.json", Resource.from_contents(SCHEMAS[PARTS]))
VALIDATORS = {kind: Draft202012Validator(SCHEMAS[kind], registry=TOGETHER) for kind in FILE_KINDS}
BUNDLED = [*sorted(path for folder in ("models", "workflows", "forms") for path in (ROOT / folder).rglob("*.yaml")), ROOT / "app.yaml"]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_written_schemas_are_current(kind: str) -> None:
    written = json.loads((ROOT / "schemas" / f"{kind}.json").read_text("utf-8"))
    assert written == json.loads(json.dumps(SCHEMAS[kind])), "run `loom schema`"


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.name)
def test_bundled_files_are_valid(path: Path) -> None:
    data = read(path.name, path.read_bytes()).data
    assert isinstance(data, dict)
    assert [error.message for error in VALIDATORS[next(iter(data))].iter_errors(data)] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


WORDS = st.sampled_from(
    "entity fields type text decimal link choice table label required digits to of where max checks require level warn access read hide mask a b_c B 1".split()
)
SCALARS = st.one_of(WORDS, st.booleans(), st.integers(-3, 20), st.none(), st.sampled_from(["0.5", "=a", "x y"]))
DATA = st.recursive(SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=4)), max_leaves=12)
TYPES = st.sampled_from(["text", "decimal", "link", "choice", "table", "money", "boolean", "txt"])
FIELD = st.builds(lambda kind, more: {"type": kind, **more}, TYPES, st.dictionaries(WORDS, DATA, max_size=3))
FIELDS = st.dictionaries(st.sampled_from(["a", "b_c", "B"]), st.one_of(FIELD, DATA), min_size=1, max_size=3)


def accepts(kind: str, data: object) -> bool:
    try:
        msgspec.convert(data, FILE_KINDS[kind])
    except msgspec.ValidationError:
        return False
    return True


@given(st.fixed_dictionaries({"entity": WORDS, "fields": FIELDS}, optional={"checks": DATA, "access": DATA, "unique": DATA, "title": DATA}))
def test_both_accept_the_same_entities(data: dict[str, Any]) -> None:
    assert accepts("entity", data) == VALIDATORS["entity"].is_valid(data)


STEP = st.dictionaries(st.sampled_from("who do agree then edit retry comment allow when self_approval".split()), DATA, max_size=4)
STEPS = st.dictionaries(st.sampled_from(["a", "b_c", "B"]), STEP, min_size=1, max_size=2)


@given(STEPS, st.dictionaries(st.sampled_from(["done", "End"]), DATA, min_size=1, max_size=2))
def test_both_accept_the_same_workflows(steps: dict[str, Any], ends: dict[str, Any]) -> None:
    data = {"workflow": "w", "for": "a", "starters": "role:x", "admin": ["role:x"], "steps": steps, "ends": ends}
    assert accepts("workflow", data) == VALIDATORS["workflow"].is_valid(data)
