"""The two sides as applications: for gunicorn by environment variable, for the same process by call."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from benchmarks.hand import make_hand
from benchmarks.operations import Ask, Send
from benchmarks.wire import connect, free_port
from engine import migration
from engine.app import App, open_app
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


@contextmanager
def serving(side: str, url: str) -> Iterator[int]:
    """The port of a gunicorn that serves one side; two processes of four threads, on SQLite one of eight."""
    port = free_port()
    workers, threads = ("1", "8") if url.startswith("sqlite") else ("2", "4")
    command = [sys.executable, "-m", "gunicorn", f"{MODULE}:{side}()", "--bind", f"127.0.0.1:{port}", "--workers", workers]
    command += ["--worker-class", "gthread", "--threads", threads, "--keep-alive", "60", "--log-level", "warning"]
    process = subprocess.Popen(command, env={**os.environ, "BENCH_URL": url})
    try:
        connect(port).close()
        yield port
    finally:
        process.terminate()
        process.wait()


def inside(flask: Flask, token: str) -> Send:
    """Requests through the WSGI application itself, without a socket."""
    client = flask.test_client()

    def send(ask: Ask) -> bytes:
        headers = {"Authorization": f"Bearer {token}", **ask.headers}
        response = client.open(ask.path, method=ask.method, data=ask.body, headers=headers, content_type="application/json")
        if response.status_code >= 300:
            raise RuntimeError(f"{ask.method} {ask.path}: {response.status_code} {response.get_data(as_text=True)}")
        return response.get_data()

    return send
