"""The pages: one blueprint with generic routes; each module hangs its own on it."""

from . import actions, bin, forms, inbox, incidents, issues, lists, looking, lookup, past, plain, playground, records, search, sharing, why
from .blueprint import pages

__all__ = [
    "actions",
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
