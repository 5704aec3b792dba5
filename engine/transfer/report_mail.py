"""Reports by mail: at their times, to each reader what that reader may see at that moment, once.

At the time of a report its readers get a job each, so that one whose address does not work keeps nobody else waiting, and a
crash sends nobody the same twice. The file lies nowhere: it is written when the mail is. So it is with reports that the definition
sends, and with those that somebody has subscribed to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import partial
from io import BytesIO
from urllib.parse import urlencode

from engine import jobs, storage
from engine.access import SYSTEM
from engine.errors import Forbidden, Invalid, Message, Refusal, Unauthorised
from engine.formula import Formula
from engine.frozen import frozen
from engine.jobs import Job, Work
from engine.metadata import FileKind, Metadata, Report, Sending, Value
from engine.notices import Enclosed, Mail, Post
from engine.records import People, RecordFrame
from engine.reports import Outcome, compute, given_by, may_open, may_take_away
from engine.unit_of_work import Ground, UnitOfWork, View, look, run
from engine.workflow import Scheduled, everybody_meant

from .export import MIMES
from .report_files import report_name, write_report
from .report_sheets import fits_sheets
from .subscribing import SUBSCRIBED, Endings, end, may_subscribe

DUE = "report"
"""The name of the job that waits for the next time of a report."""
LETTER = "report.mail"
"""The name of the job that sends a report to one reader."""
SUBJECT = "[{application}] {report}"
TEXT = "{report}, as of {moment}.\n\n{link}"
ENCLOSED = "{report}, as of {moment}. The figures are in the file.\n\n{link}"
WITHOUT = "{report}, as of {moment}, could not be made: {reason}\n\n{link}"
ENDING = "You have subscribed to this report. To be sent it no more: {end}"
OVER = "{report} is sent to you no more: {reason}"
CLOSED = Message("You may not open this report.")


@frozen
class Order:
    """A report to be sent to a reader: with these parameters, as this file, and only `when`; of a `subscription`, or of the definition."""

    name: str
    report: Report | None
    kind: FileKind
    texts: Mapping[str, str] = field(default_factory=dict)
    when: Formula | None = None
    subscription: int = 0


@frozen
class Desk:
    """What mails of reports are written with: whose rights count, how mail leaves, where the pages are, what ends a subscription."""

    ground: Ground
    people: People
    post: Post
    address: str
    endings: Endings


def reports_at_times(metadata: Metadata) -> Iterator[Scheduled]:
    """The reports that are sent, each time of each."""
    for report in metadata.reports.values():
        for at, sending in enumerate(report.send):
            yield Scheduled(f"{report.name}:{at}", {"report": report.name, "at": at, "cron": sending.cron}, f"report:{report.name}")


def report_handlers(desk: Desk) -> dict[str, Callable[[Job], None]]:
    """What works on the jobs of reports that are sent, by their names."""
    due = _due_handler(desk.ground)
    return {DUE: due, SUBSCRIBED: due, LETTER: _letter_handler(desk)}


def _due_handler(ground: Ground) -> Callable[[Job], None]:
    """What gives each reader of a report a job, and waits for the next time."""

    def handle(job: Job) -> None:
        run(ground, SYSTEM, partial(_ask_all, job=job))

    return handle


def _ask_all(uow: UnitOfWork, job: Job) -> None:
    found = _readers(uow, job)
    if found is None:
        job.done(uow.connection)
        return
    readers, cron = found
    for person in readers:
        key = f"{LETTER}:{job.once}:{uow.now.isoformat()}:{person}"
        jobs.put(uow.connection, Work(LETTER, uow.now, {**job.payload, "person": person}, key, job.cause))
    job.again(uow.connection, jobs.next_time(cron, uow.now, uow.zone), {**job.payload, "cron": cron})


def _readers(uow: UnitOfWork, job: Job) -> tuple[Sequence[int], str] | None:
    """Who is sent what a job is for, and at which times; None where that is over."""
    if "subscription" in job.payload:
        wanted = storage.subscription_of(uow.connection, int(str(job.payload["subscription"])))
        return None if wanted is None else ([wanted.person], wanted.cron)
    found = _sending(uow.metadata, job)
    return None if found is None else (tuple(everybody_meant(uow, found[1].to)), found[1].cron)


def _sending(metadata: Metadata, job: Job) -> tuple[Report, Sending] | None:
    report, at = metadata.reports.get(str(job.payload["report"])), int(str(job.payload["at"]))
    return (report, report.send[at]) if report is not None and at < len(report.send) else None


def _letter_handler(desk: Desk) -> Callable[[Job], None]:
    """What sends a report to one reader; nothing where the definition sends it and they may not open it, or have no address."""

    def handle(job: Job) -> None:
        try:
            actor = desk.people.actor(int(str(job.payload["person"])))
        except Unauthorised:  # the account was closed since
            _end(desk, job)
            return
        with look(desk.ground, actor) as view:
            order = _order(view, job)
            mail, over = (None, False) if order is None else _letter(view, desk, order)
        if mail is not None:
            desk.post.send(mail, job.once, job.now())
        if over:
            _end(desk, job)

    return handle


def _end(desk: Desk, job: Job) -> None:
    if "subscription" in job.payload:
        run(desk.ground, SYSTEM, partial(end, number=int(str(job.payload["subscription"]))))


def _order(view: View, job: Job) -> Order | None:
    if "subscription" in job.payload:
        wanted = storage.subscription_of(view.connection, int(str(job.payload["subscription"])))
        if wanted is None:
            return None
        report = view.metadata.reports.get(wanted.report)
        kind: FileKind = wanted.kind  # type: ignore[assignment] # one of those that were offered
        return Order(wanted.report, report, kind, wanted.texts, subscription=wanted.id)
    found = _sending(view.metadata, job)
    return None if found is None else Order(found[0].name, found[0], found[1].kind, when=found[1].when)


def _letter(view: View, desk: Desk, order: Order) -> tuple[Mail | None, bool]:
    """The mail, and whether it is the last of a subscription: the reader may not have the report any more, or it is not there."""
    try:
        outcome = _computed(view, order)
    except Refusal as wrong:
        return (_told(view, desk, order, (WITHOUT, wrong.message)) if order.subscription else None), False
    except (Forbidden, Invalid) as wrong:  # made of what this reader may not see, or of what is not there: there is no report for them
        reason = wrong.message if isinstance(wrong, Forbidden) else wrong.problems[0].message
        return (_told(view, desk, order, (OVER, reason)) if order.subscription else None), True
    if order.when is not None and not order.when.holds({}, RecordFrame(view, parameters=_named(outcome))):
        return None, False
    enclosed = _enclosed(view, outcome, order.kind)
    return _told(view, desk, order, (TEXT if enclosed is None else ENCLOSED, None), enclosed), False


def _computed(view: View, order: Order) -> Outcome:
    """Raises Forbidden for a report that is not there or not for this reader, Invalid, Refusal."""
    report = order.report
    if report is None or not may_open(view, report) or not may_subscribe(view):
        raise Forbidden(CLOSED)
    return compute(view, report, given_by(view, report.parameters, order.texts))


def _told(view: View, desk: Desk, order: Order, said: tuple[str, Message | None], enclosed: Enclosed | None = None) -> Mail | None:
    """The words of a mail; None for a reader without an address."""
    actor, (words, reason) = view.actor, said
    to = actor.row.get("email")
    if not to:
        return None
    told = {
        "application": view.metadata.label,
        "report": order.name if order.report is None else order.report.label,
        "moment": view.now.astimezone(view.zone).strftime("%Y-%m-%d %H:%M"),
        "link": f"{desk.address}/reports/{order.name}" + (f"?{urlencode(order.texts)}" if order.texts else ""),
        "reason": reason or "",
    }
    subject, text = (Message(each, told).render(actor.language) for each in (SUBJECT, words))
    if not order.subscription or words == OVER:
        return Mail(str(to), subject, text, enclosed)
    ending = desk.endings.link(order.subscription)
    return Mail(str(to), subject, f"{text}\n\n{Message(ENDING, {'end': ending}).render(actor.language)}", enclosed, ending)


def _named(outcome: Outcome) -> dict[str, Value]:
    """The parameters, and the totals under the names of their values; blank where the reader sees no records."""
    total = outcome.whole or (outcome.lines[0] if outcome.lines and not outcome.report.rows else None)
    figures = [None] * len(outcome.report.measures) if total is None else [figure.value for figure in total.total]
    return {**outcome.given, **dict(zip((each.name for each in outcome.report.measures), figures, strict=True))}


def _enclosed(view: View, outcome: Outcome, wanted: FileKind) -> Enclosed | None:
    """The file, for those who may export what it counts; a workbook where it is too long for paper."""
    if not may_take_away(view, outcome.report):
        return None
    kind = "xlsx" if wanted == "pdf" and not fits_sheets(outcome) else wanted
    stream = BytesIO()
    write_report(view, outcome, kind, view.actor.language, stream)
    name = report_name(outcome, view.now.astimezone(view.zone).date(), kind)
    return Enclosed(name, MIMES[kind].partition(";")[0], stream.getvalue())
