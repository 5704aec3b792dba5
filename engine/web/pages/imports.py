"""Bringing in a file: upload, what its columns mean, a rehearsal, and the import itself. Works without script."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO

from flask import Response, abort, flash, make_response, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue

from engine.errors import Forbidden, Invalid, Message, Refusal
from engine.metadata import Entity
from engine.sheets import CsvBook, XlsxBook
from engine.transfer import (
    MIMES,
    Import,
    Kind,
    Options,
    begin,
    cancel,
    change,
    complete,
    failed_file,
    load_import,
    may_import,
    stage,
)
from engine.unit_of_work import UnitOfWork, View
from engine.web.frame import shell
from engine.web.importing import KINDS, import_page, sent
from engine.web.views import Choice, Crumb, UploadPage
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import entity_of, pages

LARGEST = 256 * 1024 * 1024
"""Bytes of a file that is uploaded."""
SECONDS = "2"
"""After how many the page of a running import asks again."""


@pages.get("/records/<name>/import")
def upload_form(name: str) -> ResponseReturnValue:
    """The form that takes a file."""
    return _upload_page(name, "")


def _upload_page(name: str, problem: str) -> str:
    with visit().look() as view:
        entity = _brought_in(view, name)
        back, label = f"/records/{name}", visit().words(entity.plural)
        templates = tuple(Choice(kind.upper(), value=f"{back}/import/template?as={kind}") for kind in KINDS)
        page = UploadPage(label, f"{back}/import", back, templates, problem)
        return render_template("upload.html", page=page, shell=shell(view, Crumb(label, back), Crumb(_("Import"))))


def _brought_in(view: View, name: str) -> Entity:
    """The entity that records are to be brought into. Raises Invisible, Forbidden."""
    entity = entity_of(view, name)
    if not may_import(view, entity):
        raise Forbidden(Message("You may not import {entity}.", {"entity": entity.plural}))
    return entity


@pages.get("/records/<name>/import/template")
def import_template(name: str) -> ResponseReturnValue:
    """An empty file with all headings."""
    kind = _kind()
    with visit().look() as view:
        plan = complete(view, _brought_in(view, name), visit().language)
        file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the response closes it
        book = (CsvBook if kind == "csv" else XlsxBook)(file, plan.part, plan.parts)  # type: ignore[arg-type]
        book.close()
        file.seek(0)
        return send_file(file, mimetype=MIMES[kind], as_attachment=True, download_name=f"{name}.{kind}", max_age=0)


@pages.post("/records/<name>/import")
def upload(name: str) -> ResponseReturnValue:
    """Stage a file."""
    request.max_content_length = LARGEST
    given = request.files.get("file")
    if given is None or not given.filename:
        return _upload_page(name, _("Please choose a file.")), 422
    with closing(given), NamedTemporaryFile(prefix="import-") as file:
        given.save(file)
        file.flush()
        with visit().look() as view:
            entity = entity_of(view, name)
        try:
            number = stage(visit().app.ground, visit().actor, entity.name, (Path(file.name), given.filename))
        except Invalid as invalid:
            return _upload_page(name, " ".join(visit().words(problem.message) for problem in invalid.problems)), 422
    return redirect(f"/imports/{number}", 303)


@pages.get("/imports/<int:number>")
def show_import(number: int) -> ResponseReturnValue:
    """How far an import is, and what can be done with it."""
    return _page(number)


def _page(number: int, problem: str = "", status: int = 200) -> Response:
    with visit().look() as view:
        doing = load_import(view, number)
        page = import_page(view, doing, problem)
        label = visit().words(doing.entity.plural)
        crumbs = (Crumb(label, page.back), Crumb(_("Import"), f"{page.back}/import"), Crumb(doing.file))
        response = make_response(render_template("import.html", page=page, shell=shell(view, *crumbs)), status)
    if page.working:
        response.headers["Refresh"] = SECONDS
    return response


@pages.post("/imports/<int:number>")
def do_import(number: int) -> ResponseReturnValue:
    """Check it, do it, stop it, or take a suggestion."""
    todo = DOING.get(request.form.get("_do", ""))
    if todo is None:
        abort(404)
    try:
        visit().run(lambda uow: todo(uow, load_import(uow, number, counted=False)))
    except Refusal as refusal:
        flash(visit().words(refusal.message), "bad")
    except Invalid as invalid:
        return _page(number, " ".join(visit().words(problem.message) for problem in invalid.problems), 422)
    return redirect(f"/imports/{number}", 303)


def _check(uow: UnitOfWork, doing: Import) -> None:
    change(uow, doing.id, *sent(doing, request.form))
    begin(uow, doing.id, rehearse=True, language=visit().language)


def _run(uow: UnitOfWork, doing: Import) -> None:
    if "sent" in request.form:
        change(uow, doing.id, *sent(doing, request.form))
    begin(uow, doing.id, rehearse=False, language=visit().language)


def _stop(uow: UnitOfWork, doing: Import) -> None:
    cancel(uow, doing.id)


def _use(uow: UnitOfWork, doing: Import) -> None:
    """Take what is suggested for a text, and check again."""
    path, value, suggest = (request.form.get(name, "") for name in ("path", "value", "suggest"))
    instead = {**doing.options.instead, path: {**doing.options.instead.get(path, {}), value: suggest}}
    options: Options = replace(doing.options, instead=instead)
    change(uow, doing.id, doing.meanings, options)
    begin(uow, doing.id, rehearse=True, language=visit().language)


DOING: dict[str, Callable[[UnitOfWork, Import], None]] = {"check": _check, "run": _run, "cancel": _stop, "use": _use}
"""What the buttons of the page do."""


@pages.get("/imports/<int:number>/failed")
def failed_rows(number: int) -> ResponseReturnValue:
    """The rows that failed as a file, to be corrected and imported again."""
    kind = _kind()
    with visit().look() as view:
        doing = load_import(view, number)
        file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the response closes it
        failed_file(view, doing, kind, file)  # type: ignore[arg-type] # a file opened for writing bytes
        file.seek(0)
    return send_file(file, mimetype=MIMES[kind], as_attachment=True, download_name=f"{Path(doing.file).stem}-failed.{kind}", max_age=0)


def _kind() -> Kind:
    kind = KINDS.get(request.args.get("as", "xlsx"))
    if kind is None:
        abort(404)
    return kind
