"""The connectors of an application, opened when they are first called."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from engine.errors import Message
from engine.metadata import Connector as Declared
from engine.metadata import Metadata
from engine.plugins import CallFailed, Opened, Plugins, Setting


def secret_of(declared: Declared) -> str:
    """The secret of a connector, from the environment; blank where there is none."""
    return os.environ.get(declared.secret, "") if declared.secret else ""


class Connectors:
    """Gives the connector of a name as `app.yaml` sets it up now; what it says is read again when it changes."""

    def __init__(self, root: Path, plugins: Plugins, metadata: Callable[[], Metadata]) -> None:
        self._root = root
        self._plugins = plugins
        self._metadata = metadata
        self._opened: dict[str, tuple[Declared, Opened]] = {}

    def __call__(self, name: str) -> Opened:
        """The connector, ready to be called. Raises CallFailed where it is not set up."""
        declared, offered = self._metadata().connectors.get(name), self._plugins.connectors.get(name)
        if declared is None or offered is None:
            raise CallFailed("defect", Message("There is no connector “{name}”.", {"name": name}))
        known = self._opened.get(name)
        if known is None or known[0] is not declared:
            known = declared, offered.open(declared.provider, Setting(self._root, declared.options, secret_of(declared) or None))
            self._opened[name] = known
        return known[1]
