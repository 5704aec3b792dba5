"""Calls over HTTP for connectors: bounded in time and size, never redirected, never into the own network unless allowed.

What can go wrong outside comes out as `CallFailed`, so that no provider needs to know the exceptions of the HTTP library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeVar

import msgspec

from engine.errors import Message
from engine.frozen import frozen

from .connector import CallFailed, Payload

T = TypeVar("T", bound=Payload)


@frozen
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


@frozen(slots=False)
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
        from .sending import Request, send  # noqa: PLC0415 - the HTTP library is slow to import, and checking an application sends nothing

        headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if content else {}), **self.headers}
        request = Request(method, self.base, path, params, content, headers)
        return Answer(*send(request, self.seconds, private=self.private))
