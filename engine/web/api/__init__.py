"""The HTTP API: records, actions, tasks, and its own description."""

from .scope import Scope, read_scope
from .server import make_api, mount
from .tokens import create_token

__all__ = ["Scope", "create_token", "make_api", "mount", "read_scope"]
