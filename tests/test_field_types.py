"""Every field type, ours and those of a plugin, through everything that a type needs: none may lack a leg.

A type that has no row in `SAMPLES` fails here first; its row then walks through its struct, the JSON Schema, a column on SQLite
and PostgreSQL, records, the API with its description, the form, the page of the record, the list, formulas and SQL.
"""

import base64
import io
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import escape
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import yaml
from flask import Flask
from jsonschema import Draft202012Validator
from msgspec import Meta

from engine.access import AUTH
from engine.errors import Invalid
from engine.formula import Context, Kind, Names, compile
from engine.loading import check_sources
from engine.loading.schema import definitions
from engine.metadata import FIELD_TYPES, TextField, kinds_with
from engine.plugins import Plugins, Unfit
from engine.records import RecordFrame, activity, fetch, load, plain_value
from engine.storage import shape_of
from engine.web import create_token, read_scope, set_password
from engine.web.api.shape import shaped
from engine.web.display import Display
from tests.applications import World, opened, sources
from tests.databases import postgresql_database
from tests.web.small import HASH, PASSWORD, pages_of
from tests.web.without_script import Person

ZONE = ZoneInfo("Asia/Shanghai")


PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=")


class ColorField(TextField, kw_only=True, tag="color"):
    """A colour as paint shops name it; a type of a plugin."""

    system: Annotated[Literal["ral", "pantone"], Meta(title="who names the colour")] = "ral"

    def kept(self, value: Any) -> Any:
        number = str(value).removeprefix("RAL").strip()
        if self.system == "ral" and not number.isdigit():
            raise Unfit({"en": "Please enter a RAL colour, such as RAL 7016.", "zh": "请输入劳尔色号，如 RAL 7016。"})
        return f"RAL {number}" if self.system == "ral" else value


PLUGINS = Plugins(field_types=(ColorField,))


@dataclass(frozen=True)
class Sample:
    """One field: its keys, what a person types, the value kept, its JSON, what stands in the form again, and what the page shows."""

    typed: str
    value: object
    kind: Kind
    json: object = None
    again: str = ""
    shown: str = ""
    keys: str = ""
    wrong: tuple[str, ...] = ()

    @property
    def plain(self) -> object:
        return self.value if self.json is None else self.json


