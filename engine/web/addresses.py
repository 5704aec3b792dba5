"""Addresses that come from outside."""

from __future__ import annotations

from urllib.parse import quote

from flask import Request
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, Map, RuleFactory


class Id(IntegerConverter):
    """A number that can be the id of a record; whatever is longer leads nowhere."""

    regex = "[0-9]{1,18}"


class Routes(Map):
    """Which address leads where, for every application that this process opens: what is added again is already there.

    Werkzeug writes and compiles two functions for each address, a tenth of a second for all of ours.
    """

    def __init__(self) -> None:
        super().__init__(converters={"id": Id, "int": Id})
        self._known: set[tuple[str, object, frozenset[str]]] = set()

    def add(self, rulefactory: RuleFactory) -> None:
        """Add the rules that are new."""
        for rule in rulefactory.get_rules(self):
            known = (rule.rule, rule.endpoint, frozenset(rule.methods or ()))
            if known not in self._known:
                super().add(rule)
                self._known.add(known)


def safe_next(address: str) -> str:
    """Where to go after a small change: a path of our own, never another site."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if ours and address.isprintable() else "/"


def asked_for(request: Request) -> str:
    """The page that was asked for, with its question; of what was sent the path alone."""
    question = request.query_string.decode("ascii", "replace") if request.method in ("GET", "HEAD") else ""
    return quote(request.path) + (f"?{question}" if question else "")


def without_slash(request: Request) -> str:
    """Where an address leads that no page has because of the slash at its end; blank for every other one."""
    lost = isinstance(request.routing_exception, NotFound) and request.method in ("GET", "HEAD")
    if not lost or not request.path.endswith("/"):
        return ""
    question = request.query_string.decode("ascii", "replace")
    return safe_next(quote(f"/{request.path.strip('/')}") + (f"?{question}" if question else ""))
