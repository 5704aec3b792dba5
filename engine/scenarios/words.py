"""The words of scenario files: which verbs and expectations there are, and which keys each of them takes."""

from __future__ import annotations

from collections.abc import Mapping

FILE_KEYS = {
    "scenario": frozenset({"scenario", "label", "covers", "use", "clock", "people", "given", "connectors", "steps", "cases"}),
    "fixture": frozenset({"fixture", "label", "use", "people", "given"}),
}

ANYBODY = "anybody"
"""Who is not signed in."""

STEP_KEYS = frozenset({"at", "wait", "as", "fails", "warns", "expect"})

VERBS: Mapping[str, frozenset[str]] = {
    "create": frozenset({"with", "name", "names"}),
    "update": frozenset({"with", "names"}),
    "delete": frozenset(),
    "archive": frozenset(),
    "take_back": frozenset(),
    "merge": frozenset({"into", "take"}),
    "do": frozenset({"record", "with", "names"}),
    "decide": frozenset({"record", "with", "to", "comment", "step", "sign", "incident", "names"}),
    "fill": frozenset({"with", "name", "names"}),
    "import": frozenset({"rows", "by", "names"}),
    "message": frozenset({"with", "signed", "names"}),
    "race": frozenset({"wins"}),
}

OF_NOBODY = frozenset({"race", "message"})
"""Verbs without somebody who acts."""

EXPECTATIONS: Mapping[str, frozenset[str]] = {
    "record": frozenset({"state", "fields"}),
    "find": frozenset({"match", "count", "name", "fields"}),
    "tasks": frozenset({"open"}),
    "sees": frozenset({"as", "fields", "hidden", "masked", "sealed"}),
    "misses": frozenset({"as"}),
    "blind": frozenset({"as", "to", "record"}),
    "chain": frozenset({"as", "has"}),
    "list": frozenset({"as", "rows", "where", "in_order", "count"}),
    "may": frozenset({"as", "record"}),
    "may_not": frozenset({"as", "record", "say"}),
    "audit": frozenset({"field", "old", "new", "by", "for", "cause", "step", "decision", "count"}),
    "incident": frozenset({"count", "for"}),
    "called": frozenset({"with", "times"}),
    "report": frozenset({"as", "with", "rows", "totals", "hidden", "fails"}),
    "print": frozenset({"record", "as", "has"}),
    "notified": frozenset({"about", "says", "by", "times"}),
}

ALL_KEYS = STEP_KEYS.union(*VERBS.values(), *EXPECTATIONS.values())
"""Every key that may stand beside a verb or the kind of an expectation."""

OF_INCIDENTS = frozenset({"retry", "skip", "cancel"})
TO_PEOPLE = frozenset({"transfer", "delegate", "add_before", "add_after", "add_peer", "remove", "cc"})
"""Decisions whose `to` names people, not a step."""
DECISIONS = OF_INCIDENTS | TO_PEOPLE | frozenset("approve reject return submit advise claim unclaim reclaim urge withdraw".split())

FAILURES = frozenset({"invalid", "refused", "forbidden", "invisible", "conflict", "unauthorised", "any"})

ALWAYS_THERE = frozenset({"system", "anybody"})
"""Who acts without being declared."""
