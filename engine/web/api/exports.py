"""Records as a file: the question of a list, answered as CSV or XLSX."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import IO

from engine.errors import Invalid, Message, Problem
from engine.transfer import MIMES, Kind, complete, export, shown

from .cursors import Question
from .door import Answer, Call
from .questions import read_list, within
from .records import entity_named

KINDS: dict[str, Kind] = {"csv": "csv", "xlsx": "xlsx"}


def export_records(call: Call, entity: str) -> Answer:
    """GET /records/{entity}/export: all records of a question as a file; without `fields` in the form that can be imported again."""
    kind = entity_named(call, entity, "read")
    wanted = KINDS.get(call.request.args.get("as", "csv"))
    if wanted is None:
        raise Invalid([Problem("as", "value", Message("Please write csv or xlsx."))])
    asked = read_list(call.request, kind, Question(call.actor.id, call.metadata.number, ()), call.cursors, also=("as",))
    within(call.scope, call.metadata, asked.query)
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        with call.look() as view:
            plan = complete(view, kind) if asked.fields is None else shown(view, kind, asked.fields)
            export(view, asked.query, plan, wanted, file)  # type: ignore[arg-type] # a file opened for writing bytes
        file.seek(0)
    except BaseException:
        file.close()
        raise
    headers = {"Content-Type": MIMES[wanted], "Content-Disposition": f'attachment; filename="{entity}.{wanted}"'}
    return Answer(None, headers=headers, file=file)
