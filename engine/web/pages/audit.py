"""The audit for auditors: who did what, when, to which record, over all records; and who was shown what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from flask import render_template, request

from engine.errors import Message
from engine.records import Asked, Audited, audited
from engine.unit_of_work import View
from engine.web.display import Display
from engine.web.frame import shell
from engine.web.views import AuditLine, AuditPage, Choice, Crumb
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, pages

SHOWN = 50
KEYS = ("who", "entity", "record", "since", "until", "what")


@pages.get("/audit")
def audit() -> Answer:
    """The newest entries that match what is asked for."""
    given = {key: value for key in KEYS if (value := request.args.get(key, "").strip()[:80])}
    with visit().look() as view:
        lines, following = audited(view, _asked(view, given), SHOWN)
        page = _page(view, given, lines, following)
        return render_template("audit.html", page=page, shell=shell(view, Crumb(_("Audit"))))


def _asked(view: View, given: Mapping[str, str]) -> Asked:
    until = _day(view, given.get("until", ""))
    return Asked(
        given.get("who", ""),
        given.get("entity", ""),
        _number(given.get("record", "")),
        _day(view, given.get("since", "")),
        None if until is None else until + timedelta(days=1),
        _number(request.args.get("before", "")),
        given.get("what") == "reads",
    )


def _number(text: str) -> int | None:
    """The number that somebody typed; None for what is none."""
    return int(text[:18]) if text.isascii() and text.isdigit() else None


def _day(view: View, text: str) -> datetime | None:
    """The beginning of a day in the zone of the application; None for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), view.zone)
    except ValueError:
        return None


def _page(view: View, given: Mapping[str, str], lines: list[Audited], following: int | None) -> AuditPage:
    here, reads = visit(), given.get("what") == "reads"
    display = here.display(view, {})
    kept = {key: value for key, value in given.items() if key != "what"}
    entities = sorted((here.words(each.plural), each.name) for each in view.metadata.documents if each.reads or not reads)
    tabs = (("", _("Changes")), ("reads", _("Who was shown it")))
    return AuditPage(
        tuple(_line(display, each) for each in lines),
        tuple(Choice(label, value=name, selected=name == given.get("entity")) for label, name in entities),
        given.get("who", ""),
        given.get("record", ""),
        given.get("since", ""),
        given.get("until", ""),
        reads,
        "/audit?" + urlencode({**given, "before": following}) if following is not None else "",
        tuple(Choice(label, value=_address(kept | ({"what": what} if what else {})), selected=reads == bool(what)) for what, label in tabs),
    )


def _address(given: Mapping[str, str]) -> str:
    return "/audit" + (f"?{urlencode(given)}" if given else "")


def _line(display: Display, each: Audited) -> AuditLine:
    here, known = visit(), each.title is not None
    return AuditLine(
        display.moment(each.at),
        display.instant(each.at),
        _who(each),
        _what(each.action),
        ", ".join(here.words(field.label) for field in each.fields),
        here.words(each.entity.label),
        each.title or f"#{each.record}",
        f"/records/{each.entity.name}/{each.record}" if known and each.entity.api else "",
        "" if each.cause == "person" else each.cause,
    )


def _who(each: Audited) -> str:
    if each.whom_for:
        return visit().words(Message("{person} for {owner}", {"person": each.who, "owner": each.whom_for}))
    return {"system": _("automatic"), "auth": _("sign-in")}.get(each.who, each.who) or _("the system")


def _what(action: str) -> str:
    words = {
        "create": _("created"),
        "update": _("changed"),
        "delete": _("deleted"),
        "read": _("was shown"),
        "restore": _("restored"),
        "purge": _("deleted for ever"),
        "erase": _("erased"),
        "anonymise": _("made anonymous"),
        "archive": _("archived"),
        "take_back": _("took back from the archive"),
        "share": _("shared"),
        "unshare": _("took back a share"),
        "merge": _("merged"),
        "unmerge": _("took apart again"),
    }
    return words.get(action, action.replace("_", " "))
