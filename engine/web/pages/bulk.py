"""Many records of a list at once: changing one field, an action, deleting, a file; each record has its own result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from flask import abort, flash, redirect, render_template, request

from engine.access import CLEAR, never_readable
from engine.errors import Invalid, Message
from engine.forms import layout_of
from engine.frozen import frozen
from engine.metadata import FILE, Entity, Field
from engine.records import Row, Writable, archive, delete, fetch, readable, save, take_back, titles, unproven
from engine.unit_of_work import UnitOfWork, View
from engine.web.accounts import asked_before, prove_in_form
from engine.web.composing import FULL, Blank, Composed, Typed, fill_in
from engine.web.frame import shell
from engine.web.inputs import make_input
from engine.web.lists import ARCHIVE, TAKE_BACK, bulk_actions
from engine.web.ticked import Outcome, Ticked, read_ticked, with_each
from engine.web.views import BulkPage, Choice, Crumb, FormSection, ProblemLink, ResultLine, ResultPage
from engine.web.visit import visit
from engine.web.words import N_, _, ngettext
from engine.workflow import Said, fire

from .blueprint import Answer, entity_of, pages, texts

SHOWN = 20
"""How many of the ticked records are named before something is done with them."""
Work = Callable[[UnitOfWork, Ticked], object]
ARCHIVING = {ARCHIVE: (archive, N_("Archive")), TAKE_BACK: (take_back, N_("Take back from the archive"))}


@frozen
class Bulk:
    """What the list sent: which records of what, and what is wanted with them."""

    entity: Entity
    verb: str
    ticked: tuple[Ticked, ...]

    @property
    def address(self) -> str:
        """The address of the list."""
        return f"/records/{self.entity.name}"


@pages.post("/records/<name>/bulk")
def with_ticked(name: str) -> Answer:
    """Do something with every ticked record: what needs asking is asked before, everything else is done at once."""
    with visit().look() as view:
        bulk = Bulk(entity_of(view, name), request.form.get("do", ""), read_ticked(request.form.getlist("id")))
        if not bulk.ticked:
            flash(_("Tick the records first."), "warn")
            return redirect(_back(bulk), 303)
        if bulk.verb == "export":
            return redirect(f"{bulk.address}/export?{urlencode({'where': _only(bulk.ticked), 'archived': 'all'})}", 303)
        if bulk.verb in ("edit", "delete") and "sure" not in request.form:
            return _ask(view, bulk)
        if bulk.verb == "edit" and (wrong := _unproven(view, bulk)):
            return _ask(view, bulk, wrong), 422
        named = titles(view, name, [each.id for each in bulk.ticked])
        work, send = _work(view, bulk)
    return _results(bulk, send, named, with_each(bulk.entity, bulk.ticked, work))


def _only(ticked: Sequence[Ticked]) -> str:
    return f"ONEOF(id, {', '.join(str(each.id) for each in ticked)})"


def _back(bulk: Bulk) -> str:
    """The list as it was; an address that leads elsewhere is none."""
    sent = request.form.get("_back", "")
    return sent if sent == bulk.address or sent.startswith(f"{bulk.address}?") else bulk.address


def _work(view: View, bulk: Bulk) -> tuple[Work, str]:
    """What is done with one record, and what it is called."""
    name = bulk.entity.name
    if bulk.verb == "delete":
        return (lambda uow, each: delete(uow, name, each.id, each.version)), _("Delete")
    if bulk.verb in ARCHIVING:
        work, words = ARCHIVING[bulk.verb]
        return (lambda uow, each: work(uow, name, each.id, each.version)), _(words)
    if bulk.verb == "edit":
        field = _field(view, bulk)
        values = _compose(view, bulk, field).sent.values
        return (lambda uow, each: save(uow, name, each.id, values, each.version)), _("Edit")
    action = next((one for one in bulk_actions(view, bulk.entity) if one.name == bulk.verb), None)
    if action is None:
        abort(404)
    return (lambda uow, each: fire(uow, name, each.id, action.name, Said(version=each.version))), visit().words(action.label)


def _unproven(view: View, bulk: Bulk) -> tuple[Message, ...]:
    """What is wrong where the field asks its people to show again who they are: it is asked once, not of every record."""
    try:
        prove_in_form()
    except Invalid as invalid:
        return tuple(problem.message for problem in invalid.problems)
    field = _field(view, bulk)
    return (unproven(field),) if asked_before(field) else ()


def _ask(view: View, bulk: Bulk, wrong: Sequence[Message] = ()) -> str:
    """The page before: which records these are, and what is changed in them."""
    here, count = visit(), len(bulk.ticked)
    named = titles(view, bulk.entity.name, [each.id for each in bulk.ticked])
    page = BulkPage(
        title=ngettext("Delete %(num)s record?", "Delete %(num)s records?", count),
        lead=_("They go into the recycle bin."),
        send=_("Delete"),
        verb=bulk.verb,
        address=f"{bulk.address}/bulk",
        back=_back(bulk),
        records=tuple(Choice(named.get(each.id) or f"#{each.id}", value=each.key) for each in bulk.ticked),
        danger=bulk.verb == "delete",
    )
    if bulk.verb == "edit":
        page = replace(_editing(view, bulk, page), problems=tuple(ProblemLink(here.words(each)) for each in wrong))
    crumbs = (Crumb(here.words(bulk.entity.plural), _back(bulk)), Crumb(page.title))
    return render_template("bulk.html", page=page, shown=SHOWN, shell=shell(view, *crumbs))


def _editing(view: View, bulk: Bulk, page: BulkPage) -> BulkPage:
    offered = _offered(view, bulk.entity)
    field = _field(view, bulk)
    composed = _compose(view, bulk, field)
    placed = next(composed.filled.layout.placed())
    entered = make_input(composed.filled, placed, field.name, composed.filled.draft.new)._replace(shown=True, readonly=False, span="full")
    return replace(
        page,
        title=ngettext("Change %(num)s record", "Change %(num)s records", len(bulk.ticked)),
        lead=_("One field is set to the same value in all of them. Each is checked as if it were changed alone."),
        send=_("Change"),
        fields=tuple(Choice(visit().words(one.label), value=one.name, selected=one is field) for one in offered),
        chosen=field.name,
        sections=(FormSection("", 1, (entered,)),),
        proof=asked_before(field),
    )


def _offered(view: View, entity: Entity) -> list[Field]:
    """The fields that can be set to one value in many records."""
    sight = never_readable(entity, view.actor)
    own = [item.name for section in view.metadata.form_of(entity.name).sections for item in section.fields]
    fields = (entity.fields[name] for name in dict.fromkeys(own) if sight.readable(name))
    return [field for field in fields if _settable(entity, field)]


def _settable(entity: Entity, field: Field) -> bool:
    numbered = field.name == "number" and entity.number is not None
    alone = field.table is None and not field.unique and (field.link is None or field.link.entity != FILE)
    return alone and not field.computed and not numbered


def _field(view: View, bulk: Bulk) -> Field:
    """The field that was chosen, else the first that may be. Answers 404 where there is none."""
    offered = _offered(view, bulk.entity)
    found = next((field for field in offered if field.name == request.form.get("field")), offered[0] if offered else None)
    if found is None:
        abort(404)
    return found


def _compose(view: View, bulk: Bulk, field: Field) -> Composed:
    """The form of the one field; candidates of a link are those of the first record that was ticked."""
    row: Row = fetch(view, bulk.entity.name, bulk.ticked[0].id)
    readable(view, bulk.entity, row)
    form = view.metadata.form_of(bulk.entity.name)
    layout = layout_of(bulk.entity, form, CLEAR, Writable(), frozenset({field.name}))
    sent = texts() if "sure" in request.form else {}
    return fill_in(view, Blank(layout, row, Writable()), Typed({field.name: [""], **sent}), FULL)


def _results(bulk: Bulk, send: str, named: dict[int, str | None], outcomes: Sequence[Outcome]) -> Answer:
    """The page after; where everything worked the list itself says so."""
    failed = [each for each in outcomes if not each.done]
    done = ngettext("%(num)s record done.", "%(num)s records done.", len(outcomes) - len(failed))
    if not failed:
        flash(done, "good")
        return redirect(_back(bulk), 303)
    lines = (_line(bulk, named, each) for each in sorted(outcomes, key=lambda each: each.done))
    page = ResultPage(
        title=send,
        done=done if len(failed) < len(outcomes) else "",
        failed=ngettext("%(num)s record was not changed.", "%(num)s records were not changed.", len(failed)),
        lines=tuple(lines),
        back=_back(bulk),
    )
    with visit().look() as view:
        crumbs = (Crumb(visit().words(bulk.entity.plural), page.back), Crumb(page.title))
        return render_template("results.html", page=page, shell=shell(view, *crumbs)), 207 if page.done else 409


def _line(bulk: Bulk, named: dict[int, str | None], outcome: Outcome) -> ResultLine:
    gone = bulk.verb == "delete" and outcome.done
    title = named.get(outcome.ticked.id) or f"#{outcome.ticked.id}"
    return ResultLine(title, "" if gone else f"{bulk.address}/{outcome.ticked.id}", outcome.words, outcome.ticked.key)
