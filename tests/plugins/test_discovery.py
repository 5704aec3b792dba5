"""Plugins of the folder `plugins/`: what they offer, and what happens to those that are broken."""

from pathlib import Path

import pytest

from engine.formula import FUNCTIONS
from engine.loading import check
from engine.plugins import Plugins

CONNECTOR = """
from engine.plugins import Action, Call, Connector, Payload, Provider, hookimpl

class Nothing(Payload):
    pass

class Echo(Provider):
    def ping(self, question: Nothing, call: Call) -> Nothing:
        return question

@hookimpl
def connectors():
    return [Connector("NAME", {"ping": Action(Nothing, Nothing)}, {"echo": Echo})]
"""
FUNCTION = """
from engine.formula import Function, Kind, Param, Type
from engine.plugins import hookimpl

@hookimpl
def formula_functions():
    text = Type(Kind.TEXT)
    return [Function("NAME", (Param("text", (Kind.TEXT,)),), text, lambda text: text[::-1], {"en": "Turned", "zh": "反转"}, (), push=False)]
"""

FIELD_TYPE = """
from typing import Annotated
from msgspec import Meta
from engine.metadata import TextField
from engine.plugins import hookimpl

class PaintField(TextField, kw_only=True, tag="NAME"):
    '''A paint.'''
    shop: Annotated[str, Meta(title="who mixes it")] = ""

@hookimpl
def field_types():
    return [PaintField]
"""


def write(root: Path, plugin: str, text: str, name: str = "echo") -> None:
    folder = root / "plugins" / plugin
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(text.replace("NAME", name), "utf-8")


def test_an_application_without_plugins(tmp_path: Path) -> None:
    found = Plugins.discover(tmp_path)
    assert (found.connectors, found.broken, found.functions) == ({}, (), FUNCTIONS)


def test_a_connector(tmp_path: Path) -> None:
    write(tmp_path, "echo", CONNECTOR)
    found = Plugins.discover(tmp_path)
    assert (list(found.connectors), found.broken, list(found.versions)) == (["echo"], (), ["echo"])


def test_a_version_changes_with_the_files(tmp_path: Path) -> None:
    write(tmp_path, "echo", CONNECTOR)
    before = Plugins.discover(tmp_path).versions
    (tmp_path / "plugins" / "echo" / "more.py").write_text("x = 1\n", "utf-8")
    assert Plugins.discover(tmp_path).versions != before


def test_two_applications_in_one_process_do_not_meet(tmp_path: Path) -> None:
    write(tmp_path / "a", "one", CONNECTOR, "first")
    write(tmp_path / "b", "one", CONNECTOR, "second")
    assert [list(Plugins.discover(tmp_path / app).connectors) for app in "ab"] == [["first"], ["second"]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import does_not_exist", "ModuleNotFoundError"),
        ("def f(:", "SyntaxError"),
        ("from engine.plugins import hookimpl\n@hookimpl\ndef conectors(): return ()", "conectors"),
        ("from engine.plugins import hookimpl\n@hookimpl\ndef connectors(): return 1 / 0", "ZeroDivisionError"),
        (CONNECTOR.replace("def ping", "def pong"), 'has no method "ping"'),
    ],
)
def test_a_broken_plugin_is_told_and_the_others_work(tmp_path: Path, text: str, reason: str) -> None:
    write(tmp_path, "a_broken", text, "broken")
    write(tmp_path, "working", CONNECTOR)
    found = Plugins.discover(tmp_path)
    assert list(found.connectors) == ["echo"]
    assert [broken.file for broken in found.broken] == ["plugins/a_broken/__init__.py"]
    assert reason in found.broken[0].reason
    (tmp_path / "app.yaml").write_text("app: x\n", "utf-8")
    assert [(i.code, i.file) for i in check(tmp_path).issues] == [("P501", "plugins/a_broken/__init__.py")]


def test_a_second_connector_of_a_name_is_broken(tmp_path: Path) -> None:
    write(tmp_path, "a", CONNECTOR)
    write(tmp_path, "b", CONNECTOR)
    found = Plugins.discover(tmp_path)
    assert (list(found.connectors), len(found.broken)) == (["echo"], 1)


def test_a_function_of_a_plugin_is_one_of_the_language(tmp_path: Path) -> None:
    write(tmp_path, "turned", FUNCTION, "TURNED")
    (tmp_path / "app.yaml").write_text("app: x\n", "utf-8")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "e.yaml").write_text("entity: e\nfields: {a: {type: text}, b: {type: text, formula: TURNED(a)}}\n", "utf-8")
    report = check(tmp_path)
    assert report.metadata is not None, report.issues
    formula = report.metadata.entities["e"].fields["b"].formula
    assert formula is not None
    assert "TURNED" in report.metadata.catalog.functions()


def test_a_function_of_the_engine_stays(tmp_path: Path) -> None:
    write(tmp_path, "round", FUNCTION, "ROUND")
    found = Plugins.discover(tmp_path)
    assert found.functions["ROUND"] is FUNCTIONS["ROUND"]
    assert "ROUND" in found.broken[0].reason


def test_a_field_type(tmp_path: Path) -> None:
    write(tmp_path, "paint", FIELD_TYPE)
    found = Plugins.discover(tmp_path)
    assert ([struct.__struct_config__.tag for struct in found.field_types], found.broken) == (["echo"], ())
    (tmp_path / "app.yaml").write_text("app: shop\n", "utf-8")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "wall.yaml").write_text("entity: wall\nfields:\n  outside: {type: echo, shop: Blue}\n", "utf-8")
    report = check(tmp_path)
    assert report.metadata is not None, report.issues
    field = report.metadata.entities["wall"].fields["outside"]
    assert (field.kind, type(field.declared)) == ("text", found.field_types[0])


@pytest.mark.parametrize(
    ("change", "to", "reason"),
    [
        ('tag="NAME"', 'tag="text"', "no word of its own"),
        ('tag="NAME"', 'tag="money"', 'there is a field type "money" already'),
        (', tag="NAME"', "", "no word of its own"),
        ('Annotated[str, Meta(title="who mixes it")]', "str", 'key "shop" of field type "paint" has no meaning'),
        ('Annotated[str, Meta(title="who mixes it")] = ""', "complex = 0j", "complex"),
        ("return [PaintField]", "return [PaintField, PaintField]", 'there is a field type "paint" already'),
        ("return [PaintField]", "return [str]", "str is not made from a field type"),
        ("return [PaintField]", "return [TextField]", "TextField is not made from a field type"),
    ],
)
def test_a_broken_field_type(tmp_path: Path, change: str, to: str, reason: str) -> None:
    assert change in FIELD_TYPE
    write(tmp_path, "paint", FIELD_TYPE.replace(change, to), "paint")
    found = Plugins.discover(tmp_path)
    assert [broken.file for broken in found.broken] == ["plugins/paint/__init__.py"]
    assert reason in found.broken[0].reason
