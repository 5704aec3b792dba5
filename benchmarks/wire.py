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


def over_http(port: int, token: str) -> Send:
    """Requests over a connection of their own, a new one after so many."""
    streams: Iterator[BinaryIO] = iter(())

    def send(ask: Ask) -> bytes:
        nonlocal streams
        stream = next(streams, None)
        if stream is None:
            streams = _streams(port)
            stream = next(streams)
        more = "".join(f"{name}: {value}\r\n" for name, value in ask.headers.items())
        content = f"Content-Type: application/json\r\nContent-Length: {len(ask.body)}\r\n" if ask.method != "GET" else ""
        head = f"{ask.method} {ask.path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{content}{more}\r\n"
        stream.write(head.encode() + ask.body)
        stream.flush()
        status = int(stream.readline().split()[1])
        length = 0
        while (line := stream.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        found = stream.read(length)
        if status >= 300:
            raise RuntimeError(f"{ask.method} {ask.path}: {status} {found.decode()}")
        return found

    return send