SAMPLES: dict[str, Sample] = {
    "text": Sample(" Bolt ", "Bolt", Kind.TEXT, keys="max: 20", wrong=("x" * 21,)),
    "long_text": Sample("one\r\ntwo", "one\ntwo", Kind.TEXT, keys="pattern: '[a-z\\s]+'", wrong=("ONE",)),
    "rich_text": Sample(
        '<p>Hello <b>you</b><script>alert(1)</script><a href="javascript:x" onclick="y">z</a></p>',
        '<p>Hello <b>you</b><a rel="noopener noreferrer nofollow">z</a></p>',
        Kind.TEXT,
        shown='<p>Hello <b>you</b><a rel="noopener noreferrer nofollow">z</a></p>',
    ),
    "email": Sample(
        "ann@example.com",
        "ann@example.com",
        Kind.TEXT,
        wrong=("ann", "ann,root@example.com", "ann@example.com,root", "Ann <ann@example.com>", "a@b.c>,<root"),
    ),
    "phone": Sample("+86 10 1234", "+86 10 1234", Kind.TEXT, wrong=("call me",)),
    "url": Sample("https://example.com/a", "https://example.com/a", Kind.TEXT, wrong=("javascript:alert(1)",)),
    "tax_number": Sample("91110000600037341L", "91110000600037341L", Kind.TEXT, wrong=("91110000600037341M",)),
    "bank": Sample(
        "de89 3704-0044 0532 0130 00",
        "DE89370400440532013000",
        Kind.TEXT,
        shown="DE89 3704 0044 0532 0130 00",
        wrong=("DE89370400440532013001", "<b>"),
    ),
    "barcode": Sample("4 006381 333931", "4006381333931", Kind.TEXT, keys="symbology: ean13", wrong=("4006381333932", "400638133393")),
    "location": Sample(
        "31.2304, +121.47370000",
        "31.2304,121.4737",
        Kind.TEXT,
        json={"latitude": "31.2304", "longitude": "121.4737"},
        again="31.2304, 121.4737",
        shown='href="geo:31.2304,121.4737"',
        wrong=("91, 0", "0, 181", "here", "1", "1,2,3"),
    ),
    "json": Sample(
        '{"b": [1, 2.5], "a": "x"}',
        '{"a":"x","b":[1,2.5]}',
        Kind.TEXT,
        json={"a": "x", "b": [1, 2.5]},
        shown="[\n    1,\n    2.5\n  ]",
        again='{\n  "a": "x",\n  "b": [\n    1,\n    2.5\n  ]\n}',
        wrong=("3", '"text"', "{", "[NaN]", '["\\ud800"]', "[" * 100_000, "[" * 51 + "]" * 51, f"[{2**63}]"),
    ),
    "integer": Sample("7", Decimal(7), Kind.NUMBER, json=7, wrong=("7.5", "x")),
    "decimal": Sample("1.250", Decimal("1.250"), Kind.NUMBER, json="1.250", shown="1.25", keys="digits: 3", wrong=("1.2345",)),
    "percent": Sample("13", Decimal("0.1300"), Kind.NUMBER, json="0.1300", shown="13%"),
    "money": Sample("1,250.00", Decimal("1250.00"), Kind.NUMBER, json="1250.00", again="1,250.00", shown="1,250.00", wrong=("1.234",)),
    "boolean": Sample("true", True, Kind.BOOLEAN, shown="Yes", wrong=("perhaps",)),
    "date": Sample("2026-03-02", date(2026, 3, 2), Kind.DATE, json="2026-03-02", shown="2 Mar 2026", wrong=("2026-02-30",)),
    "datetime": Sample(
        "2026-03-02T14:30",
        datetime(2026, 3, 2, 6, 30, tzinfo=UTC),
        Kind.DATETIME,
        json="2026-03-02T06:30:00Z",
        shown="2 Mar 2026, 14:30",
        wrong=("soon",),
    ),
    "duration": Sample("1.5", timedelta(minutes=90), Kind.DURATION, json="PT5400S", shown="1.5 hours", wrong=("long",)),
    "choice": Sample("red", "red", Kind.CHOICE, shown="Red", keys="of: [red, blue]", wrong=("green",)),
    "multi_choice": Sample("blue", ("blue",), Kind.MULTI_CHOICE, json=["blue"], shown="Blue", keys="of: [red, blue]", wrong=("green",)),
    "link": Sample("1", 1, Kind.REF, shown="First", keys="to: other", wrong=("x", "999")),
    "links": Sample("1", (1,), Kind.COLLECTION, json=[1], shown="First", keys="to: other, inverse: things", wrong=("x", "999")),
    "file": Sample("", 1, Kind.REF, keys="accept: [pdf], max_size: 5 MB", wrong=("x", "999")),
    "image": Sample("", (1,), Kind.COLLECTION, keys="many: true", wrong=("x", "999")),
    "signature": Sample("", 1, Kind.REF, wrong=("x", "999")),
    "user": Sample("1", 1, Kind.REF, shown="Ann"),
    "table": Sample("cell", [{"words": "cell"}], Kind.COLLECTION, json=[{"words": "cell"}], keys="fields: {words: {type: text}}"),
    "color": Sample("7016", "RAL 7016", Kind.TEXT, keys="system: ral", wrong=("blue",)),
}
TYPES = {row.word: struct for struct, row in FIELD_TYPES.items()} | {"color": ColorField}
UPLOADS = {"file": b"%PDF-1.7 words", "image": PICTURE, "signature": PICTURE}
"""What is sent for the types whose values are files; each record takes files of its own."""
VALUES = [word for word in TYPES if word != "table" and word not in UPLOADS]
COLUMNS = [word for word in VALUES if word != "links"]


def application() -> str:
    fields = "\n".join(
        f"      f_{word}: {{type: {word}, {sample.keys + ', ' if sample.keys else ''}label: {{en: The {word}, zh: 此 {word}}}}}"
        for word, sample in SAMPLES.items()
    )
    return f"""
    app: types
    languages: [en, zh]
    timezone: Asia/Shanghai
    currency: CNY
    roles: {{keeper: {{}}}}
    ---
    entity: other
    title: name
    fields:
      name: {{type: text}}
    access: {{keeper: {{read: true}}}}
    ---
    entity: thing
    title: f_text
    fields:
{fields}
    access: {{keeper: {{read: true, create: true, update: true}}}}
    ---
    list: thing
    columns: [{", ".join(f"f_{word}" for word in (*VALUES, *UPLOADS))}]
    """


