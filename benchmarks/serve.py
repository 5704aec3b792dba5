"""The two sides as applications: for a server by environment variable, for the same process by call."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from benchmarks.hand import make_hand
from benchmarks.operations import Ask, Send
from benchmarks.wire import connect, free_port
from engine import migration
from engine.app import App, open_app
from engine.cli.serving import Server
from engine.clock import SystemClock
from engine.loading import load_sources, read_sources
from engine.plugins import Plugins
from engine.storage import open_database
from engine.web.api import make_api

ROOT = Path(__file__).parent / "application"
MODULE = "benchmarks.serve"


def open_engine(url: str) -> App:
    """The engine with the application of the benchmark."""
    return open_app(ROOT, url)


def apply_folder(root: Path, url: str) -> None:
    """Make the application in a folder the one that is served from a database."""
    database = open_database(url)
    sources = read_sources(root)
    migration.apply(database, sources, load_sources(sources, plugins=Plugins.discover(root)), "benchmarks", SystemClock().now())
    database.dispose()


def engine() -> Flask:
    """The engine's side, on the database in BENCH_URL."""
    return make_api(open_engine(os.environ["BENCH_URL"]))


def hand() -> Flask:
    """The hand-written side, on the database in BENCH_URL."""
    return make_hand(os.environ["BENCH_URL"])


SIDES = {"engine": engine, "hand": hand}


@contextmanager
def serving(side: str, url: str) -> Iterator[int]:
    """The port of a server as `loom run` starts it, for one side; two processes."""
    port = free_port()
    command = [sys.executable, "-m", MODULE, side, str(port), "2"]
    process = subprocess.Popen(command, env={**os.environ, "BENCH_URL": url})
    try:
        connect(port).close()
        yield port
    finally:
        process.terminate()
        process.wait()


def inside(flask: Flask, credentials: Mapping[str, str]) -> Send:
    """Requests through the WSGI application itself, without a socket, with these headers of who asks."""
    application = flask.wsgi_app

    def send(ask: Ask) -> bytes:
        path, _, query = ask.path.partition("?")
        started: list[str] = []
        environ = _ENVIRON | {
            "REQUEST_METHOD": ask.method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            **credentials,
            "CONTENT_LENGTH": str(len(ask.body)),
            "wsgi.input": io.BytesIO(ask.body),
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in ask.headers.items()},
        }

        def start(status: str, headers: object, failure: object = None) -> Callable[[bytes], object]:
            started.append(status)
            return _nothing

        found = b"".join(application(environ, start))
        if int(started[0][:3]) >= 300:
            raise RuntimeError(f"{ask.method} {ask.path}: {started[0]} {found.decode()}")
        return found

    return send


def _nothing(part: bytes) -> None:
    raise RuntimeError("nobody writes this way")


_ENVIRON: dict[str, object] = {
    "SERVER_NAME": "localhost",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "localhost",
    "CONTENT_TYPE": "application/json",
    "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr,
    "wsgi.version": (1, 0),
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


if __name__ == "__main__":
    Server(SIDES[sys.argv[1]], f"127.0.0.1:{sys.argv[2]}", int(sys.argv[3])).run()
