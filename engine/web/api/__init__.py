"""The HTTP API: records, actions, tasks, and its own description."""

from .openapi import describe
from .records import PREFIX
from .scope import Scope, read_scope
from .server import make_api, mount
from .tokens import create_token

__all__ = ["PREFIX", "Scope", "create_token", "describe", "make_api", "mount", "read_scope"]