@dataclass
class Stage:
    """The application on one database, with its pages and API."""

    world: World
    flask: Flask
    token: str
    ann: Person

    def send(self, method: str, path: str, values: object = None) -> Any:
        body: dict[str, Any] = {} if values is None else {"json": values}
        return self.flask.test_client().open(f"/api/v1{path}", method=method, headers={"Authorization": f"Bearer {self.token}"}, **body)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("LOOM_KEYS", str(tmp_path_factory.mktemp("keys")))
        patch.setenv("LOOM_FILES", str(tmp_path_factory.mktemp("files")))
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('types') / 'types.db'}"
        else:
            url = stack.enter_context(postgresql_database(request.getfixturevalue("postgresql_server_url")))
        world = stack.enter_context(opened(application(), url, plugins=PLUGINS))
        ann = world.person("ann", roles=["keeper"], email="ann@example.com")
        world.save("system", "other", name="First")
        world.app.run(AUTH, lambda uow: set_password(uow, ann, HASH))
        token = world.app.run(AUTH, lambda uow: create_token(uow, ann, "tests", read_scope("write thing:write")))
        flask = pages_of(world.app)
        browser = Person(flask)
        browser.sign_in("ann", PASSWORD)
        yield Stage(world, flask, token, browser)


def test_every_type_has_a_sample() -> None:
    assert set(SAMPLES) == set(TYPES), "a type without a row here walks nowhere"


@pytest.mark.parametrize("word", TYPES)
def test_struct_and_schema(word: str) -> None:
    struct, schemas = TYPES[word], definitions((ColorField,))
    assert struct.__doc__
    assert struct.__struct_config__.tag == word
    schema = schemas[struct.__name__]
    assert all(part["title"] for part in schema["properties"].values()), "every key says what it means"
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/$defs/Entity", "$defs": schemas}
    validator = Draft202012Validator(whole)
    keys = {"type": word, **yaml.safe_load(f"{{{SAMPLES[word].keys}}}")}
    assert list(validator.iter_errors({"entity": "thing", "fields": {"f": keys}})) == []
    assert list(validator.iter_errors({"entity": "thing", "fields": {"f": {**keys, "nonsense": 1}}}))


@pytest.mark.parametrize("word", TYPES)
def test_formula_type(word: str, stage: Stage) -> None:
    field = stage.world.metadata.entities["thing"].fields[f"f_{word}"]
    assert field.type.kind is SAMPLES[word].kind
    if word in COLUMNS:
        blank = compile(f"ISBLANK(f_{word})", Names("thing"), stage.world.metadata.catalog, Context.FILTER)
        with stage.world.look("system") as view:
            row = {f"f_{word}": SAMPLES[word].value}
            assert (blank(row, RecordFrame(view)), blank({}, RecordFrame(view))) == (False, True)


@pytest.mark.parametrize("word", COLUMNS)
def test_column(word: str, stage: Stage) -> None:
    """The value comes back from the database exactly as it went in, and it is found there by SQL."""
    sample = SAMPLES[word]
    row = stage.world.save("ann", "thing", **{f"f_{word}": sample.typed if word != "percent" else "13%"})
    number = int(str(row["id"]))
    with stage.world.look("ann") as view:
        column = view.tables.column("thing", f"f_{word}")
        kept = view.connection.execute(sa.select(column).where(view.tables.table("thing").c.id == row["id"])).scalar_one()
        loaded = fetch(view, "thing", number)[f"f_{word}"]
    assert (kept, loaded) == (sample.value, sample.value)
    assert type(loaded) is type(sample.value)
    assert row["id"] in stage.world.find("ann", "thing", f"NOT ISBLANK(f_{word})")
    assert row["id"] not in stage.world.find("ann", "thing", f"ISBLANK(f_{word})")


@pytest.mark.parametrize(("word", "wrong"), [(word, wrong) for word, sample in SAMPLES.items() for wrong in sample.wrong])
def test_what_does_not_fit_is_told_at_the_field(word: str, wrong: str, stage: Stage) -> None:
    with pytest.raises(Invalid) as refused:
        stage.world.save("ann", "thing", **{f"f_{word}": wrong})
    problem = refused.value.problems[0]
    assert problem.path == f"f_{word}"
    assert problem.message.render("zh") != problem.message.render("en"), "said in Chinese too"


@pytest.mark.parametrize("word", [word for word in TYPES if word not in UPLOADS])
def test_api(word: str, stage: Stage) -> None:
    """What the API gives can be sent again, and is as it says itself."""
    sample, name = SAMPLES[word], f"f_{word}"
    sent = {name: sample.plain if word != "percent" else "0.13"}
    made = stage.send("POST", "/records/thing", sent)
    assert made.status_code == 201, made.get_data(as_text=True)
    given = stage.send("GET", f"/records/thing/{made.get_json()['id']}").get_json()[name]
    if word == "table":
        assert [row["words"] for row in given] == ["cell"]
    else:
        assert given == sample.plain
    described = stage.send("GET", "/openapi.json").get_json()
    schema = next(s["properties"][name] for s in described["components"]["schemas"].values() if name in s.get("properties", {}))
    validator = Draft202012Validator({**schema, "components": described["components"]})
    assert list(validator.iter_errors(given)) == []
    assert list(validator.iter_errors(object())) != []


