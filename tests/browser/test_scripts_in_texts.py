"""Every text of the demonstration is an attack, and every kind of page shows them as words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from engine.app import App, open_app
from tests.browser.conftest import ROOT, copy_database
from tests.web.small import come_in, pages_of
from tests.web.without_script import Page, Person

pytestmark = pytest.mark.ui
EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}"
TEXTS = {"text", "long_text", "email", "phone"}
WAYS = ("", "/new", "/1", "/1/edit")
OTHERS = f"""/ /inbox /notices /copies /account /model/supplier /workflows /workflows/supplier_onboarding /processes/1 /bin /search?q=script /search?q={quote(EVIL)}
    /records/supplier?show=board /records/supplier_category?show=tree /records/supplier?q={quote(EVIL)} /records/supplier/1/past?at=2030-01-01T00:00:00Z
    /records/supplier/1/delete /records/supplier/1/share /records/supplier/1/merge?with=2 /records/supplier/3/why/performance
    /reports/suppliers_by_category /reports/capability_profile /dashboards/purchasing/tiles/14"""


@pytest.fixture
def attacked(served: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """A copy of the demonstration in which all that people can type is an attack."""
    monkeypatch.setenv("LOOM_KEYS", str(folder / "keys"))
    copy_database(folder / "demo.db", tmp_path / "copy.db")
    app = open_app(ROOT, f"sqlite:///{tmp_path / 'copy.db'}")
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        known = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for entity in app.metadata.entities.values():
            table = entity.name.replace(".", "__")
            columns = {row[1] for row in copy.execute(f'PRAGMA table_info("{table}")')} if table in known else set()
            for field in entity.fields.values():
                if field.kind in TEXTS and field.name in columns and (entity.name, field.name) != ("user", "login"):
                    copy.execute(f'UPDATE "{table}" SET "{field.name}" = ? || id WHERE "{field.name}" IS NOT NULL', [EVIL])
        copy.execute("UPDATE loom_comment SET body = ?", [EVIL])
    yield app
    app.close()


def addresses(app: App) -> Iterator[str]:
    """A page of every kind, and of every kind of record."""
    yield from OTHERS.split()
    yield from (f"/records/{entity.name}{way}" for entity in app.metadata.documents if not entity.system for way in WAYS)
    yield from (f"/records/supplier/3?tab={tab}" for tab in range(1, 7))


@pytest.mark.parametrize("login", ["admin", "supplier"])
def test_no_text_becomes_markup(attacked: App, login: str) -> None:
    with sqlite3.connect(str(attacked.database.url).removeprefix("sqlite:///")) as copy:
        ((number,),) = copy.execute("SELECT id FROM user WHERE login = ?", [login])
    person = Person(pages_of(attacked))
    come_in(person, number)
    shown = 0
    for address in addresses(attacked):
        answer = person.client.get(address, follow_redirects=True)
        assert answer.status_code < 500, address
        assert "<script>alert" not in answer.text, address
        assert "<img src=x" not in answer.text, address
        assert Page(answer.text).forbidden == [], address
        shown += "&lt;script&gt;alert" in answer.text
    assert shown > 10
