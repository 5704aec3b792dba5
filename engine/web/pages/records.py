"""The page of a record, and what is done there: comments, deleting, taking back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request

from engine.errors import Invalid, Message, Refusal
from engine.metadata import Field
from engine.records import Row, comment_text, delete, fetch, follow, own_title, readable, remark, rows_of, seen_rows
from engine.unit_of_work import UnitOfWork
from engine.web.frame import shell
from engine.web.record_view import Wanted, record_page
from engine.web.uploads import uploads
from engine.web.views import Crumb, FormPage
from engine.web.visit import visit
from engine.web.words import _, ngettext

from .blueprint import Answer, entity_of, pages, version

FILES = "files"
"""The name of the input for the files of a comment."""


@pages.get("/records/<name>/<int:number>")
def record(name: str, number: int) -> Answer:
    """A record in read mode."""
    with visit().look() as view:
        entity = entity_of(view, name)
        page = record_page(view, entity, fetch(view, name, number), _wanted())
        crumbs = (Crumb(visit().words(entity.plural), f"/records/{name}"), Crumb(page.number or page.title))
        return render_template("record.html", page=page, shell=shell(view, *crumbs))


def _wanted() -> Wanted:
    tab = request.args.get("tab", "")
    return Wanted(request.args.get("page", ""), int(tab) if tab.isascii() and tab.isdigit() and len(tab) < 4 else 0)


@pages.post("/records/<name>/<int:number>/comments")
def comment(name: str, number: int) -> Answer:
    """Write a comment, with the files that were chosen."""
    words, for_all = request.form.get("comment", ""), request.form.get("for_all") == "true"

    def work(uow: UnitOfWork, files: Sequence[int]) -> list[Message]:
        remark(uow, entity_of(uow, name).name, number, words, for_all=for_all, files=files)
        return uow.warnings

    try:
        comment_text(words, required=True)  # before anything is kept
        chosen = [int(each) for each in uploads(FILES)]
        for warning in visit().run(lambda uow: work(uow, chosen)):
            flash(visit().words(warning), "warn")
    except Invalid as invalid:
        flash(" ".join(visit().words(problem.message) for problem in invalid.problems), "bad")
    return redirect(f"/records/{name}/{number}#activity", 303)


@pages.post("/records/<name>/<int:number>/follow")
def follow_record(name: str, number: int) -> Answer:
    """Follow the record, or do so no longer."""
    on = request.form.get("on") == "true"
    visit().run(lambda uow: follow(uow, entity_of(uow, name).name, number, on=on))
    return redirect(f"/records/{name}/{number}#activity", 303)


@pages.get("/records/<name>/<int:number>/delete")
def ask_delete(name: str, number: int) -> Answer:
    """Ask before deleting."""
    here = visit()
    with here.look() as view:
        entity = entity_of(view, name)
        row = fetch(view, name, number)
        sight = readable(view, entity, row)
        title = own_title(view, entity, row)
        rows = _rows_words([table for table in entity.tables if table.name not in sight.hidden], seen_rows(view, entity, row))
        back = _("It goes to the recycle bin, from where it can be taken back.")
        page = FormPage(
            title=_("Delete %(title)s?", title=title),
            lead=f"{rows} {back}".strip(),
            send=_("Delete"),
            sections=(),
            address=f"/records/{name}/{number}/delete",
            back=f"/records/{name}/{number}",
            version=str(row["version"]),
            danger=True,
        )
        crumbs = (Crumb(here.words(entity.plural), f"/records/{name}"), Crumb(title, page.back), Crumb(_("Delete")))
        return render_template("form.html", page=page, shell=shell(view, *crumbs))


def _rows_words(tables: Sequence[Field], row: Row) -> str:
    count = sum(len(rows_of(row, table)) for table in tables)
    return ngettext("It is deleted with its %(num)s row.", "It is deleted with its %(num)s rows.", count) if count else ""


@pages.post("/records/<name>/<int:number>/delete")
def do_delete(name: str, number: int) -> Answer:
    """Delete a record."""
    here, seen = visit(), version()
    try:
        here.run(lambda uow: delete(uow, entity_of(uow, name).name, number, seen))
    except Refusal as refusal:
        flash(here.words(refusal.message), "bad")
        return redirect(f"/records/{name}/{number}", 303)
    flash(_("Deleted. It is in the recycle bin."), "good")
    return redirect(f"/records/{name}", 303)
