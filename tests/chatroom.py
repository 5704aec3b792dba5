"""The robot of a WeCom group, as its documentation describes it: a key, 20 messages a minute, errors as numbers beside status 200."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
MOST_BYTES = 2048


@dataclass
class Room:
    """What was said in the group, and to whom; `room_for` is how many more messages the robot takes in this minute."""

    said: list[tuple[str, list[str]]] = field(default_factory=list)
    room_for: int = 20

    def answer(self, path: str, body: bytes) -> tuple[int, str]:
        """The documented answer to a message."""
        if path != f"/cgi-bin/webhook/send?key={KEY}":
            return 93000, "invalid webhook url"
        message = json.loads(body)
        text = message.get("text", {})
        if message.get("msgtype") != "text" or not text.get("content"):
            return 44004, "text content is empty"
        if len(text["content"].encode()) > MOST_BYTES:
            return 40058, "text.content exceed max length 2048"
        if not self.room_for:
            return 45009, "api freq out of limit"
        self.room_for -= 1
        self.said.append((text["content"], text.get("mentioned_mobile_list", [])))
        return 0, "ok"


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """A group with a robot, and the setting that leads to it."""
    found = Room()

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            code, words = found.answer(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            answer = json.dumps({"errcode": code, "errmsg": words}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("LOOM_CHAT", f"http://127.0.0.1:{server.server_port}/cgi-bin/webhook/send?key={KEY}")
        yield found
        server.shutdown()
