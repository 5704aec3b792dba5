"""A list as a file: what stands on the page, or everything of the records, under the filter of the address."""

from __future__ import annotations

from datetime import datetime
from tempfile import TemporaryFile
from typing import IO

from flask import abort, redirect, request, send_file
from flask.typing import ResponseReturnValue

from engine.errors import Invalid, in_language
from engine.formula import FormulaErrors
from engine.metadata import Entity
from engine.records import Query
from engine.storage import NotPushable
from engine.transfer import MIMES, Kind, Plan, complete, export, shown
from engine.unit_of_work import View
from engine.web.visit import visit

from .blueprint import entity_of, pages
from .lists import question_in_address

KINDS: dict[str, Kind] = {"csv": "csv", "xlsx": "xlsx"}


@pages.get("/records/<name>/export")
def export_records(name: str) -> ResponseReturnValue:
    """The file; a filter that cannot be used leads back to the list, which says why."""
    kind = KINDS.get(request.args.get("as", "xlsx"))
    if kind is None:
        abort(404)
    with visit().look() as view:
        entity = entity_of(view, name)
        asked, described, query = question_in_address(view, entity)
        plan = (
            complete(view, entity, visit().language)
            if request.args.get("fields") == "all"
            else shown(view, entity, described.columns, visit().language)
        )
        try:
            return written(view, query, plan, kind)
        except (FormulaErrors, Invalid, NotPushable):
            return redirect(asked.link(), 303)


def written(view: View, query: Query, plan: Plan, kind: Kind) -> ResponseReturnValue:
    """The file of a question, written to disk first, so that a slow reader holds no snapshot open."""
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        export(view, query, plan, kind, file)  # type: ignore[arg-type] # a file opened for writing bytes
        file.seek(0)
    except BaseException:
        file.close()
        raise
    name = file_name(plan.entity, plan.language, view.now.astimezone(view.zone), kind)
    return send_file(file, mimetype=MIMES[kind], as_attachment=True, download_name=name, max_age=0)


def file_name(entity: Entity, language: str, at: datetime, kind: Kind) -> str:
    """What the file is called: the records and the day."""
    words = "".join(letter if letter.isalnum() else "-" for letter in in_language(entity.plural, language)).strip("-")
    return f"{words or entity.name}-{at:%Y-%m-%d}.{kind}"
