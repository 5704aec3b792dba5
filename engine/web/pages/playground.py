"""A playground for formulas: typed by an analyst, calculated on a record, taken apart. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, render_template, request

from engine.access import never_readable
from engine.errors import Invisible
from engine.formula import FormulaErrors, FormulaFailure, FormulaIssue, Step
from engine.metadata import Entity
from engine.records import Eyes, Query, find, tried
from engine.unit_of_work import View
from engine.web.frame import is_analyst, readable_entities, shell
from engine.web.views import Choice, Crumb, Playground, Problem
from engine.web.visit import visit
from engine.web.why import Teller
from engine.web.words import _

from .blueprint import Answer, entity_of, pages

OFFERED = 50
"""How many records, newest first, one may choose from."""


@pages.get("/playground")
def playground() -> Answer:
    """Try a formula."""
    with visit().look() as view:
        if not is_analyst(view):
            abort(403)
        offered = sorted(readable_entities(view), key=lambda entity: entity.system)
        if not offered:
            abort(404)
        entity = entity_of(view, request.args.get("entity", offered[0].name))
        page = _page(view, offered, entity, request.args.get("text", ""))
        return render_template("playground.html", page=page, shell=shell(view, Crumb(_("Formulas"))))


def _page(view: View, offered: Sequence[Entity], entity: Entity, text: str) -> Playground:
    here, records = visit(), _records(view, entity, request.args.get("record", ""))
    chosen = next((choice.value for choice in records if choice.selected), "")
    answer = _answer(view, entity, chosen, text) if text.strip() and chosen else Playground()
    return Playground(
        entities=tuple(Choice(here.words(each.label), value=each.name, selected=each is entity) for each in offered),
        records=records,
        text=text,
        names=_names(view, entity),
        tried=bool(text.strip() and chosen),
        type=answer.type,
        value=answer.value,
        closed=answer.closed,
        steps=answer.steps,
        problems=answer.problems,
    )


def _records(view: View, entity: Entity, wanted: str) -> tuple[Choice, ...]:
    """The newest records, and the one that the address names; that one is chosen, else the newest."""
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else 0
    found = {record.id: record.title for record in find(view, Query(entity.name, limit=OFFERED, titles=False)).records}
    if number and number not in found:
        found |= {record.id: record.title for record in find(view, Query(entity.name, ids=(number,), limit=1, titles=False)).records}
    chosen = number if number in found else next(iter(found), 0)
    return tuple(Choice(title or f"#{key}", value=str(key), selected=key == chosen) for key, title in found.items())


def _answer(view: View, entity: Entity, record: str, text: str) -> Playground:
    try:
        return _told(view, *tried(view, entity, int(record), text))
    except FormulaErrors as wrong:
        return Playground(problems=tuple(_problem(issue, text) for issue in wrong.issues))
    except FormulaFailure as failure:
        return Playground(problems=(Problem(failure.code, visit().words(failure.message)),))
    except Invisible:
        abort(404)


def _told(view: View, step: Step, eyes: Eyes) -> Playground:
    teller = Teller(view, eyes)
    value = teller.plain(step.type, step.value) if step.known else ""
    return Playground(type=str(step.type), value=value, closed=not step.known, steps=tuple(teller.whole(step)))


def _problem(issue: FormulaIssue, text: str) -> Problem:
    here = visit()
    return Problem(issue.code, here.words(issue.message), issue.pointed(text), here.words(issue.hint) if issue.hint else "")


def _names(view: View, entity: Entity) -> tuple[Choice, ...]:
    """What a formula may name here: name, words and type of each field that the person may read."""
    sight, members = never_readable(entity, view.actor), view.metadata.names_as_written.members(entity.name)
    return tuple(
        Choice(visit().words(entity.fields[name].label) if name in entity.fields else "", value=name, hint=str(member.type))
        for name, member in members.items()
        if sight.readable(name)
    )
