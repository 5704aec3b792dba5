"""The page of one record: what it is, where it stands, what can be done with it and why something cannot."""

from __future__ import annotations

from collections.abc import Iterator

from engine.access import row_rule
from engine.errors import Forbidden, Refusal
from engine.forms import layout_of, states_of
from engine.metadata import Entity, State
from engine.records import (
    Draft,
    Record,
    RecordFrame,
    Row,
    Writable,
    followers,
    inside,
    may_share,
    present,
    readable,
    stays,
    waiting_since,
    writable,
)
from engine.unit_of_work import View
from engine.workflow import Duty, Possible, actions, duties

from .display import Display
from .reading import sections_of
from .related import related_to
from .sharing import shared_with
from .stories import activity_of, approvals_of
from .views import Action, Choice, Place, RecordPage, Sharing, Stage
from .visit import visit
from .words import _

NOTHING = Writable(frozenset())
GOOD = frozenset({"green", "lime", "teal", "blue", "success"})
"""The colours of final states that people work towards."""


def record_page(view: View, entity: Entity, row: Row) -> RecordPage:
    """Everything on the page of a record. Raises Invisible when the reader may not see it."""
    here, state = visit(), str(row.get("state"))
    record = present(view, entity, [row], [readable(view, entity, row)])[0]
    layout = layout_of(entity, view.metadata.form_of(entity.name), record.sight, NOTHING)
    display, address = here.display(view, record.titles), f"/records/{entity.name}/{record.id}"
    possible = [p for p in actions(view, entity.name, row) if not p.hidden]
    primary = _primary(entity, possible, state)
    edit, edit_why = _editing(view, entity, row, address)
    task, task_words = _waiting(duties(view, entity.name, row))
    following = followers(view, entity, record.id)
    return RecordPage(
        title=record.title or _("(untitled)"),
        number=str(record.values.get("number") or "") if entity.number else "",
        entity=here.words(entity.label),
        state=_badge(entity, state),
        sections=tuple(sections_of(layout, states_of(view, layout, Draft(entity, row, dict(row))), record, display)),
        address=address,
        stages=_stages(entity, state),
        primary=_action(primary, address) if primary else None,
        more=tuple(_action(p, address) for p in possible if p is not primary),
        edit=edit,
        edit_why=edit_why,
        delete=f"{address}/delete" if _deletable(view, entity, row) else "",
        merge=f"{address}/merge" if edit and _deletable(view, entity, row) else "",
        version=record.version,
        related=tuple(related_to(view, entity, record.id)),
        approvals=approvals_of(view, entity, row, display),
        activity=activity_of(view, entity, record),
        audience=inside(view.actor) and any(role.external for role in view.metadata.roles.values()),
        followers=tuple(each.name for each in following if each.name),
        follows=view.actor.id in {each.person for each in following},
        task=task,
        task_words=task_words,
        late=_late(view, entity, record),
        sealed=tuple(_sealed(entity, record, display)),
        invite=f"/invite/{record.id}" if entity.name == "user" and _may_look(view, record.id) and row.get("email") else "",
        look_as=f"/look-as/{record.id}" if entity.name == "user" and _may_look(view, record.id) else "",
        share=Sharing(f"{address}/share", shared_with(view, entity, row)) if may_share(view, entity, row) else None,
    )


def _deletable(view: View, entity: Entity, row: Row) -> bool:
    return not stays(entity, row) and row_rule(entity, "delete", view.actor).holds(row, RecordFrame(view))


def _late(view: View, entity: Entity, record: Record) -> str:
    """Which numbers on the page are right in a moment only."""
    if not waiting_since(view, entity, [record.id]):
        return ""
    here = visit()
    names = [here.words(f.label) for f in entity.fields.values() if f.keep == "deferred" and record.sight.readable(f.name)]
    return _("Being calculated anew just now: %(fields)s", fields=", ".join(names)) if names else ""


def _sealed(entity: Entity, record: Record, display: Display) -> Iterator[str]:
    """What of the record is still sealed, and until when."""
    here = visit()
    for until in sorted(set(record.sealed.values()), key=lambda at: (at is None, at)):
        names = dict.fromkeys(name.partition(".")[0] for name, at in record.sealed.items() if at == until)
        fields = ", ".join(here.words(entity.fields[name].label) for name in entity.fields if name in names)
        yield (
            _("Sealed until %(when)s: %(fields)s", when=display.moment(until), fields=fields)
            if until is not None
            else _("Sealed until a time that is not known yet: %(fields)s", fields=fields)
        )


def _primary(entity: Entity, possible: list[Possible], state: str) -> Possible | None:
    """What is most likely wanted: an allowed action, else one whose conditions are missing; never one that ends badly."""
    wanted = [p for p in possible if not _ends_badly(entity, p.action.to)]
    return next((p for p in wanted if p.allowed), None) or next((p for p in wanted if state in p.action.sources), None)


def _ends_badly(entity: Entity, state: str | None) -> bool:
    found = entity.lifecycle.states.get(state or "") if entity.lifecycle else None
    return found is not None and found.final and found.color not in GOOD


def _may_look(view: View, person: int) -> bool:
    return view.actor.administrator and visit().behind is None and person != view.actor.id


def _waiting(own: list[Duty]) -> tuple[str, str]:
    if not own:
        return "", ""
    return f"/inbox/{own[0].task.id}", _("This is waiting for you: %(step)s.", step=visit().words(own[0].step.label))


def _editing(view: View, entity: Entity, row: Row, address: str) -> tuple[str, str]:
    """The address of the form, or the reason why it cannot be opened now; neither for those who never may."""
    try:
        allowed = writable(view, entity, row)
    except Forbidden:
        return "", ""
    except Refusal as refusal:
        return "", visit().words(refusal.message)
    return (f"{address}/edit", "") if allowed.names is None or allowed.names else ("", "")


def _badge(entity: Entity, state: str) -> Choice | None:
    found = entity.lifecycle.states.get(state) if entity.lifecycle else None
    return Choice(visit().words(found.label), found.color, found.name) if found else None


def _stages(entity: Entity, now: str) -> tuple[Stage, ...]:
    """The states before this one, this one, and those that an action leads to from here."""
    if entity.lifecycle is None:
        return ()
    states = tuple(entity.lifecycle.states.values())
    at = next((number for number, state in enumerate(states) if state.name == now), 0)
    ahead = {action.to for action in entity.lifecycle.actions.values() if now in action.sources and action.to}
    return tuple(
        Stage(visit().words(state.label), _place(number, at))
        for number, state in enumerate(states)
        if _on_the_way(state, number, at, ahead)
    )


def _on_the_way(state: State, number: int, at: int, ahead: set[str]) -> bool:
    return number == at or (number > at and state.name in ahead) or (number < at and not state.final)


def _place(number: int, at: int) -> Place:
    return "now" if number == at else "past" if number < at else "later"


def _action(possible: Possible, address: str) -> Action:
    here, action = visit(), possible.action
    return Action(
        name=action.name,
        label=here.words(action.label),
        href=f"{address}/actions/{action.name}",
        help=here.words(action.help),
        why="" if possible.allowed else here.words(possible.reason) or _("This is not possible now."),
        asks=bool(action.ask) or action.comment != "none",
    )
