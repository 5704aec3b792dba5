"""Reports that somebody wants to be sent: what is chosen on the page of a report, and what stands on that of the account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from engine.metadata import Report
from engine.records import titles
from engine.storage import Subscription
from engine.transfer import Rhythm, kinds, may_subscribe, own_subscriptions, rhythm_of
from engine.unit_of_work import View
from engine.web.views import Choice, Subscribing, SubscriptionLine
from engine.web.visit import visit
from engine.web.words import _

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def subscribing(view: View, report: Report, kept: Sequence[tuple[str, str]]) -> Subscribing | None:
    """What to choose; None for who can be sent nothing, and for who only looks as somebody else."""
    if visit().behind is not None or not may_subscribe(view):
        return None
    rhythms = ["day", "workday", *WEEKDAYS, *map(str, range(1, 29))]
    every = tuple(Choice(_every(view, name), value=name, selected=name == "monday") for name in rhythms)
    words = kind_words()
    offered = tuple(Choice(words[kind], value=kind, selected=kind == report.file.kind) for kind in kinds())
    own = tuple(rhythm_words(view, rhythm_of(each.cron)) for each in own_subscriptions(view) if each.report == report.name)
    return Subscribing(f"/reports/{report.name}/subscribe", every, offered, tuple(kept), own)


def subscription_lines(view: View) -> tuple[SubscriptionLine, ...]:
    """What one is sent."""
    return tuple(_lines(view, own_subscriptions(view)))


def _lines(view: View, own: Sequence[Subscription]) -> Iterator[SubscriptionLine]:
    words = kind_words()
    for each in own:
        report = view.metadata.reports.get(each.report)
        label = each.report if report is None else visit().words(report.label)
        given = "" if report is None else ", ".join(_given(view, report, each))
        href = f"/reports/{each.report}" + (f"?{urlencode(each.texts)}" if each.texts else "")
        yield SubscriptionLine(each.id, label, href, given, rhythm_words(view, rhythm_of(each.cron)), words.get(each.kind, each.kind))


def _given(view: View, report: Report, wanted: Subscription) -> Iterator[str]:
    """The parameters in words."""
    for name, text in wanted.texts.items():
        field = report.parameters.get(name)
        if field is None or not text:
            continue
        shown = text
        if field.link is not None and text.isdigit():
            shown = titles(view, field.link.entity, [int(text)]).get(int(text)) or "…"
        elif field.choices:
            shown = next((visit().words(each.label) for each in field.choices if each.code == text), text)
        yield f"{visit().words(field.label)}: {shown}"


def kind_words() -> dict[str, str]:
    """What the kinds of files are called."""
    return {"xlsx": _("Spreadsheet (XLSX)"), "csv": _("Text (CSV)"), "pdf": _("Sheets of paper (PDF)")}


def rhythm_words(view: View, rhythm: Rhythm) -> str:
    """How often, and at what time."""
    return _("%(every)s at %(time)s", every=_every(view, rhythm.every), time=rhythm.at)


def _every(view: View, name: str) -> str:
    if name.isdigit():
        return _("On day %(day)s of each month", day=name)
    if name in WEEKDAYS:
        names = visit().display(view, {}).locale.days["format"]["wide"]
        return _("Every %(weekday)s", weekday=names[WEEKDAYS.index(name)])
    return _("Every day") if name == "day" else _("Monday to Friday")
