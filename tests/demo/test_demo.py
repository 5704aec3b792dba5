"""The demonstration of the bundled application: everybody has something to do, and the story ends now."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.access import AUTH, SYSTEM
from engine.app import App, open_app
from engine.cli.accounts import Place
from engine.cli.demo import DEMO_PASSWORD, demo_people, let_in, load
from engine.clock import SystemClock
from engine.errors import BadDefinition, Refusal
from engine.loading import load_sources, read_sources
from engine.migration import apply
from engine.records import Query, find
from engine.scenarios.demonstration import ending
from engine.scenarios.model import Scenario, Step
from engine.unit_of_work import View
from engine.web.accounts import account_of, matches, set_password
from engine.workflow import inbox
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("LOOM_KEYS", str(tmp_path / "keys"))
    app = open_app(ROOT, database_url)
    sources = read_sources(ROOT)
    apply(app.database, sources, load_sources(sources, plugins=app.plugins), "test", SystemClock().now())
    app.close()
    return Place(ROOT, database_url)


def waiting(app: App, login: str) -> list[str]:
    with app.look(SYSTEM) as view:
        (person,) = find(view, Query("user", typed=(f'login = "{login}"',))).records
    with app.look(app.people.actor(person.id)) as view:
        return [task.step["en"] for task in inbox(view)]


def refused_as_they_stand(app: App, people: tuple[str, ...]) -> dict[str, str]:
    """Forms of these people that are not taken although nothing was changed in them, each with the page that comes instead."""
    found = {}
    for login in people:
        with app.look(SYSTEM) as view:
            (number,) = (record.id for record in find(view, Query("user", typed=(f'login = "{login}"',))).records)
        person = Person(pages_of(app))
        come_in(person, number)
        for name in ("supplier", "certificate", "evaluation", "corrective_action", "lead"):
            lines = re.findall(rf'href="/records/{name}/(\d+)"', person.open(f"/records/{name}").text)
            for address in (f"/records/{name}/{line}/edit" for line in dict.fromkeys(lines)):
                person.open(address)
                if person.status != 200:
                    continue
                answer = person.send("/edit")
                if person.address == address:
                    found[f"{login} {address}"] = answer.words
    return found


def test_everybody_has_something_to_do_and_saves_what_stands_in_forms(place: Place) -> None:
    began = SystemClock().now()
    logins = load(place)
    with place.open() as app:
        assert {login: waiting(app, login) for login in logins if waiting(app, login)} == {
            "buyer": ["Registration"],
            "finance_head": ["Signatures of the directors"],
            "legal": ["Legal"],
            "quality": ["Quality"],
            "quality2": ["Audit on site"],
            "quality_head": ["Signatures of the directors"],
            "srm": ["Check by hand"],
            "supplier2": ["Registration"],
        }
        with app.look(SYSTEM) as view:
            suppliers = find(view, Query("supplier", limit=50)).records
        states = {str(supplier.values["state"]) for supplier in suppliers}
        assert states == set(app.metadata.entities["supplier"].lifecycle.states)  # type: ignore[union-attr]  # it has one
        latest = max(supplier.values["updated_at"] for supplier in suppliers)  # type: ignore[type-var]  # they are instants
        assert began - timedelta(days=1) < latest <= SystemClock().now()  # type: ignore[operator]  # see above
        if app.database.dialect == "sqlite":
            assert refused_as_they_stand(app, ("buyer", "buyer2", "lead", "quality2", "sales")) == {}
    with pytest.raises(Refusal, match="There are people in this database already"):
        load(place)


def test_who_was_loaded_before_is_let_in_with_the_password_that_the_door_tells(place: Place) -> None:
    load(place)
    with place.open() as app:
        own = app.run(AUTH, lambda uow: people(uow)["srm"])
        app.run(AUTH, lambda uow: set_password(uow, own, "of their own"))
        let_in(app)
        with app.look(AUTH) as view:
            held = {login: getattr(account_of(view, number), "password", "") for login, number in people(view).items()}
        assert held.pop("srm") == "of their own"
        assert all(matches(hashed, DEMO_PASSWORD) for hashed in held.values())


def people(view: View) -> dict[str, int]:
    return {str(person.values["login"]): person.id for person in demo_people(view)}


def test_the_story_ends_now() -> None:
    steps = (Step((), None, None, {"wait": "2 days"}), Step((), None, None, {}), Step((), None, None, {"wait": "1 hour"}))
    scenario = Scenario("demo", "demo.yaml", "2020-01-01 00:00", {}, {}, steps)
    now = datetime(2026, 3, 5, 10, 30, 7, tzinfo=UTC)
    assert ending(scenario, now, ZoneInfo("Asia/Shanghai")) == replace(scenario, clock="2026-03-03 17:30:07")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('scenario: demo\nclock: "2026-01-01 00:00"\npeople: {}\nsteps:\n  - {at: "2026-02-01 00:00"}\n', "only waits"),
        ('scenario: demo\nclock: "2026-01-01 00:00"\nsteps:\n  - {as: nobody, do: submit, record: nothing}\n', "nothing"),
    ],
)
def test_a_wrong_demonstration_is_refused_before_anything_is_written(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, words: str
) -> None:
    monkeypatch.setenv("LOOM_KEYS", str(tmp_path / "keys"))
    (tmp_path / "demo").mkdir()
    (tmp_path / "app.yaml").write_text("app: empty\nroles: {clerk: {}}\n", encoding="utf-8")
    (tmp_path / "demo" / "demo.yaml").write_text(content, encoding="utf-8")
    app = open_app(tmp_path, sqlite_url)
    sources = read_sources(tmp_path)
    apply(app.database, sources, load_sources(sources, plugins=app.plugins), "test", SystemClock().now())
    app.close()
    with pytest.raises(BadDefinition, match=words):
        load(Place(tmp_path, sqlite_url))
