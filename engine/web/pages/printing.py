"""Prints that people make themselves: the sheet as a file, in the reader's language."""

from __future__ import annotations

from io import BytesIO

from flask import abort, send_file

from engine.prints import pdf_of
from engine.web.sending import SANDBOX
from engine.web.visit import visit
from engine.workflow import print_for_reader

from .blueprint import Answer, entity_of, pages


@pages.get("/records/<name>/<int:number>/print/<sheet>")
def print_record(name: str, number: int, sheet: str) -> Answer:
    """A print of a record for whoever asks, if they may read all that it tells."""
    here = visit()
    with here.look() as view:
        described = view.metadata.prints.get(sheet)
        if described is None or described.entity != entity_of(view, name).name:
            abort(404)
        content = print_for_reader(view, sheet, number)
        now = view.now
    made = BytesIO(pdf_of(content, "", now))
    answer = send_file(made, mimetype="application/pdf", as_attachment=True, download_name=f"{content['title']}.pdf")
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
