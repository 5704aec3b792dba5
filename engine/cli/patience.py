"""How long the server waits for whoever asks (ASVS 11.1.4): nobody keeps a thread busy by sending next to nothing.

Until its head is complete a request waits without a thread, for a while; a body that comes too slowly ends its connection, and so does
an answer that nobody takes. Who does not close a connection that ends is waited for beside all else: the library would stop the
loop that takes new ones for two seconds. Connections that only wait are bounded by their number.
"""

from __future__ import annotations

import errno
import selectors
import socket
import time
from functools import partial
from typing import Any

from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_SECONDS = 15.0
"""How long the head of a request may take."""
BODY_SECONDS, BODY_PACE = 10.0, 10_000
"""How long a body may take, and how many bytes of it earn a second more."""
ANSWER_SECONDS = 120.0
"""How long one piece of an answer may wait to be taken."""
PART_SECONDS = 2.0
"""How long the other side of a connection that ends may take to say that it has all."""
PIECE, LARGEST = 64 * 1024, 1024 * 1024
END = b"\r\n\r\n"


class Paced(SocketUnreader):  # type: ignore[misc] # gunicorn has no types
    """What comes from a socket, at a pace."""

    until = 0.0

    def begin(self) -> None:
        """A request begins."""
        self.until = time.monotonic() + BODY_SECONDS
        self.sock.settimeout(ANSWER_SECONDS)

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next piece. Raises ConnectionResetError where it comes too late."""
        try:
            self.sock.settimeout(max(self.until - time.monotonic(), 0.001))
            got: bytes = super().chunk(size_hint)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the request comes too slowly") from None
        finally:
            self.sock.settimeout(ANSWER_SECONDS)
        self.until += len(got) / BODY_PACE
        return got


class Connection(TConn):  # type: ignore[misc] # as above
    """A connection with what has come of a head; `left` counts what still comes after the last answer was given."""

    head = b""
    left: int | None = None

    def __init__(self, worker: Patient, client: socket.socket, address: Any, server: Any) -> None:
        super().__init__(worker.cfg, client, address, server)
        self.worker = worker

    def init(self) -> None:
        """Hand over the head that was waited for; in the thread that works on the request."""
        if not self.initialized:
            super().init()
            self.parser.unreader = Paced(self.sock)
        self.parser.unreader.begin()
        self.parser.unreader.unread(self.head)
        self.head = b""

    def close(self, graceful: bool = False) -> None:
        """End it; gracefully: the other side may first take what was said, and nobody waits for that."""
        if graceful:
            self.worker.part(self)
        else:
            super().close()


class Patient(ThreadWorker):  # type: ignore[misc] # as above
    """A worker whose threads work, and whose loop never waits for one connection."""

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, and wait for what it wants."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self._await(Connection(self, client, address, listener.getsockname()), HEAD_SECONDS)

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """Somebody asks once more over a connection that stayed open."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self.nr_conns -= 1
        self._await(conn, HEAD_SECONDS)
        self.on_pending_socket_readable(conn, client)

    def on_pending_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """More of a head is there: with all of it the request goes to a thread."""
        try:
            piece = client.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            self._drop(conn)
        elif conn.left is not None:
            conn.left += len(piece)
            if conn.left > PIECE:
                self._drop(conn)
        else:
            conn.head += piece
            if END in conn.head.lstrip(b"\r\n") or len(conn.head) >= LARGEST:
                self._forget(conn)
                conn.data_ready = True
                self.enqueue_req(conn)

    def part(self, conn: Connection) -> None:
        """Say that nothing more follows, and let the other side take what was said before the connection ends (RFC 9112, 9.6)."""
        conn.left = 0
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            conn.close()
        else:
            self._await(conn, PART_SECONDS)

    def murder_pending(self) -> None:
        """End what was waited for long enough."""
        now = time.monotonic()
        for conn in [conn for conn in self.pending_conns if conn.timeout <= now]:
            self._drop(conn)

    def _await(self, conn: Connection, seconds: float) -> None:
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + seconds
        self.nr_conns += 1
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _forget(self, conn: Connection) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)

    def _drop(self, conn: Connection) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()
