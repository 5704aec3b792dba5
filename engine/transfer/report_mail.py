"""Reports by mail: at their times, to each reader what that reader may see at that moment, once.

At the time of a report its readers get a job each, so that one whose address does not work keeps nobody else waiting, and a
crash sends nobody the same twice. The file lies nowhere: it is written when the mail is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO

from engine import jobs
from engine.access import SYSTEM, Actor
from engine.errors import Forbidden, Invalid, Message, Refusal, Unauthorised
from engine.jobs import Job, Work
from engine.metadata import Metadata, Report, Sending, Value
from engine.notices import Enclosed, Mail, Post
from engine.records import People, RecordFrame
from engine.reports import Outcome, compute, given_by, may_open, may_take_away
from engine.unit_of_work import Ground, UnitOfWork, View, look, run
from engine.workflow import Scheduled, everybody_meant

from .export import MIMES
from .report_files import report_name, write_report
from .report_sheets import fits_sheets

DUE = "report"
"""The name of the job that waits for the next time of a report."""
LETTER = "report.mail"
"""The name of the job that sends a report to one reader."""
SUBJECT = "[{application}] {report}"
TEXT = "{report}, as of {moment}.\n\n{link}"
ENCLOSED = "{report}, as of {moment}. The figures are in the file.\n\n{link}"


def reports_at_times(metadata: Metadata) -> Iterator[Scheduled]:
    """The reports that are sent, each time of each."""
    for report in metadata.reports.values():
        for at, sending in enumerate(report.send):
            yield Scheduled(f"{report.name}:{at}", {"report": report.name, "at": at, "cron": sending.cron}, f"report:{report.name}")


def due_handler(ground: Ground) -> Callable[[Job], None]:
    """What gives each reader of a report a job, and waits for the next time."""

    def handle(job: Job) -> None:
        run(ground, SYSTEM, partial(_ask_all, job=job))

    return handle


def _ask_all(uow: UnitOfWork, job: Job) -> None:
    found = _sending(uow.metadata, job)
    if found is None:
        job.done(uow.connection)
        return
    report, sending = found
    for person in everybody_meant(uow, sending.to):
        payload = {"report": report.name, "at": job.payload["at"], "person": person}
        key = f"{LETTER}:{report.name}:{job.payload['at']}:{uow.now.isoformat()}:{person}"
        jobs.put(uow.connection, Work(LETTER, uow.now, payload, key, f"report:{report.name}"))
    job.again(uow.connection, jobs.next_time(sending.cron, uow.now, uow.zone), {**job.payload, "cron": sending.cron})


def _sending(metadata: Metadata, job: Job) -> tuple[Report, Sending] | None:
    report, at = metadata.reports.get(str(job.payload["report"])), int(str(job.payload["at"]))
    return (report, report.send[at]) if report is not None and at < len(report.send) else None


def letter_handler(ground: Ground, people: People, post: Post, address: str) -> Callable[[Job], None]:
    """What sends a report to one reader; nothing where they may not open it, or have no address."""

    def handle(job: Job) -> None:
        try:
            actor = people.actor(int(str(job.payload["person"])))
        except Unauthorised:  # the account was closed since
            return
        with look(ground, actor) as view:
            found = _sending(view.metadata, job)
            mail = None if found is None else _mail(view, actor, found, address)
        if mail is not None:
            post.send(mail, job.once, job.now())

    return handle


def _mail(view: View, actor: Actor, sent: tuple[Report, Sending], address: str) -> Mail | None:
    (report, sending), to = sent, actor.row.get("email")
    if not to or not may_open(view, report) or view.metadata.portal_of(actor.roles) is not None:
        return None
    try:
        outcome = compute(view, report, given_by(view, report.parameters, {}))
    except (Forbidden, Invalid, Refusal):  # made of what this reader may not see: there is no report for them
        return None
    if sending.when is not None and not sending.when.holds({}, RecordFrame(view, parameters=_named(outcome))):
        return None
    enclosed = _enclosed(view, actor, outcome, sending)
    told = {
        "application": view.metadata.label,
        "report": report.label,
        "moment": outcome.at.astimezone(view.zone).strftime("%Y-%m-%d %H:%M"),
        "link": f"{address}/reports/{report.name}",
    }
    subject, text = (Message(words, told).render(actor.language) for words in (SUBJECT, TEXT if enclosed is None else ENCLOSED))
    return Mail(str(to), subject, text, enclosed)


def _named(outcome: Outcome) -> dict[str, Value]:
    """The parameters, and the totals under the names of their values; blank where the reader sees no records."""
    total = outcome.whole or (outcome.lines[0] if outcome.lines and not outcome.report.rows else None)
    figures = [None] * len(outcome.report.measures) if total is None else [figure.value for figure in total.total]
    return {**outcome.given, **dict(zip((each.name for each in outcome.report.measures), figures, strict=True))}


def _enclosed(view: View, actor: Actor, outcome: Outcome, sending: Sending) -> Enclosed | None:
    """The file, for those who may export what it counts; a workbook where it is too long for paper."""
    if not may_take_away(view, outcome.report):
        return None
    kind = "xlsx" if sending.kind == "pdf" and not fits_sheets(outcome) else sending.kind
    stream = BytesIO()
    write_report(view, outcome, kind, actor.language, stream)
    name = report_name(outcome, view.now.astimezone(view.zone).date(), kind)
    return Enclosed(name, MIMES[kind].partition(";")[0], stream.getvalue())
