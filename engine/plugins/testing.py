"""For authors of connectors: a local server that answers as told, and the check that a connector keeps its contract.

It needs nothing but Python, so a plugin can be tested anywhere:

    with AnsweringServer() as server:
        server.answer("/companies/7", Reply(json={"name": "Seven"}))
        opened = opened_for_test(MINE, "rest", {"url": server.url})
        assert opened.call("lookup", {"id": 7}, "key")["name"] == "Seven"
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

import msgspec

from engine.frozen import frozen

from .connector import Connector, Opened, Setting


@frozen
class Reply:
    """One answer: `json` or raw `body`; `silent` says nothing at all until the server is closed (for time-outs)."""

    status: int = 200
    json: object = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False

    def content(self) -> bytes:
        """The bytes of the answer."""
        return self.body if self.body is not None else msgspec.json.encode(self.json)


@frozen
class Request:
    """One request as it arrived."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


class AnsweringServer:
    """An HTTP server on this machine for the length of a `with`; `requests` lists what arrived, in order."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._replies: dict[str, list[Reply]] = {}
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False  # closing waits for the last answer
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, path: str, *replies: Reply) -> None:
        """What requests to `path` get, one after the other; the last one is repeated."""
        self._replies[path] = list(replies)

    def take(self, request: Request) -> Reply:
        """Note a request and say what it gets: 404 where nothing was told."""
        self.requests.append(request)
        replies = self._replies.get(request.path) or [Reply(404, {"error": "no such path"})]
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def wait_for_end(self) -> None:
        """Hold a silent request until the server is closed."""
        self._closing.wait()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._reply()

            def do_POST(self) -> None:
                self._reply()

            def _reply(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                reply = server.take(Request(self.command, parts.path, dict(parse_qsl(parts.query)), dict(self.headers), body))
                if reply.silent:
                    server.wait_for_end()
                    return
                self.send_response(reply.status)
                for name, value in {
                    "Content-Type": "application/json",
                    "Content-Length": str(len(reply.content())),
                    **reply.headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.content())

            def log_message(self, format: str, *args: object) -> None:
                """Tests stay quiet."""

        return Handler


def opened_for_test(connector: Connector, provider: str, options: Mapping[str, object], root: Path | None = None) -> Opened:
    """The connector with this provider, as an application would open it. Raises AssertionError when it breaks its own contract."""
    problems = connector.problems()
    if problems:
        raise AssertionError("; ".join(problems))
    return connector.open(provider, Setting(root or Path.cwd(), options))