@pytest.mark.parametrize("word", VALUES)
def test_form_page_and_list(word: str, stage: Stage) -> None:
    """What a person types is kept, stands in the form again, and is read on the page and in the list."""
    sample, name, ann = SAMPLES[word], f"f_{word}", stage.ann
    ann.open("/records/thing/new")
    assert name in ann.page.text
    ann.send("/new", **{name: sample.typed})
    number = max(stage.world.find("ann", "thing"))
    with stage.world.look("ann") as view:
        assert load(view, "thing", number).values[name] == sample.value
    shown = sample.shown or escape(str(sample.value))
    ann.open(f"/records/thing/{number}")
    assert shown in ann.page.text
    assert f"The {word}" in ann.page.words
    assert ann.page.forbidden == []
    ann.open("/records/thing?sort=-id")
    assert (shown if word != "rich_text" else "Hello you") in ann.page.text
    ann.open(f"/records/thing/{number}/edit")
    assert not sample.again or dict(ann.form("/edit").fields)[name] == sample.again
    ann.send("/edit")
    with stage.world.look("ann") as view:
        assert load(view, "thing", number).values[name] == sample.value, "a form that is sent as it stands changes nothing"


@pytest.mark.parametrize("word", UPLOADS)
def test_files(word: str, stage: Stage) -> None:
    """A file goes through form, page, list and API: its content comes back as it went, and a form sent as it stands keeps it."""
    name, ann, content = f"f_{word}", stage.ann, UPLOADS[word]
    ann.open("/records/thing/new")
    ann.send("/new", **{name: (io.BytesIO(content), f"{word}.bin")})
    number = max(stage.world.find("ann", "thing"))
    with stage.world.look("ann") as view:
        value = load(view, "thing", number).values[name]
    assert isinstance(value, tuple) is (word == "image")
    file = value[0] if isinstance(value, tuple) else value
    for address in (f"/records/thing/{number}", "/records/thing?sort=-id", f"/records/thing/{number}/edit"):
        ann.open(address)
        assert f"/files/{file}" in ann.page.text
        assert f"{word}.bin" in ann.page.text
    ann.send("/edit")
    with stage.world.look("ann") as view:
        assert load(view, "thing", number).values[name] == value
    answer = ann.client.get(f"/files/{file}", buffered=True)
    assert (answer.status_code, answer.data) == (200, content)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    sent = (
        stage.flask.test_client()
        .post(
            f"/api/v1/files?name=b.{word}",
            data=content,
            headers={"Authorization": f"Bearer {stage.token}"},
            content_type="application/octet-stream",
        )
        .get_json()
    )
    made = stage.send("POST", "/records/thing", {name: [sent["id"]] if word == "image" else sent["id"]})
    assert made.status_code == 201, made.get_json()
    given = stage.send("GET", f"/records/thing/{made.get_json()['id']}?titles=true").get_json()[name]
    assert given == ([{"id": sent["id"], "title": f"b.{word}"}] if word == "image" else {"id": sent["id"], "title": f"b.{word}"})
    headers = {"Authorization": f"Bearer {stage.token}"}
    assert stage.flask.test_client().get(f"/api/v1/files/{sent['id']}", headers=headers, buffered=True).data == content
    ann.open(f"/records/thing/{number}/edit")
    ann.send("/edit", **{name: ""})
    with stage.world.look("ann") as view:
        assert load(view, "thing", number).values[name] is None, "what is no longer ticked is taken out"


def test_a_mistake_in_a_type_of_a_plugin_is_found_like_any_other() -> None:
    text = application().replace("system: ral", "system: pantoe")
    issue, *rest = check_sources(sources(text), plugins=PLUGINS).issues
    assert (issue.code, issue.hint, rest) == ("S204", 'did you mean "pantone"?', [])
    other = application().replace("system: ral", "sistem: ral")
    assert [(i.code, i.message) for i in check_sources(sources(other), plugins=PLUGINS).issues] == [
        ("S201", 'There is no key "sistem" in a field of type color.')
    ]
    assert "S204" in {i.code for i in check_sources(sources(application())).issues}, "without its plugin there is no such type"


