"""Plugins: the hooks, and what the authors of connectors and field types build on."""

from engine.errors import Unfit

from .connector import Action, Call, CallFailed, Connector, FailureKind, Opened, Payload, Provider, Setting
from .discovery import BrokenPlugin, Plugins
from .hookspecs import hookimpl, hookspec
from .http import Answer, Web
from .kept import kept

__all__ = [
    "Action", "Answer", "BrokenPlugin", "Call", "CallFailed", "Connector", "FailureKind", "Opened", "Payload", "Plugins", "Provider",
    "Setting", "Unfit", "Web", "hookimpl", "hookspec", "kept",
]  # fmt: skip
