"""The pages: one blueprint with generic routes; each module hangs its own on it."""

from . import (
    actions,
    api_docs,
    bin,
    forms,
    inbox,
    incidents,
    issues,
    lists,
    looking,
    lookup,
    past,
    plain,
    playground,
    records,
    search,
    sharing,
    why,
)
from .blueprint import pages

__all__ = [
    "actions",
    "api_docs",
    "bin",
    "forms",
    "inbox",
    "incidents",
    "issues",
    "lists",
    "looking",
    "lookup",
    "pages",
    "past",
    "plain",
    "playground",
    "records",
    "search",
    "sharing",
    "why",
]
