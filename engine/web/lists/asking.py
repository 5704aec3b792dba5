"""Asking the records for what the address of a list says; what cannot be asked is left out, and said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import flash

from engine import settings
from engine.errors import Invalid, Message
from engine.formula import FormulaErrors
from engine.frozen import frozen
from engine.metadata import Entity, ListView
from engine.records import Groups, Page, Query, SavedView, StillSealed, count, find, groups, sealed_among
from engine.storage import NotPushable
from engine.unit_of_work import View
from engine.web.api.cursors import Cursors, Question
from engine.web.api.problems import RequestProblem
from engine.web.views import Seen
from engine.web.visit import application, visit
from engine.web.words import _

from .address import UNGROUPED, Asked
from .board import board
from .grouped import NOTHING, Grouped, ask_groups
from .looks import Looking, look_of, pictures
from .month import month
from .questions import group_of, query_of
from .tree import tree

COUNTED = 1000
Wrong = FormulaErrors | Invalid | NotPushable


@frozen
class Result:
    """One page of a list or its groups, how many records there are, the cursor of the next page, all sums, and the saved views.

    `look` is the list seen in another way, `cut` says that it shows not all, `sealed` what of it counts as blank because it is sealed.
    """

    page: Page
    number: int
    following: str = ""
    grouped: Grouped | None = None
    totals: Groups | None = None
    views: Sequence[SavedView] = ()
    look: Seen | None = None
    cut: bool = False
    sealed: StillSealed | None = None


def ask(view: View, entity: Entity, described: ListView, asked: Asked) -> tuple[Asked, Result]:
    """What the list shows, and the address with what of it could not be used taken out."""
    try:
        return asked, _ask(view, entity, described, asked)
    except (FormulaErrors, Invalid, NotPushable) as wrong:
        words, pointed = _told(wrong, asked.formula)
        mended = replace(asked, mend=words, pointed=pointed, after="", open=None)
        return mended, _ask(view, entity, described, replace(asked.turned(), formula="", sort="", conditions=(), group=UNGROUPED))


def _ask(view: View, entity: Entity, described: ListView, asked: Asked) -> Result:
    query = query_of(view.metadata, entity, described, asked)
    question = Question(view.actor.id, view.metadata.number, (entity.name, *map("=".join, asked.parts())))
    if asked.after:
        query = _continued(query, question, asked)
    look, by = look_of(described, asked), group_of(described, asked)
    sealed = sealed_among(view, replace(query, by=by if look is None else None))
    if look is not None:
        return replace(_look(Looking(view, entity, described, asked, query, look), question), sealed=sealed)
    if by is not None:
        found = ask_groups(view, query, by, described, asked)
        return Result(found.page, found.groups.rows, _following(question, found.page), found, sealed=sealed)
    page, number = find(view, query), count(view, query, COUNTED)
    totals = groups(view, query, None, described.totals) if described.totals and query.at is None else None
    return Result(page, number, _following(question, page), totals=totals, sealed=sealed)


def _look(looking: Looking, question: Question) -> Result:
    """The list seen in another way."""
    number = count(looking.view, looking.query, COUNTED)
    if looking.look.kind == "kanban":
        return Result(NOTHING, number, look=board(looking))
    if looking.look.kind == "gallery":
        found, page = pictures(looking)
        return Result(NOTHING, number, _following(question, page), look=found)
    shown, cut = month(looking) if looking.look.kind == "calendar" else tree(looking)
    return Result(NOTHING, number, look=shown, cut=cut)


def _continued(query: Query, question: Question, asked: Asked) -> Query:
    try:
        return replace(query, after=_cursors().read(question, asked.after))
    except RequestProblem:
        flash(_("The list has changed; this is its first page."), "warn")
        return query


def _following(question: Question, page: Page) -> str:
    return "" if page.next is None else _cursors().write(question, page.next)


def _cursors() -> Cursors:
    return Cursors(settings.key(application().root, "cursor"))


def _told(wrong: Wrong, typed: str) -> tuple[str, str]:
    here = visit()
    if isinstance(wrong, FormulaErrors):
        parts = (part for issue in wrong.issues for part in (issue.message, issue.hint) if part is not None)
        words = " ".join(here.words(part) for part in parts)
        return words, "\n".join(issue.pointed(typed) for issue in wrong.issues) if typed else ""
    if isinstance(wrong, Invalid):
        return " ".join(here.words(problem.message) for problem in wrong.problems), ""
    return here.words(Message("This cannot be asked of a list.")), ""
