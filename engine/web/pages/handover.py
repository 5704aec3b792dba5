"""Handing over the work of somebody who leaves: an administrator's page, reached from the record of the person."""

from __future__ import annotations

from flask import flash, redirect, render_template, request

from engine.errors import Invalid
from engine.metadata import USER
from engine.records import titles
from engine.unit_of_work import View
from engine.web.frame import shell
from engine.web.people import colleagues
from engine.web.ticked import Ticked, with_each
from engine.web.views import Choice, Crumb, HandoverPage, ResultLine, ResultPage
from engine.web.visit import visit
from engine.web.words import _, ngettext
from engine.workflow import Holding, check_successor, hand_over_places, holding, reassign

from .blueprint import Answer, pages


@pages.get("/handover/<int:person>")
def asked(person: int) -> Answer:
    """What somebody holds, and who takes it over."""
    with visit().look() as view:
        return _page(view, person)


@pages.post("/handover/<int:person>")
def done(person: int) -> Answer:
    """Hand everything over; what cannot go to this person is said task by task."""
    here, reason = visit(), request.form.get("_comment", "")
    to = request.form.get("to", "")
    try:
        with here.look() as view:
            held, entity = holding(view, person), view.metadata.entities[USER]
            if not to.isdecimal():
                return _page(view, person, _("Please name somebody.")), 422
            check_successor(view, person, int(to), reason)
    except Invalid as invalid:
        with here.look() as view:
            return _page(view, person, " ".join(here.words(problem.message) for problem in invalid.problems)), 422
    ticked = [Ticked(task) for task in held.tasks]
    outcomes = with_each(entity, ticked, lambda uow, each: reassign(uow, each.id, int(to), reason))
    here.run(lambda uow: hand_over_places(uow, person, int(to), reason))
    lines = [ResultLine(f"#{each.ticked.id}", "", each.words) for each in outcomes]
    failed = sum(1 for line in lines if line.words)
    if not failed:
        flash(_("Everything is handed over."), "good")
        return redirect(f"/records/user/{person}", 303)
    page = ResultPage(
        title=_("Hand over"),
        done=ngettext("%(num)s task is handed over.", "%(num)s tasks are handed over.", len(lines) - failed),
        failed=ngettext("%(num)s task stays where it is.", "%(num)s tasks stay where they are.", failed),
        lines=tuple(sorted(lines, key=lambda line: not line.words)),
        back=f"/handover/{person}",
    )
    with here.look() as view:
        return render_template("results.html", page=page, shell=shell(view, Crumb(page.title)))


def _page(view: View, person: int, problem: str = "") -> str:
    held = holding(view, person)
    name = titles(view, USER, [person]).get(person) or f"#{person}"
    page = HandoverPage(name, f"/handover/{person}", f"/records/user/{person}", tuple(_lines(view, held)), _others(view, person), problem)
    return render_template("handover.html", page=page, shell=shell(view, Crumb(name, page.back), Crumb(_("Hand over"))))


def _others(view: View, person: int) -> tuple[Choice, ...]:
    return tuple(one for one in colleagues(view) if one.value != str(person))


def _lines(view: View, held: Holding) -> list[Choice]:
    """What is held, in words, with the names of what can be named."""
    counted = [Choice(_("Open tasks"), value=str(len(held.tasks))), Choice(_("Stuck work"), value=str(len(held.incidents)))]
    named = [
        Choice(_("Head of"), value=_names(view, "department", held.departments)),
        Choice(_("Member of"), value=_names(view, "group", held.groups)),
        Choice(_("Stands in"), value=str(len(held.rules))),
    ]
    return [line for line in (*counted, *named) if line.value not in ("", "0")]


def _names(view: View, entity: str, ids: tuple[int, ...]) -> str:
    return ", ".join(title or "…" for title in titles(view, entity, ids).values())
