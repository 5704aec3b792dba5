"""The server itself: whoever sends next to nothing keeps nobody else waiting."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from engine.cli.accounts import Place
from engine.cli.run import Serving, web_settings
from engine.web import create_app
from tests.applications import opened as opened_application

SERVED = """
import sys
from engine.cli import patience
from engine.cli.serving import Server

patience.HEAD_SECONDS = patience.BODY_SECONDS = float(sys.argv[2])

def application(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]

def made():
    print("ready", flush=True)
    return application

Server(made, f"127.0.0.1:{sys.argv[1]}").run()
"""
WHOLE = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok"
HALF_A_HEAD, HALF_A_BODY = b"GET / HTTP/1.1\r\nHost: ", WHOLE[:-1]
MANY = 40


def served(seconds: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with subprocess.Popen([sys.executable, "-c", SERVED, str(port), seconds], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield port
        process.terminate()


@pytest.fixture
def patient() -> Iterator[int]:
    yield from served("600")


@pytest.fixture
def hasty() -> Iterator[int]:
    yield from served("0.2")


def opened(port: int, sent: bytes) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=20)
    line.sendall(sent)
    return line


def answered(line: socket.socket) -> bytes:
    """What comes back; nothing where the other side ends it without a word."""
    found = b""
    try:
        while not found.endswith(b"\r\n\r\nok") and (piece := line.recv(1000)):
            found += piece
    except ConnectionResetError:
        return b""
    return found[:12]


def test_heads_that_never_end_keep_nobody_waiting(patient: int) -> None:
    with ExitStack() as all_of_them:
        for _ in range(MANY):
            all_of_them.enter_context(opened(patient, HALF_A_HEAD))
        asking = all_of_them.enter_context(opened(patient, WHOLE))
        assert answered(asking) == b"HTTP/1.1 200"
        asking.sendall(WHOLE[:30])
        other = all_of_them.enter_context(opened(patient, WHOLE))
        assert answered(other) == b"HTTP/1.1 200"
        asking.sendall(WHOLE[30:])
        assert answered(asking) == b"HTTP/1.1 200", "what comes in pieces is put together"


def test_who_does_not_close_keeps_nobody_waiting(patient: int) -> None:
    """Each of them would stop the loop that takes connections for two seconds: together for longer than the last one waits."""
    with ExitStack() as all_of_them:
        ending = WHOLE.replace(b"Host", b"Connection: close\r\nHost")
        lines = [all_of_them.enter_context(opened(patient, ending)) for _ in range(MANY)]
        assert answered(all_of_them.enter_context(opened(patient, WHOLE))) == b"HTTP/1.1 200"
        assert {answered(line) for line in lines} == {b"HTTP/1.1 200"}


@pytest.mark.parametrize("begun", [HALF_A_HEAD, HALF_A_BODY, b"\r\n\r\n"])
def test_what_comes_too_slowly_is_given_up(hasty: int, begun: bytes) -> None:
    with ExitStack() as all_of_them:
        slow = [all_of_them.enter_context(opened(hasty, begun)) for _ in range(MANY)]
        assert {answered(line) for line in slow} <= {b"", b"HTTP/1.1 500"}
        assert answered(all_of_them.enter_context(opened(hasty, WHOLE))) == b"HTTP/1.1 200"


@pytest.mark.parametrize(
    ("host", "asked", "status"),
    [
        ("127.0.0.1", "127.0.0.1:8000", 200),
        ("127.0.0.1", "localhost:8000", 200),
        ("127.0.0.2", "127.0.0.2:8000", 200),
        ("127.0.0.1", "evil.example:8000", 400),
        ("127.0.0.1", "127.0.0.1.evil.example:8000", 400),
        ("0.0.0.0", "shop.example", 200),  # noqa: S104 - nothing listens
    ],
)
def test_the_name_of_another_site_does_not_lead_to_what_serves_this_machine(tmp_path: Path, host: str, asked: str, status: int) -> None:
    """Else a site whose name leads here for a moment would read the door, with the password of a demonstration."""
    with opened_application("app: small\nlanguages: [en]", f"sqlite:///{tmp_path / 'small.db'}") as world:
        flask = create_app(world.app, web_settings(tmp_path, Serving(Place(tmp_path, None), host, 8000)))
        assert flask.test_client().get("/login", headers={"Host": asked}).status_code == status
