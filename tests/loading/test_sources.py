"""A folder and a stored revision are read the same way."""

from pathlib import Path

import pytest

from engine.errors import BadDefinition
from engine.loading import Sources, load, load_sources, read_sources
from engine.metadata import Identity

SHOP = Path(__file__).parent / "shop"


def test_a_stored_revision_is_the_folder() -> None:
    stored = Sources(dict(read_sources(SHOP).files))
    again, folder = load_sources(stored, Identity({"entity:order": 5}), 3), load(SHOP)
    assert (again.number, again.identity.number("entity:order"), folder.number) == (3, 5, 0)
    assert list(again.entities) == list(folder.entities)


def test_only_declarations_are_sources(tmp_path: Path) -> None:
    for name in ("app.yaml", "models/a/b.yaml", "models/notes.txt", "docs/x.yaml", "var/y.yaml", "reports/r.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert list(read_sources(tmp_path).files) == ["app.yaml", "models/a/b.yaml", "reports/r.yml"]


def test_the_hash_is_that_of_the_content() -> None:
    one, same = Sources({"a": b"1", "b": b"2"}), Sources({"b": b"2", "a": b"1"})
    assert one.hash == same.hash
    assert len({one.hash, Sources({"a": b"12", "b": b""}).hash, Sources({"a": b"1"}).hash, Sources({"ab": b"12"}).hash}) == 4


def test_a_bad_definition_carries_all_issues() -> None:
    with pytest.raises(BadDefinition) as caught:
        load_sources(Sources({"app.yaml": b"app: x\n", "models/e.yaml": b"entity: e\nfields: {a: {type: txt}, b: {tpye: text}}\n"}))
    assert {issue.code for issue in caught.value.issues} == {"S204", "S201"}
    assert "models/e.yaml:2:20 S204" in str(caught.value)


def test_no_folder() -> None:
    with pytest.raises(FileNotFoundError):
        load(Path("/does/not/exist"))
