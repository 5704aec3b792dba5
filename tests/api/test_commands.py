"""The commands that make people and tokens, on both databases."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.app import open_app
from engine.cli import loom
from engine.web.api import make_api
from tests.api.conftest import ROOT, Client, apply_folder


@pytest.fixture
def url(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("LOOM_KEYS", str(tmp_path / "keys"))
    apply_folder(ROOT, database_url)
    return database_url


def call(url: str, *words: str) -> Result:
    return CliRunner().invoke(loom, [*words, str(ROOT), "--db", url])


def test_an_account_and_a_token_from_the_command_line(url: str) -> None:
    made = call(url, "user", "create", "dan", "--name", "Dan", "--email", "dan@example.com", "--role", "buyer")
    assert (made.exit_code, len(made.output.strip())) == (0, 16)
    assert "dan\tDan\tbuyer" in call(url, "user", "list").output
    printed = call(url, "token", "create", "dan@example.com", "--scope", "supplier:read", "--days", "7")
    token = printed.output.strip()
    app = open_app(ROOT, url)
    client = Client(make_api(app).test_client(), 0, token)
    assert client.get("/me").get_json()["scope"] == ["supplier:read"]
    listed = call(url, "token", "list", "dan").output
    assert "supplier:read" in listed
    assert token.split("_", 2)[2] not in listed
    assert call(url, "token", "revoke", token.split("_")[1]).exit_code == 0
    assert "revoked" in call(url, "token", "list", "dan").output
    app.close()


def test_wrong_words_are_refused(url: str) -> None:
    assert "is no scope" in str(call(url, "token", "create", "dan", "--scope", "all").output)
    missing = call(url, "token", "create", "nobody")
    assert missing.exit_code == 1
    assert "There is no person" in str(missing.exception)
    unknown = call(url, "user", "create", "eve", "--role", "queen")
    assert unknown.exit_code == 1
    assert "eve" not in call(url, "user", "list").output


def test_an_account_is_closed_and_opened(url: str) -> None:
    call(url, "user", "create", "fay")
    assert call(url, "user", "close", "fay").exit_code == 0
    assert "fay\tfay\t\tclosed" in call(url, "user", "list").output
    assert call(url, "user", "open", "fay").exit_code == 0
    assert "closed" not in call(url, "user", "list").output


def test_a_password_is_long_enough(url: str) -> None:
    call(url, "user", "create", "gus")
    assert call(url, "user", "password", "gus", "--password", "short").exit_code == 2
    assert call(url, "user", "password", "gus", "--password", "long enough for anybody").exit_code == 0


def test_people_are_invited_and_erased_from_the_command_line(url: str) -> None:
    call(url, "user", "create", "eve", "--name", "Eve Adams", "--email", "eve@example.com")
    call(url, "user", "create", "max")
    for name in ("eve", "max"):  # no mail leaves here, so nobody needs an address
        invited = call(url, "user", "invite", name)
        assert (invited.exit_code, "http" in invited.output) == (0, True)
    again = call(url, "user", "password", "eve", "--password", "long enough for anybody", "--without-second-factor")
    assert again.exit_code == 0
    preview = call(url, "user", "erase", "eve")
    assert (preview.exit_code, "Eve Adams" in preview.output) == (1, True)
    assert "Eve Adams" in call(url, "user", "list").output
    assert call(url, "user", "erase", "eve", "--yes").exit_code == 0
    assert "Eve Adams" not in call(url, "user", "list").output
