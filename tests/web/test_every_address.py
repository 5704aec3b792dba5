"""Every address that there is, asked by those whom it is not for, with numbers of what is somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from tests.applications import opened
from tests.web.walked import SECRETS, YAML, Walked, everybody, walked

OWN = ("loom_session", "loom_sign_in", "loom_tally", "loom_meta")
"""What whoever asks may write: their own session, and how often they asked."""
TYPED = {"words": "Mine", "name": "Mine", "comment": "Mine", "language": "en", "theme": "dark", "_do": "run", "_decision": "approve"}
Wrong = tuple[str, str, int, list[str]]


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    folder: Path = tmp_path_factory.mktemp("walk")
    with opened(YAML, f"sqlite:///{folder / 'walk.db'}") as world:
        everybody(world)
        yield walked(world)


def kept(target: Walked) -> set[tuple[object, ...]]:
    """Every row of every table, with the name of its table."""
    with target.world.app.database.read() as connection:
        names = sa.inspect(connection).get_table_names()
        wanted = [name for name in names if not name.startswith((*OWN, "sqlite_", "loom_search_"))]
        return {(name, *row) for name in wanted for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))}


@pytest.mark.parametrize("name", ["", "pam", "ned"])
def test_nothing_tells_or_changes_what_is_somebody_elses(target: Walked, name: str) -> None:
    before = kept(target)
    wrong = [*asked_pages(target, name), *called(target, name)]
    assert wrong == []
    assert before - kept(target) == set()


def asked_pages(target: Walked, name: str) -> Iterator[Wrong]:
    """Every page that answers otherwise than it should, asked with a token of a form."""
    person = target.person(name)
    person.open("/account" if name else "/login")
    token = next(value for form in person.page.forms for name, value in form.fields if name == "csrf_token")
    for method, address, guessed in target.pages():
        data = {"csrf_token": token, **TYPED} if method == "POST" else None
        yield from amiss((method, address), person.client.open(address, method=method, data=data), guessed)


def called(target: Walked, name: str) -> Iterator[Wrong]:
    """The same for every call of the API."""
    headers = {"If-Match": '"1"', **({"Authorization": f"Bearer {target.token(name)}"} if name else {})}
    for method, address, guessed in target.calls():
        sent = None if method in ("GET", "DELETE") else {**TYPED, "ids": [1]}
        answer = target.flask.test_client().open(address, method=method, json=sent, headers=headers)
        yield from amiss((method, address), answer, guessed)


def amiss(asked: tuple[str, str], answer: TestResponse, guessed: bool) -> Iterator[Wrong]:
    told = [secret for secret in SECRETS if secret in answer.text]
    if told or answer.status_code >= 500 or (answer.status_code < 300 and guessed):
        yield (*asked, answer.status_code, told)


def test_nothing_is_sent_without_the_token_of_a_form(target: Walked) -> None:
    """By somebody who may: whatever another site sends in their name is refused, and nothing is other than it was."""
    person, before = target.person("bea"), kept(target)
    posts = [address for method, address, _ in target.pages() if method == "POST"]
    sent = {address: person.client.post(address, data=TYPED).status_code for address in posts}
    signed = sent.pop("/public/subscriptions/end/x")
    assert (signed, {address: status for address, status in sent.items() if status != 400}) == (404, {})
    assert before - kept(target) == set()
