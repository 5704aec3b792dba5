"""One application on a real database, with people and their tokens, called through WSGI."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

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
from tests.databases import postgresql_database
from tests.templates import TEMPLATES

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
        body: dict[str, Any] = {} if values is None else {"data": json.dumps(values), "content_type": "application/json"}
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
    """The empty database at `url` becomes a copy of one to which the application in `root` was applied."""
    TEMPLATES.fill(url, str(root), partial(_apply, root))


def _apply(root: Path, url: str) -> None:
    database = open_database(url)
    sources = read_sources(root)
    metadata = load_sources(sources, plugins=Plugins.discover(root))
    migration.apply(database, sources, metadata, "tests", datetime(2026, 3, 2, tzinfo=UTC))
    database.dispose()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One application for the tests of a module, which therefore make their own records."""
    folder = tmp_path_factory.mktemp("api")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOM_KEYS", str(folder / "keys"))
        patch.setenv("LOOM_API_PER_MINUTE", "0")
        if request.param == "sqlite":
            yield from open_world(f"sqlite:///{folder / 'api.db'}")
        else:
            with postgresql_database(request.getfixturevalue("postgresql_server_url")) as url:
                yield from open_world(url)


def open_world(url: str) -> Iterator[World]:
    apply_folder(ROOT, url)
    app = open_app(ROOT, url)
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


@pytest.fixture
def supplier(world: World) -> int:
    """A supplier that everybody may order from."""
    return int(world["ann"].made("supplier", {"name": f"Supplier {uuid4().hex}"})["id"])