def test_a_table_may_hold_a_type_of_a_plugin() -> None:
    text = application().replace("{words: {type: text}}", "{words: {type: text}, paint: {type: color}}")
    report = check_sources(sources(text), plugins=PLUGINS)
    assert report.metadata is not None, report.issues
    assert type(report.metadata.entities["thing.f_table"].fields["paint"].declared) is ColorField


def test_a_type_of_a_plugin_changes_nothing_else_of_the_language() -> None:
    usual, extended = definitions(), definitions((ColorField,))
    assert extended.keys() - usual.keys() == {"ColorField"}
    for struct in ("Entity", "Extension", "TableField"):
        assert set(extended[struct]["properties"]) == set(usual[struct]["properties"])
        assert set(extended[struct].get("required", ())) == set(usual[struct].get("required", ()))
        assert extended[struct]["description"] == usual[struct]["description"]
    assert kinds_with() is kinds_with(())


def test_data_of_a_default_is_checked_and_of_a_formula_is_shown_as_it_is(sqlite_url: str) -> None:
    text = (
        application()
        .replace("label: {en: The json, zh: 此 json}", "default: nonsense", 1)
        .replace(
            "    access: {keeper: {read: true, create",
            "      note: {type: json, formula: f_text}\n    access: {keeper: {read: true, create",
            1,
        )
    )
    with opened(text, sqlite_url, plugins=PLUGINS) as world:
        with pytest.raises(Invalid, match="JSON"):
            world.save("system", "thing", f_text="no data")
        row = world.save("system", "thing", f_text="no data", f_json="[]")
        note = world.metadata.entities["thing"].fields["note"]
    assert plain_value(note, row["note"]) == "no data"
    assert Display("en", ZONE, datetime(2026, 3, 2, tzinfo=UTC), {}).cell(note, row["note"], {}).text == "no data"


def test_the_activity_tells_what_data_and_places_were(stage: Stage) -> None:
    row = stage.world.save("ann", "thing", f_json="[1]", f_location="1, 2")
    number = int(str(row["id"]))
    stage.world.save("ann", "thing", number, f_json='{"a": [2]}', f_location={"latitude": "3", "longitude": "-4.50"})
    with stage.world.look("ann") as view:
        changed = {
            d.field.name: (d.old, d.new)
            for d in activity(view, view.metadata.entities["thing"], load(view, "thing", number))[0].differences
        }
    assert changed == {"f_json": ("[1]", '{"a":[2]}'), "f_location": ("1,2", "3,-4.5")}


def test_a_text_does_not_become_data_by_itself(stage: Stage) -> None:
    fields = stage.world.metadata.entities["thing"].fields
    assert shape_of(fields["f_text"]) == shape_of(fields["f_bank"])
    assert len({shape_of(fields[f"f_{word}"]) for word in ("text", "rich_text", "json", "location")}) == 4


def test_a_masked_place_stays_masked(sqlite_url: str) -> None:
    """What is masked is no place and no data any more, and is given as it is."""
    text = application().replace("read: true, create: true, update: true", "read: true, mask: {f_location: last4, f_json: all}")
    with opened(text, sqlite_url, plugins=PLUGINS) as world:
        world.person("ann", roles=["keeper"])
        row = world.save("system", "thing", f_location="31.2304, 121.4737", f_json='{"a": 1}')
        with world.look("ann") as view:
            given = shaped(view.metadata.entities["thing"], load(view, "thing", int(str(row["id"]))))
    assert (str(given["f_location"])[-4:], given["_masked"]) == ("4737", ["f_json", "f_location"])
    assert "31.2" not in str(given)
    assert '"a"' not in str(given["f_json"])


def test_formatted_text_is_found_by_its_words_and_not_by_its_markup(stage: Stage) -> None:
    row = stage.world.save("ann", "thing", f_rich_text="<h2>Galvanised</h2><p><strong>Hex</strong>agon &amp; flange</p>")
    for words, found in (("galvanised", True), ("hexagon", True), ("flange", True), ("strong", False), ("h2", False)):
        assert (row["id"] in stage.world.find("ann", "thing", words=words)) is found, words


def test_formatted_text_of_a_formula_is_cleaned_when_it_is_shown(stage: Stage) -> None:
    """What a formula puts together never went through the door where input is cleaned."""
    field = stage.world.metadata.entities["thing"].fields["f_rich_text"]
    display = Display("en", ZONE, datetime(2026, 3, 2, tzinfo=UTC), {})
    assert display.cell(field, "<p>a</p><script>b()</script><img src=x onerror=c()>", {}).text == "<p>a</p>"
