"""Calls over HTTP for connectors: bounded in time and size, never redirected, never into the own network unless allowed.

What can go wrong outside comes out as `CallFailed`, so that no provider needs to know the exceptions of the HTTP library.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
import requests
from requests_hardened import Config, Manager
from requests_hardened.ip_filter import InvalidIPAddress

from engine.errors import Message

from .connector import CallFailed, Payload

T = TypeVar("T", bound=Payload)
MOST_BYTES = 5_000_000
AGENT = "objectloom"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `status` is 200 to 299, everything else was raised."""

    status: int
    body: bytes

    def read(self, wanted: type[T]) -> T:
        """The JSON of the answer as `wanted`. Raises CallFailed `bad_answer` when it is something else."""
        try:
            return msgspec.json.decode(self.body, type=wanted)
        except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
            raise CallFailed("bad_answer", Message("The answer is not what was agreed: {wrong}", {"wrong": str(wrong)})) from wrong


@dataclass(frozen=True)
class Web:
    """An outside system with a base address; `private` lets calls into the own network (an ERP next door) through."""

    base: str
    seconds: int = 10
    private: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """Read something. Raises CallFailed."""
        return self._send("GET", path, params=dict(params or {}), content=None)

    def post(self, path: str, content: Payload) -> Answer:
        """Send something as JSON. Raises CallFailed."""
        return self._send("POST", path, params={}, content=msgspec.json.encode(content))

    def _send(self, method: str, path: str, params: dict[str, str], content: bytes | None) -> Answer:
        until = time.monotonic() + self.seconds
        headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if content else {}), **self.headers}
        try:
            with (
                self._session() as session,
                session.request(method, self.base.rstrip("/") + path, params=params, data=content, headers=headers, stream=True) as got,
            ):
                return _accepted(got, _read(got, until))
        except requests.Timeout as late:
            raise CallFailed("timeout", Message("No answer within {seconds} seconds", {"seconds": self.seconds})) from late
        except InvalidIPAddress as private:
            raise CallFailed("refused", Message("{base} leads into a private network", {"base": self.base})) from private
        except requests.RequestException as broken:
            raise CallFailed("unreachable", Message("{base} cannot be reached", {"base": self.base})) from broken

    def _session(self) -> requests.Session:
        config = Config(
            ip_filter_enable=not self.private,
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=(self.seconds, self.seconds),
            user_agent_override=AGENT,
        )
        session: requests.Session = Manager(config).get_session()
        session.trust_env = False  # no proxy and no .netrc of whoever started the server
        return session


def _read(got: requests.Response, until: float) -> bytes:
    """The body, unless it is too large or drips so slowly that the time is over (the library only times each piece)."""
    body = bytearray()
    for piece in got.iter_content(65_536):
        body += piece
        if len(body) > MOST_BYTES:
            raise CallFailed("bad_answer", Message("The answer has more than {most} bytes", {"most": MOST_BYTES}))
        if time.monotonic() > until:
            raise requests.Timeout
    return bytes(body)


def _accepted(got: requests.Response, body: bytes) -> Answer:
    status = got.status_code
    if status < 300:
        return Answer(status, body)
    said = Message("The other system answered {status}", {"status": status})
    if status == 408:
        raise CallFailed("timeout", said)
    if status == 429 or status >= 500:
        raise CallFailed("rate_limited" if status == 429 else "server_error", said, _wait(got.headers.get("Retry-After", "")))
    raise CallFailed("refused", said)


def _wait(retry_after: str) -> int | None:
    """Seconds of a Retry-After header; its other form, a date, is left to the retry of the step."""
    return int(retry_after) if retry_after.isascii() and retry_after.isdigit() else None
