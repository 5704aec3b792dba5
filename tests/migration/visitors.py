"""Processes that serve an application, and people who write through their API without pause (test_two_processes.py)."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

PATIENCE = 60
AWAY = 503


@contextmanager
def served(root: Path, url: str, name: str) -> Iterator[int]:
    """`loom run` of the application in `root` on a database: its port, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    program = [sys.executable, "-c", "from engine.cli import main; main()"]
    command = [*program, "run", str(root), "--db", url, "--port", str(port), "--workers", "1"]
    with (root / f"{name}.log").open("wb") as log, subprocess.Popen(command, stderr=log) as server:
        try:
            yield port
        finally:
            server.terminate()


def listening(port: int) -> None:
    """Waits until the port is open; from then on a connection waits by itself for a process that answers."""
    pause = threading.Event()
    for _ in range(PATIENCE * 10):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.1)
    raise AssertionError("the server did not open its port")


@dataclass
class Visitor:
    """Somebody who makes a record, reads it, and changes it, over and over; `written` is what they were told is there.

    `away` counts the answers that said to come back later, `failed` holds every other that is no success; `told` is set with each round.
    """

    port: int
    token: str
    name: str
    written: dict[int, str] = field(default_factory=dict)
    away: int = 0
    failed: list[Any] = field(default_factory=list)
    rounds: int = 0
    told: threading.Condition = field(default_factory=threading.Condition)
    done: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        """Until it is `done`, or something fails."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as line:
            while not (self.done.is_set() or self.failed):
                self._round(line, f"{self.name}-{self.rounds}")
                with self.told:
                    self.rounds += 1
                    self.told.notify_all()

    def more(self, rounds: int) -> None:
        """Waits until so many more rounds have begun and ended."""
        with self.told:
            for wanted in range(self.rounds + 1, self.rounds + 2 + rounds):
                assert self.told.wait_for(partial(self._came_to, wanted), PATIENCE), "nobody answers"

    def _came_to(self, rounds: int) -> bool:
        return self.rounds >= rounds or bool(self.failed)

    def _round(self, line: http.client.HTTPConnection, mark: str) -> None:
        made = self._ask(line, "POST", "", {"mark": mark, "it": "7", "lines": [{"n": 3}]})
        if made is None:
            return
        number = int(made["id"])
        self.written[number] = mark
        read = self._ask(line, "GET", f"/{number}")
        if read is not None and self._ask(line, "PATCH", f"/{number}", {"mark": f"{mark}!"}, read["version"]) is not None:
            self.written[number] = f"{mark}!"

    def _ask(
        self, line: http.client.HTTPConnection, method: str, path: str, body: Any = None, version: Any = None
    ) -> dict[str, Any] | None:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
        headers |= {"If-Match": f'"{version}"'} if version is not None else {}
        while True:
            line.request(method, f"/api/v1/records/thing{path}", json.dumps(body) if body is not None else None, headers)
            answer = line.getresponse()
            said = answer.read()
            if answer.status != AWAY:
                break
            self.away += 1
            self.done.wait(0.1)
            assert answer.headers["Retry-After"], "who is sent away is told when to come back"
        if answer.status not in (200, 201):
            self.failed.append((method, path, answer.status, said.decode()))
            return None
        found: dict[str, Any] = json.loads(said)
        return found


@contextmanager
def writing(visitors: Sequence[Visitor]) -> Iterator[None]:
    """Meanwhile they all write."""
    with ThreadPoolExecutor(len(visitors)) as threads:
        working = [threads.submit(visitor.write) for visitor in visitors]
        try:
            yield
        finally:
            for visitor in visitors:
                visitor.done.set()
    for work in working:
        work.result()
