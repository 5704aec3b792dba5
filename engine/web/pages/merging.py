"""Two records that are one: choose the other, see what would happen, do it, and undo it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request

from engine.errors import Conflict, Forbidden, Invalid, Refusal
from engine.metadata import Entity, Field, Value
from engine.records import Merging, Query, Record, can_unmerge, duplicates_of, find, load, rows_of, unmerge
from engine.unit_of_work import View
from engine.web.accounts import asked_before, prove_in_form
from engine.web.display import Display
from engine.web.frame import shell
from engine.web.views import Choice, Crumb, MergeField, MergePage
from engine.web.visit import visit
from engine.web.words import _, ngettext
from engine.workflow import merge, preview_merge

from .blueprint import Answer, entity_of, pages

OFFERED = 20


@pages.get("/records/<name>/<int:number>/merge")
def merging(name: str, number: int) -> Answer:
    """Records that may be the same, or, with one chosen, both side by side."""
    here = visit()
    with here.look() as view:
        entity = entity_of(view, name)
        record = load(view, name, number)
        page = _page(view, entity, record, _number(request.args.get("with", "")))
        crumbs = (Crumb(here.words(entity.plural), f"/records/{name}"), Crumb(page.title, page.back), Crumb(_("Merge")))
        return render_template("merge.html", page=page, shell=shell(view, *crumbs))


@pages.post("/records/<name>/<int:number>/merge")
def merge_two(name: str, number: int) -> Answer:
    """Make one record of two."""
    here, address = visit(), f"/records/{name}/{number}"
    gone, take = _number(request.form.get("with", "")), request.form.getlist("field")
    try:
        prove_in_form()
        here.run(lambda uow: merge(uow, entity_of(uow, name).name, number, gone, take))
    except (Refusal, Forbidden, Conflict, Invalid) as refused:
        _say(refused)
        return redirect(f"{address}/merge?with={gone}", 303)
    flash(_("The records were merged."), "good")
    return redirect(address, 303)


@pages.post("/records/<name>/<int:number>/unmerge")
def take_apart(name: str, number: int) -> Answer:
    """Undo the last merge into a record."""
    here, address = visit(), f"/records/{name}/{number}"
    try:
        gone = here.run(lambda uow: unmerge(uow, entity_of(uow, name).name, number))
    except (Refusal, Forbidden, Conflict, Invalid) as refused:
        _say(refused)
        return redirect(f"{address}/merge", 303)
    flash(_("The merge was undone."), "good")
    return redirect(f"/records/{name}/{gone}", 303)


def _say(refused: Refusal | Forbidden | Conflict | Invalid) -> None:
    here = visit()
    messages = [problem.message for problem in refused.problems] if isinstance(refused, Invalid) else [refused.message]
    flash(" ".join(here.words(message) for message in messages), "bad")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _page(view: View, entity: Entity, record: Record, other: int) -> MergePage:
    title, back = record.title or _("(untitled)"), f"/records/{entity.name}/{record.id}"
    if not other or other == record.id:
        return _choosing(view, entity, record, (title, back))
    try:
        found = preview_merge(view, entity.name, record.id, other)
    except (Refusal, Forbidden) as refused:
        return MergePage(title, back, problem=visit().words(refused.message))
    display = visit().display(view, {**found.kept.titles, **found.gone.titles})
    return MergePage(
        title,
        back,
        other=found.gone.title or _("(untitled)"),
        other_id=str(other),
        other_href=f"/records/{entity.name}/{other}",
        fields=tuple(_field(field, found, display) for field in found.fields),
        referring=tuple(Choice(visit().words(view.metadata.entities[e].plural), value=str(n)) for e, n in found.referring.items()),
        proof=asked_before(*found.fields),
    )


def _choosing(view: View, entity: Entity, record: Record, place: tuple[str, str]) -> MergePage:
    words = request.args.get("q", "").strip()[:200]
    twins = duplicates_of(view, entity.name, record.id) if entity.duplicates else []
    seen = {twin.id: twin.title for twin in twins if twin.title is not None}
    if words:
        page = find(view, Query(entity.name, words=words, limit=OFFERED, fields=frozenset()))
        seen |= {each.id: each.title for each in page.records if each.id != record.id}
    here = f"/records/{entity.name}/{record.id}/merge"
    choices = tuple(Choice(title or f"#{number}", value=f"{here}?with={number}") for number, title in seen.items())
    hidden = sum(twin.title is None for twin in twins)
    return MergePage(*place, candidates=choices, hidden=hidden, search=words, undo=can_unmerge(view, entity, record.id))


def _field(field: Field, found: Merging, display: Display) -> MergeField:
    def words(record: Record) -> str:
        value: Value = record.values.get(field.name)
        if field.table is not None:
            return ngettext("%(num)s row", "%(num)s rows", len(rows_of({field.name: value}, field)))
        return display.text(field, value, record.values)

    return MergeField(field.name, visit().words(field.label), words(found.kept), words(found.gone), field.table is not None)
