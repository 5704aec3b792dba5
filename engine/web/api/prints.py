"""What was printed of a record, over HTTP; the sheets are files."""

from __future__ import annotations

from engine import records

from .door import Answer, Call
from .records import entity_named


def list_prints(call: Call, entity: str, number: int) -> Answer:
    """GET /records/{entity}/{id}/prints: those that the caller may read, newest first."""
    kind = entity_named(call, entity, "read")
    with call.look() as view:
        row = records.fetch(view, entity, number)
        record = records.present(view, kind, [row], [records.readable(view, kind, row)])[0]
        found = records.prints_of(view, record)
    return Answer({"prints": [_shown(one) for one in found]})


def _shown(one: records.Printed) -> dict[str, object]:
    """A print; `file` and `hash` are null while the sheet is being made."""
    return {"id": one.id, "label": one.label, "step": one.step, "at": one.at, "file": one.file, "hash": one.hash or None}
