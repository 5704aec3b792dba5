"""What happened to a record and what is expected: the timeline of its approvals, and its activity."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from engine.files import IMAGES
from engine.metadata import Entity
from engine.records import Difference, Happening, Record, Row, activity, in_portal, linked, titles, titles_of_links
from engine.unit_of_work import View
from engine.workflow import Ahead, Asked, Entry, Incident, Story, entity_of, timeline, to_correct

from .display import Display
from .people import colleagues
from .portals import portal_here
from .views import Activity, Approval, Cell, ChangedField, Choice, Event, Stuck
from .visit import visit
from .words import N_, _

HAPPENED = {
    "started": N_("started it"),
    "approve": N_("approved"),
    "reject": N_("rejected"),
    "return": N_("returned it"),
    "submit": N_("submitted"),
    "withdraw": N_("withdrew it"),
    "skipped": N_("skipped"),
    "answered": N_("answered"),
    "failed": N_("failed"),
    "routed": N_("sent on"),
    "raised": N_("needs help"),
    "resolved": N_("resolved"),
    "ended": N_("ended"),
    "moved": N_("moved to a newer definition"),
    "timed": N_("timer"),
    "advise": N_("gave an opinion"),
    "cancel": N_("cancelled it"),
    "jump": N_("moved it"),
    "reopened": N_("opened it again"),
    "copied": N_("sent copies"),
    "urged": N_("urged"),
    "transferred": N_("handed it on"),
    "remind": N_("reminded"),
    "escalate": N_("asked others, because it took long"),
    "go": N_("sent on, because it took long"),
}
"""What somebody did, by decision or kind of entry."""
BAD = frozenset({"reject", "return"})
SILENT = frozenset({"routed"})
"""Kinds of entries that are told only when they have something to say."""


def approvals_of(view: View, entity: Entity, row: Row, display: Display) -> tuple[Approval, ...]:
    """The timelines of the workflows of a record, newest first."""
    return tuple(_approval(view, story, display) for story in timeline(view, entity.name, row))


def _approval(view: View, story: Story, display: Display) -> Approval:
    past = tuple(_past(entry, display) for entry in story.entries if entry.kind not in SILENT or entry.words)
    open_ = tuple(_open(asked, display) for asked in _by_step(story.asked))
    open_ += tuple(_waiting_for_help(view, story, incident, display) for incident in story.incidents)
    later = tuple(_later(view, ahead) for ahead in story.expected)
    mine = [each for each in story.incidents if view.actor.administrator or view.actor.id in each.people]
    stuck = tuple(_stuck(view, story, incident, display) for incident in mine)
    address = f"/processes/{story.instance.id}"
    return Approval(visit().words(story.workflow.label), past + open_ + later, address, _verbs(story), stuck, **_governing(view, story))


def _verbs(story: Story) -> tuple[Choice, ...]:
    """What the reader may do with the process, having a part in it."""
    words = {"withdraw": _("Withdraw"), "urge": _("Urge"), "reclaim": _("Take my decision back")}
    return tuple(Choice(words[verb], value=verb) for verb in words if verb in story.verbs)


def _governing(view: View, story: Story) -> dict[str, Any]:
    """What the reader may do who answers for the process; nothing for everybody else."""
    if not story.governed:
        return {}
    here = visit()
    words = {"jump": _("Move it there"), "cancel": _("Cancel the process")} if story.instance.open else {"reopen": _("Open it again there")}
    return {
        "governed": tuple(Choice(label, value=verb) for verb, label in words.items()),
        "steps": tuple(Choice(here.words(step.label), value=step.name) for step in story.workflow.steps.values()),
        "tasks": tuple(Choice(here.words(asked.who), value=str(asked.task)) for asked in story.asked),
        "people": colleagues(view) if story.asked else (),
    }


def _waiting_for_help(view: View, story: Story, incident: Incident, display: Display) -> Event:
    people = _names(view, incident.people)
    at = display.ago(incident.raised_at)
    return Event(_step_of(story, incident), "open", people, _("asked to help"), at, display.instant(incident.raised_at))


def _stuck(view: View, story: Story, incident: Incident, display: Display) -> Stuck:
    entity = entity_of(view, story.instance.entity_id)
    opened = view.actor.id in incident.people and to_correct(story.workflow, incident.step, view.metadata.entities[entity])
    return Stuck(
        address=f"/incidents/{incident.id}",
        step=_step_of(story, incident),
        words=visit().words(incident.message),
        when=display.ago(incident.raised_at),
        instant=display.instant(incident.raised_at),
        inputs=tuple((name, str(value)) for name, value in incident.inputs.items()),
        edit=f"/records/{entity}/{story.instance.record_id}/edit" if opened else "",
    )


def _step_of(story: Story, incident: Incident) -> str:
    return visit().words(story.workflow.step(incident.step).label)


def _past(entry: Entry, display: Display) -> Event:
    here = visit()
    bad = entry.decision in BAD or entry.kind in ("failed", "raised")
    said = entry.comment or (here.words(entry.words) if entry.words else "")
    return Event(
        label=here.words(entry.label),
        place="bad" if bad else "done",
        who=here.words(entry.who) or ("" if entry.kind == "ended" else _("automatic")),
        what=_happened(entry.kind, entry.decision or ""),
        when=display.ago(entry.at),
        instant=display.instant(entry.at),
        said=said,
    )


def _happened(kind: str, decision: str) -> str:
    words = HAPPENED.get(decision) or HAPPENED.get(kind)
    return _(words) if words else ""


def _by_step(asked: Iterable[Asked]) -> Iterable[tuple[Asked, ...]]:
    steps: dict[str, list[Asked]] = {}
    for one in asked:
        steps.setdefault(one.step, []).append(one)
    return (tuple(group) for group in steps.values())


def _open(group: tuple[Asked, ...], display: Display) -> Event:
    here = visit()
    since = min(one.since for one in group)
    who = ", ".join(here.words(one.who) for one in group)
    return Event(
        here.words(group[0].label),
        "open",
        who,
        _("is asked") if len(group) == 1 else _("are asked"),
        display.ago(since),
        display.instant(since),
    )


def _later(view: View, ahead: Ahead) -> Event:
    here = visit()
    names = _names(view, ahead.people)
    return Event(here.words(ahead.label), "later", names)


def _names(view: View, people: tuple[int, ...]) -> str:
    found = titles(view, "user", people)
    if in_portal(view) and not any(found.values()):
        return _("Staff") if people else ""
    return ", ".join(name for number in people if (name := found.get(number)))


def activity_of(view: View, entity: Entity, record: Record) -> tuple[Activity, ...]:
    """What people did to the record and said about it, newest first."""
    happened = activity(view, entity, record)
    display = visit().display(view, titles_of_links(view, entity, linked(entity, happened)))
    return tuple(_happening(record, entity, one, display) for one in happened)


def _happening(record: Record, entity: Entity, one: Happening, display: Display) -> Activity:
    changes = tuple(_changed(difference, display) for difference in one.differences) if one.action == "update" else ()
    return Activity(
        who=_("automatic") if one.who == "system" else one.who or _("Staff"),
        initials="",
        what="" if one.body else _what(entity, one),
        when=display.ago(one.at),
        instant=display.instant(one.at),
        said=one.body,
        changes=changes,
        before=_before(record, one) if changes and portal_here() is None else "",
        for_all=one.for_all,
        files=tuple(Cell("picture" if each.kind in IMAGES else "file", each.name, f"/files/{each.id}") for each in one.files),
    )


def _before(record: Record, one: Happening) -> str:
    at = (one.at - timedelta(microseconds=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return f"/records/{record.entity}/{record.id}/past?at={at}"


def _what(entity: Entity, one: Happening) -> str:
    words = {
        "create": _("created the record"),
        "share": _("shared the record"),
        "unshare": _("took back a share of the record"),
        "look_as": _("began to look as this person"),
        "look_as_end": _("stopped looking as this person"),
        "delete": _("deleted the record"),
        "restore": _("restored the record"),
        "archive": _("archived the record"),
        "take_back": _("took the record back from the archive"),
        "merge": _("merged another record into it"),
        "unmerge": _("took the merged record out again"),
        "anonymise": _("forgot what tells of people: the record was kept long enough"),
    }
    if one.action in words:
        return words[one.action]
    state = entity.lifecycle.states.get(str(one.states[1])) if one.states and entity.lifecycle else None
    return _("moved it to %(state)s", state=visit().words(state.label)) if state else ""


def _changed(difference: Difference, display: Display) -> ChangedField:
    label = visit().words(difference.field.label)
    if not difference.said:
        return ChangedField(label, "", _("changed"))
    return ChangedField(label, display.text(difference.field, difference.old, {}), display.text(difference.field, difference.new, {}))
