"""A process that serves notices what is applied, and with --dev what is saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.app import App, open_app
from engine.cli.watching import Watcher, bring_up_to_date
from tests.applications import write

SHOP = """
    app: shop
    label: Shop
    roles: {buyer: {}}
    ---
    entity: product
    fields:
      name: {type: text, required: true}
    access:
      buyer: {read: true}
"""
ICON = "icon: box\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(SHOP, tmp_path / "shop")
    return tmp_path / "shop"


@pytest.fixture
def app(folder: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setenv("LOOM_KEYS", str(folder / "keys"))
    opened = open_app(folder, sqlite_url)
    assert bring_up_to_date(opened, folder) == ()
    opened.serving.reload()
    return opened


def product(folder: Path) -> Path:
    return folder / "models" / "product.entity.yaml"


def test_a_saved_file_is_served_at_the_next_look(app: App, folder: Path) -> None:
    watcher = Watcher(app, folder)
    product(folder).write_text(product(folder).read_text() + ICON)
    watcher.look()
    assert app.metadata.entities["product"].icon == "box"
    assert app.metadata.number == 2
    assert watcher.issues() == ()
    app.close()


def test_a_mistake_is_an_issue_and_the_old_definition_serves_on(app: App, folder: Path) -> None:
    watcher = Watcher(app, folder)
    good = product(folder).read_text()
    product(folder).write_text(good.replace("required: true", "requird: true"))
    watcher.look()
    (issue,) = watcher.issues()
    assert "requird" in issue.message
    assert issue.line > 0
    assert app.metadata.number == 1
    product(folder).write_text(good + ICON)
    watcher.look()
    assert watcher.issues() == ()
    assert app.metadata.number == 2
    app.close()


def test_nothing_is_applied_while_nothing_is_saved(app: App, folder: Path) -> None:
    watcher = Watcher(app, folder)
    watcher.look()
    assert app.metadata.number == 1
    app.close()


def test_another_process_is_followed_without_a_folder(app: App, folder: Path, sqlite_url: str) -> None:
    other = open_app(folder, sqlite_url)
    product(folder).write_text(product(folder).read_text() + ICON)
    bring_up_to_date(other, folder)
    Watcher(app, None).look()
    assert app.metadata.number == 2
    other.close()
    app.close()


def test_the_watcher_stops(app: App) -> None:
    watcher = Watcher(app, None)
    watcher.start()
    watcher.stop()
    assert watcher.issues() == ()
    app.close()
