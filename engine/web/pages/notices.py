"""What one was told, and the copies one got: read here, one by one or all together."""

from __future__ import annotations

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from engine.notices import Notice, notices, read_all, read_notice
from engine.unit_of_work import View
from engine.web.frame import shell
from engine.web.views import Crumb, NoticeLine, NoticesPage
from engine.web.visit import visit
from engine.web.words import _
from engine.workflow import Waiting, copies, read_copy

from .blueprint import Answer, pages


@pages.get("/notices")
def told() -> Answer:
    """What one was told, newest first."""
    sent = request.args.get("before", "")
    before = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else None
    with visit().look() as view:
        found = notices(view, before=before)
        lines = tuple(_line(view, notice) for notice in found.notices)
        until = max((notice.id for notice in found.notices if not notice.read), default=0) if before is None else 0
        wishes = f"/records/user/{view.actor.id}/edit"
        page = NoticesPage(lines, wishes=wishes, until=until, more=f"/notices?before={found.before}" if found.before else "")
        return render_template("notices.html", page=page, shell=shell(view, Crumb(_("Notices"))))


@pages.post("/notices")
def all_read() -> Response:
    """All of them are read, up to the newest that stood on the page."""
    until = request.form.get("until", "")
    if until.isascii() and until.isdigit() and len(until) < 19:
        visit().run(lambda uow: read_all(uow, int(until)))
    return redirect("/notices", 303)


@pages.get("/notices/<int:number>")
def read_one(number: int) -> Response:
    """Where links lead: to the task or record that it is about, and it is read."""
    here = visit()
    if here.behind is not None:
        return redirect("/notices", 303)
    return redirect(here.run(lambda uow: read_notice(uow, number)).path, 303)


@pages.get("/copies")
def received() -> Answer:
    """The copies one got, newest first."""
    with visit().look() as view:
        page = NoticesPage(tuple(_copy(view, copy) for copy in copies(view)), copies=True)
        return render_template("notices.html", page=page, shell=shell(view, Crumb(_("Notices"), "/notices"), Crumb(_("Copies"))))


@pages.get("/copies/<int:instance>")
def read_received(instance: int) -> Response:
    """The record that a copy is about, and the copy is read."""
    here = visit()
    if here.behind is not None:
        return redirect("/copies", 303)
    entity, record = here.run(lambda uow: read_copy(uow, instance))
    return redirect(f"/records/{entity}/{record}", 303)


def _line(view: View, notice: Notice) -> NoticeLine:
    here = visit()
    display = here.display(view, {})
    subject = here.words(notice.subject)
    return NoticeLine(f"/notices/{notice.id}", subject, notice.words, display.ago(notice.at), display.instant(notice.at), notice.read)


def _copy(view: View, copy: Waiting) -> NoticeLine:
    here = visit()
    display = here.display(view, {})
    about = f"{here.words(view.metadata.entities[copy.entity].label)} · {here.words(copy.workflow)} · {here.words(copy.step)}"
    href = f"/copies/{copy.instance.id}"
    return NoticeLine(href, copy.title, about, display.ago(copy.since), display.instant(copy.since), copy.read)
