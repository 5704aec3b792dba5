"""The records that a link of a public form may lead to: found by their titles alone, so that nothing else is told by searching."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from engine.records import Row
from engine.unit_of_work import View
from engine.web.lookups import candidates
from engine.web.pages.lookup import link_at, typed_in

from .asking import Asking

LONGEST = 100


def candidates_for(view: View, asking: Asking, asked: MultiDict[str, str]) -> list[dict[str, str]]:
    """What may be chosen for the input `path`, by what was typed (`q`) and by what the form holds (`v.FIELD`)."""
    path, words = asked.get("path", "").split("."), asked.get("q", "")[:LONGEST]
    field, fields = link_at(asking.entity(view), path)
    if field is None or ".".join((path[0], *path[2:])) not in asking.form.lookup:
        return []
    document = asking.row(view) or {}
    row: Row = dict(document) if len(path) == 1 else {}
    row |= typed_in(view, {name: each for name, each in fields.items() if f"v.{name}" in asked})
    found = candidates(view, field, row, document if len(path) > 1 else None, words)
    typed = words.lower().split()
    return [{"value": c.value, "text": c.text, "hint": ""} for c in found if all(word in c.text.lower() for word in typed)]
