"""A small HTTP client over connections that it keeps for a while, so that measuring costs little beside what is measured."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from itertools import repeat
from typing import BinaryIO, cast

from benchmarks.operations import Ask, Send

PATIENCE = 60
KEPT = 50
"""So many requests go over one connection: to which of two processes one leads is luck, which must not last for a whole run."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def connect(port: int) -> socket.socket:
    """A connection to a server that may still be starting. Raises TimeoutError when it never comes."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            connection = socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
    raise TimeoutError(f"nobody listens on port {port}")


def _streams(port: int) -> Iterator[BinaryIO]:
    """The same connection, as often as it is used."""
    with connect(port) as connection, connection.makefile("rwb") as stream:
        yield from repeat(cast("BinaryIO", stream), KEPT)


class Closed(ConnectionError):
    """The server has closed a connection that was idle for long, before it read anything."""


def over_http(port: int, token: str) -> Send:
    """Requests over a connection of their own, a new one after so many, or where the server has closed it meanwhile."""
    streams: Iterator[BinaryIO] = iter(())

    def fresh() -> BinaryIO:
        nonlocal streams
        streams = _streams(port)
        return next(streams)

    def send(ask: Ask) -> bytes:
        request = _written(ask, token)
        try:
            return _answered(next(streams, None) or fresh(), ask, request)
        except Closed:
            return _answered(fresh(), ask, request)

    return send


def _written(ask: Ask, token: str) -> bytes:
    more = "".join(f"{name}: {value}\r\n" for name, value in ask.headers.items())
    content = f"Content-Type: application/json\r\nContent-Length: {len(ask.body)}\r\n" if ask.method != "GET" else ""
    head = f"{ask.method} {ask.path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{content}{more}\r\n"
    return head.encode() + ask.body


def _answered(stream: BinaryIO, ask: Ask, request: bytes) -> bytes:
    """The body of the answer. Raises Closed, and RuntimeError for a refusal."""
    try:
        stream.write(request)
        stream.flush()
        first = stream.readline()
    except (BrokenPipeError, ConnectionResetError) as gone:
        raise Closed from gone
    if not first:
        raise Closed
    length = 0
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    found, status = stream.read(length), int(first.split()[1])
    if status >= 300:
        raise RuntimeError(f"{ask.method} {ask.path}: {status} {found.decode()}")
    return found
