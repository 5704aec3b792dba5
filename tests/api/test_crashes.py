"""A serving process is killed while people write: what was acknowledged is there, nothing is half there, and the chain verifies."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from engine import records, settings, storage, workflow
from engine.access import AUTH, SYSTEM
from engine.app import App, open_app
from engine.unit_of_work import UnitOfWork
from engine.web.api import create_token
from tests.api.conftest import ROOT, apply_folder
from tests.api.orders import order

WRITERS = 4
TOTAL = 30
MOST = 18
"""After at most so many acknowledged writes the process is killed."""

Sent = tuple[str, str, dict[str, object]]
"""The key of a write, its path and its body."""


@dataclass
class Load:
    """People who write as fast as they can until the server is gone; what each was told, and what nobody answered."""

    port: int
    token: str
    supplier: int
    enough: int
    acknowledged: list[dict[str, Any]] = field(default_factory=list)
    submitted: list[int] = field(default_factory=list)
    unanswered: list[Sent] = field(default_factory=list)
    reached: threading.Event = field(default_factory=threading.Event)
    killed: threading.Event = field(default_factory=threading.Event)

    def run(self, kill: Callable[[], None]) -> None:
        """Write until enough was acknowledged, kill, and end: whoever writes to another process would never notice."""
        threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]
        for thread in threads:
            thread.start()
        assert self.reached.wait(60)
        kill()
        self.killed.set()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()

    def again(self) -> None:
        """Send what was not answered once more, with the same keys."""
        pending, self.unanswered = self.unanswered, []
        for sent in pending:
            with closing(self._line()) as line:
                self._heard(line, sent)
        assert not self.unanswered

    def _write(self) -> None:
        with closing(self._line()) as line:
            while not self.killed.is_set() and (made := self._heard(line, (uuid4().hex, "", order(self.supplier)))) is not None:
                if self._heard(line, (uuid4().hex, f"/{made['id']}/actions/submit", {})) is None:
                    return

    def _line(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def _heard(self, line: http.client.HTTPConnection, sent: Sent) -> dict[str, Any] | None:
        key, path, body = sent
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Idempotency-Key": key}
        try:
            line.request("POST", f"/api/v1/records/purchase_order{path}", json.dumps(body), headers)
            answer = line.getresponse()
            told: dict[str, Any] = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            self.unanswered.append(sent)
            return None
        assert answer.status in (200, 201), told
        if path:
            self.submitted.append(told["id"])
        else:
            self.acknowledged.append(told)
        if len(self.acknowledged) + len(self.submitted) >= self.enough:
            self.reached.set()
        return told


@contextmanager
def served(url: str, folder: Path) -> Iterator[tuple[int, Callable[[], None]]]:
    """`loom run` on a database, with two processes: its port, and what kills one that serves; another takes its place."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-c",
        "from engine.cli import main; main()",
        "run",
        str(ROOT),
        "--db",
        url,
        "--port",
        str(port),
        "--workers",
        "2",
    ]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stderr=log) as master:
        children = Path(f"/proc/{master.pid}/task/{master.pid}/children")
        try:
            yield port, lambda: os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
        finally:
            master.terminate()


def listening(port: int) -> None:
    """Waits until the port is open; from then on a connection waits by itself for a process that answers."""
    pause = threading.Event()
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.1)
    raise AssertionError("the server did not open its port")


def check(app: App, load: Load) -> None:
    """Everything that was told is there, whole, and in both histories."""
    with app.look(SYSTEM) as view:
        entity = view.metadata.identity.numbers["entity:purchase_order"]
        numbers = tuple(one["id"] for one in load.acknowledged)
        rows = {r.id: r for r in records.find(view, records.Query("purchase_order", ids=numbers, limit=len(numbers), tables=True)).records}
        assert set(rows) == set(numbers)
        for told in load.acknowledged:
            row, sent = rows[told["id"]], told["id"] in load.submitted
            assert (row.values["number"], row.values["state"]) == (told["number"], "in_review" if sent else "draft")
            assert (len(row.values["lines"]), row.values["total"]) == (2, TOTAL)  # type: ignore[arg-type]
            assert len(storage.entries(view.connection, entity, row.id)) == row.version
            running = workflow.instances_of(view, "purchase_order", row.id), workflow.open_tasks(view, "purchase_order", row.id)
            assert [len(each) for each in running] == [sent, sent]


def people(uow: UnitOfWork) -> tuple[str, int]:
    """A buyer's token, and a supplier; somebody else approves."""
    ann, _lea = (
        records.save(uow, "user", None, {"name": name, "login": name, "roles": [role]})["id"]
        for name, role in (("ann", "buyer"), ("lea", "lead"))
    )
    supplier = records.save(uow, "supplier", None, {"name": "Hong"})["id"]
    return create_token(uow, int(str(ann)), "crashes"), int(str(supplier))


def test_a_killed_process_loses_nothing_that_it_has_acknowledged(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, effort: Callable[[int, int], int]
) -> None:
    monkeypatch.setenv("LOOM_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("LOOM_API_PER_MINUTE", "0")  # a process that dies takes its share of the minute with it
    apply_folder(ROOT, database_url)
    told = 0
    with closing(open_app(ROOT, database_url)) as app, served(database_url, tmp_path) as (port, kill):
        token, supplier = app.run(AUTH, people)
        listening(port)
        for turn in range(effort(10, 100)):
            load = Load(port, token, supplier, enough=1 + 7 * turn % MOST)
            load.run(kill)
            load.again()
            check(app, load)
            told += len(load.acknowledged)
        with app.look(SYSTEM) as view:
            assert records.count(view, records.Query("purchase_order"), 100_000) == told, "what was sent twice is there once"
            assert not list(storage.verify(view.connection, settings.key(ROOT, "audit")))
