"""The server: gunicorn with one process and several threads, made from our own settings; nothing is read from its files.

Traces of errors are logged without the values of variables: those are people's data.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication

from engine.garbage import permanent

from .logging import plain_log
from .patience import Patient

WSGI = Callable[..., Any]
THREADS = 8
GARBAGE = 20_000
"""After how many new objects Python looks for those that nothing holds: with 700, its own number, that is several times in each request."""


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """Serves what `make` makes, in each worker process anew."""

    def __init__(self, make: Callable[[], WSGI], bind: str, workers: int = 1) -> None:
        self._make = make
        self._options = {
            "bind": bind,
            "workers": workers,
            "threads": THREADS,
            "worker_class": Patient,
            "control_socket_disable": True,
            "graceful_timeout": 10,
            "timeout": 60,
            "keepalive": 15,
            "loglevel": "warning",
        }
        super().__init__()

    def load_config(self) -> None:
        """Take our options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGI:
        """The application, made in the worker that serves it."""
        plain_log()
        with permanent():
            application = self._make()
            gc.collect()  # what is left of making the definition
        gc.set_threshold(GARBAGE)
        return application
