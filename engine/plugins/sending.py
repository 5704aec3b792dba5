"""One HTTP request for a connector, with the limits that every call has; what goes wrong is a CallFailed."""

from __future__ import annotations

import time
from collections.abc import Mapping

import requests
from requests_hardened import Config, Manager
from requests_hardened.ip_filter import InvalidIPAddress

from engine.errors import Message
from engine.frozen import frozen

from .connector import CallFailed

MOST_BYTES = 5_000_000
AGENT = "objectloom"


@frozen
class Request:
    """What is asked of whom."""

    method: str
    base: str
    path: str
    params: Mapping[str, str]
    content: bytes | None
    headers: Mapping[str, str]


def send(request: Request, seconds: int, *, private: bool) -> tuple[int, bytes]:
    """Status (200 to 299) and body of the answer. Raises CallFailed for everything else."""
    until = time.monotonic() + seconds
    url = request.base.rstrip("/") + request.path
    try:
        with (
            _session(seconds, private=private) as session,
            session.request(
                request.method, url, params=dict(request.params), data=request.content, headers=dict(request.headers), stream=True
            ) as got,
        ):
            return _accepted(got, _read(got, until))
    except requests.Timeout as late:
        raise CallFailed("timeout", Message("No answer within {seconds} seconds", {"seconds": seconds})) from late
    except InvalidIPAddress as inside:
        raise CallFailed("refused", Message("{base} leads into a private network", {"base": request.base})) from inside
    except requests.RequestException as broken:
        raise CallFailed("unreachable", Message("{base} cannot be reached", {"base": request.base})) from broken


def _session(seconds: int, *, private: bool) -> requests.Session:
    config = Config(
        ip_filter_enable=not private,
        ip_filter_allow_loopback_ips=False,
        never_redirect=True,
        default_timeout=(seconds, seconds),
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


def _accepted(got: requests.Response, body: bytes) -> tuple[int, bytes]:
    status = got.status_code
    if status < 300:
        return status, body
    said = Message("The other system answered {status}", {"status": status})
    if status == 408:
        raise CallFailed("timeout", said)
    if status == 429 or status >= 500:
        raise CallFailed("rate_limited" if status == 429 else "server_error", said, _wait(got.headers.get("Retry-After", "")))
    raise CallFailed("refused", said)


def _wait(retry_after: str) -> int | None:
    """Seconds of a Retry-After header; its other form, a date, is left to the retry of the step."""
    return int(retry_after) if retry_after.isascii() and retry_after.isdigit() else None
