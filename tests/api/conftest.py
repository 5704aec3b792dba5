"""One application on a real database, with people and their tokens, called through WSGI."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import migration
from engine.access import AUTH
from engine.app import App, open_app
from engine.loading import load_sources, read_sources
from engine.plugins import Plugins
from engine.records import save
from engine.storage import open_database
from engine.unit_of_work import UnitOfWork
from engine.web.api import create_token, make_api, read_scope

ROOT = Path(__file__).parent / "application"
PEOPLE = {"ann": ["buyer"], "bob": ["buyer"], "lea": ["lead"], "cleo": ["clerk"], "nobody": []}


@dataclass
class Client:
    """Somebody with a token."""

    flask: FlaskClient
    user: int
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, values: object = None, **headers: str) -> TestResponse:
        """Send a request; header names are written with `_`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {self.token}", **self.headers, **named}
        body = {} if values is None else {"data": json.dumps(values), "content_type": "application/json"}
        return self.flask.open(f"/api/v1{path}", method=method, headers=sent, **body)

    def get(self, path: str, **query: str) -> TestResponse:
        return self.flask.get(f"/api/v1{path}", query_string=query, headers={"Authorization": f"Bearer {self.token}", **self.headers})

    def made(self, entity: str, values: Mapping[str, object]) -> dict[str, Any]:
        """A new record."""
        response = self.send("POST", f"/records/{entity}", values)
        assert response.status_code == 201, response.get_data(as_text=True)
        return dict(response.get_json())


@dataclass
class World:
    """The application and its people."""

    app: App
    flask: Flask
    users: dict[str, int]
    tokens: dict[str, str]

    def __getitem__(self, name: str) -> Client:
        return Client(self.flask.test_client(), self.users[name], self.tokens[name])

    def token(self, name: str, scope: str = "") -> Client:
        """Another token of a person."""
        text = self.app.run(AUTH, lambda uow: create_token(uow, self.users[name], "scoped", read_scope(scope)))
        return Client(self.flask.test_client(), self.users[name], text)


def apply_folder(root: Path, url: str) -> None:
    database = open_database(url)
    sources = read_sources(root)
    metadata = load_sources(sources, plugins=Plugins.discover(root))
    migration.apply(database, sources, metadata, "tests", datetime(2026, 3, 2, tzinfo=UTC))
    database.dispose()


@pytest.fixture
def world(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("LOOM_KEYS", str(tmp_path / "keys"))
    apply_folder(ROOT, database_url)
    app = open_app(ROOT, database_url)
    users: dict[str, int] = {}
    tokens: dict[str, str] = {}

    def people(uow: UnitOfWork) -> None:
        for name, roles in PEOPLE.items():
            row = save(uow, "user", None, {"name": name.title(), "login": name, "email": f"{name}@example.com", "roles": roles})
            users[name] = int(str(row["id"]))
            tokens[name] = create_token(uow, users[name], "tests")

    app.run(AUTH, people)
    yield World(app, make_api(app), users, tokens)
    app.close()
