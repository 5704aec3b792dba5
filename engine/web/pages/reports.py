"""Reports: the page, the file, and the records behind a number."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import IO
from urllib.parse import urlencode

from flask import abort, flash, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue

from engine.errors import Forbidden, Invalid, Refusal
from engine.metadata import FileKind, Report
from engine.reports import compute, may_open, to_take_away
from engine.transfer import MIMES, Rhythm, kinds, report_name, subscribe, unsubscribe, write_report
from engine.unit_of_work import UnitOfWork, View
from engine.web.frame import shell
from engine.web.reporting import behind_page, given_in_address, report_page, texts_in_address, why_not
from engine.web.views import Crumb
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, pages

KINDS: dict[str, FileKind] = {"xlsx": "xlsx", "csv": "csv", "pdf": "pdf"}


@pages.get("/reports/<name>")
def show_report(name: str) -> Answer:
    """A report with its parameters, its chart and its table."""
    with visit().look() as view:
        page = report_page(view, report_named(view, name))
        return render_template("report.html", page=page, shell=shell(view, Crumb(page.label)))


@pages.get("/reports/<name>/records")
def records_behind(name: str) -> Answer:
    """The records behind a number of a report."""
    with visit().look() as view:
        report, address = report_named(view, name), f"/reports/{name}"
        given, problems = given_in_address(view, report.parameters)
        kept = urlencode(list(texts_in_address(report.parameters).items()))
        if problems:
            return redirect(f"{address}?{kept}", 303)
        page = behind_page(view, report, given, (f"{address}/records", f"{address}?{kept}" if kept else address))
        crumbs = (Crumb(visit().words(report.label), page.back), Crumb(page.label))
        return render_template("behind.html", page=page, shell=shell(view, *crumbs))


@pages.get("/reports/<name>/export")
def export_report(name: str) -> ResponseReturnValue:
    """The file of a report, for those who may export what it counts. Raises Refusal for a PDF that is too long."""
    kind = KINDS.get(request.args.get("as", "xlsx"))
    if kind is None or kind not in kinds():
        abort(404)
    with visit().look() as view:
        report = report_named(view, name)
        to_take_away(view, report)
        given, problems = given_in_address(view, report.parameters)
        if problems:
            return redirect(f"/reports/{name}?{urlencode(list(texts_in_address(report.parameters).items()))}", 303)
        try:
            outcome = compute(view, report, given)
        except (Invalid, Refusal):
            return redirect(f"/reports/{name}", 303)
        file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the response closes it
        write_report(view, outcome, kind, visit().language, file)  # type: ignore[arg-type] # a file opened for writing bytes
        file.seek(0)
        day = view.now.astimezone(view.zone).date()
    return send_file(file, mimetype=MIMES[kind], as_attachment=True, download_name=report_name(outcome, day, kind), max_age=0)


@pages.post("/reports/<name>/subscribe")
def subscribe_to(name: str) -> ResponseReturnValue:
    """Be sent a report from now on, with the parameters that stood on its page."""
    kind = KINDS.get(request.form.get("s-as", ""))
    rhythm = Rhythm(request.form.get("s-every", ""), request.form.get("s-at", "")[:5])

    def work(uow: UnitOfWork) -> dict[str, str]:
        report = report_named(uow, name)
        texts = {each: request.form[each].strip()[:200] for each in report.parameters if each in request.form}
        if kind is None:
            abort(404)
        subscribe(uow, report, texts, (rhythm, kind))
        return texts

    try:
        kept = urlencode(visit().run(work))
    except (Invalid, Refusal) as wrong:
        flash(why_not(wrong), "bad")
        return redirect(f"/reports/{name}", 303)
    flash(_("You are sent this report from now on. Your account shows all your subscriptions."), "good")
    return redirect(f"/reports/{name}?{kept}" if kept else f"/reports/{name}", 303)


@pages.post("/account/subscriptions")
def end_subscription() -> ResponseReturnValue:
    """Be sent a report no more."""
    number = request.form.get("subscription", 0, type=int)
    visit().run(lambda uow: unsubscribe(uow, number))
    flash(_("This report is sent to you no more."), "good")
    return redirect("/account", 303)


def report_named(view: View, name: str) -> Report:
    """The report of that name. Raises Forbidden; answers 404 where there is none."""
    report = view.metadata.reports.get(name)
    if report is None:
        abort(404)
    if not may_open(view, report):
        raise Forbidden
    return report
