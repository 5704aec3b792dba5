"""The bundled application with its demonstration, behind its API: everybody has a token, and it can be put back to how it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from engine.access import AUTH
from engine.app import App, open_app
from engine.cli.accounts import Place
from engine.cli.demo import load
from engine.records import Query, find
from engine.unit_of_work import UnitOfWork
from engine.web.api import create_token, make_api
from tests.api.conftest import apply_folder
from tests.templates import TEMPLATES

ROOT = Path(__file__).parents[2]
PREFIX = "/api/v1"
Description = dict[str, Any]


@dataclass
class Bundled:
    """The application on the empty database at `url`. The settings LOOM_KEYS and LOOM_FILES name folders of the test's own."""

    url: str
    tokens: dict[str, str] = field(default_factory=dict)
    """By the names with which its people sign in."""
    app: App = field(init=False)
    client: FlaskClient = field(init=False)

    def open(self) -> None:
        """Everything is as the demonstration left it."""
        TEMPLATES.fill(self.url, self.url, self._fill)
        self.app = open_app(ROOT, self.url)
        self.client = make_api(self.app).test_client()

    def put_back(self) -> None:
        """Everything is so again."""
        self.app.close()
        self.open()

    def who(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[name]}"}

    def described(self, name: str) -> Description:
        """What somebody is told that they may use, in English, so that the same is told in the same words."""
        answer = self.client.get(f"{PREFIX}/openapi.json", headers={**self.who(name), "Accept-Language": "en"})
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def _fill(self, url: str) -> None:
        apply_folder(ROOT, url)
        load(Place(ROOT, url))
        app = open_app(ROOT, url)
        app.run(AUTH, self._give_tokens)
        app.close()

    def _give_tokens(self, uow: UnitOfWork) -> None:
        for person in find(uow, Query("user", limit=100)).records:
            self.tokens[str(person.values["login"])] = create_token(uow, person.id, "tests")


@contextmanager
def bundled(url: str) -> Iterator[Bundled]:
    """The same, open until the block ends."""
    found = Bundled(url)
    found.open()
    try:
        yield found
    finally:
        found.app.close()
