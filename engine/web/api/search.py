"""Searching everything over HTTP."""

from __future__ import annotations

from engine import records
from engine.errors import Invalid, Message, Problem

from .door import Answer, Call
from .questions import asked_of_archive
from .records import reachable

EACH = 5
MOST = 50
LONGEST = 200


def search(call: Call) -> Answer:
    """GET /search?q=WORDS&limit=5&archived=all: the newest records of each entity that have the words where the caller may read them."""
    words, limit = call.request.args.get("q", ""), call.request.args.get("limit", str(EACH))
    problems: list[Problem] = []
    archived = asked_of_archive(call.request, None, problems)
    if not 0 < len(words.strip()) <= LONGEST:
        problems.append(Problem("q", "length", Message("Please write between 1 and {count} characters.", {"count": LONGEST})))
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= MOST):
        problems.append(Problem("limit", "range", Message("Please give a number from 1 to {most}.", {"most": MOST})))
    if problems:
        raise Invalid(problems)
    among = [e.name for e in call.metadata.documents if reachable(call.metadata, e.name) and call.scope.allows("read", e.name)]
    with call.look() as view:
        found = records.search(view, words, int(limit), among, archived=archived)
    results = [
        {
            "entity": hits.entity.name,
            "label": Message(hits.entity.plural).render(call.actor.language),
            "records": [{"id": record.id, "title": record.title} for record in hits.records],
            "more": hits.more,
        }
        for hits in found
    ]
    return Answer({"results": results})
