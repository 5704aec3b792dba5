"""The actions of a lifecycle, as people fire them: who may, in which state, under which conditions, and what it does.

Checked in this order: invisible, not allowed, wrong state and guards, values, effects (LANGUAGE section 6). A button of a wrong
role is hidden; where only the state or a guard is against it, it is shown with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Forbidden, Message, Refusal
from engine.metadata import Action, Effects, Entity, Metadata, Workflow
from engine.records import conflict, fetch, readable
from engine.unit_of_work import Cause, UnitOfWork, View

from . import ledger
from .course import entity_id_of
from .effects import Row, why_not
from .following import perform
from .given import NOTHING_SAID, Said, taken
from .permitted import Possible, not_for
from .remark import remark


def fire(uow: UnitOfWork, entity_name: str, record_id: int, action_name: str, said: Said = NOTHING_SAID) -> Row:
    """Fire an action of the record's lifecycle as the acting person; returns the record afterwards.

    Raises Invisible, Forbidden, Refusal (state, guards, lost race), Invalid (values, comment, checks).
    """
    entity = uow.metadata.entities[entity_name]
    row = fetch(uow, entity_name, record_id, lock=True)
    readable(uow, entity, row)
    action = _action(uow.metadata, entity, action_name)
    if refused := not_for(uow, entity_name, row, action):
        raise Forbidden(refused)
    if said.version is not None and said.version != row["version"]:
        raise conflict(uow, entity, row)
    if refusal := why_not(uow, entity_name, row, action):
        raise refusal
    given = taken(uow, entity, row, action, said)
    with uow.because(Cause("action", action_name)):
        after = perform(uow, entity_name, row, action, given)
        if action.start is None and said.comment.strip():
            remark(uow, entity, record_id, said.comment)
    return after


def actions(view: View, entity_name: str, row: Row) -> list[Possible]:
    """Every action that the record knows, in file order, with whether and why not the acting person may fire it."""
    entity = view.metadata.entities[entity_name]
    return [_possible(view, entity, row, action) for action in actions_of(view.metadata, entity).values()]


def actions_of(metadata: Metadata, entity: Entity) -> Mapping[str, Action]:
    """The actions of an entity's lifecycle; without one each of its workflows is started by an action of the same name."""
    if entity.lifecycle is not None:
        return entity.lifecycle.actions
    workflows = (metadata.workflows[name] for name in entity.workflows)
    return {w.name: Action(w.name, w.label, frozenset(), None, w.starters, w.help, effects=Effects(start=w.name)) for w in workflows}


def _possible(view: View, entity: Entity, row: Row, action: Action) -> Possible:
    if refused := not_for(view, entity.name, row, action):
        return Possible(action, allowed=False, hidden=True, reason=refused)
    refusal = why_not(view, entity.name, row, action) or _running(view, entity, row, action)
    return Possible(action, allowed=refusal is None, reason=refusal.message if refusal else None)


def _action(metadata: Metadata, entity: Entity, name: str) -> Action:
    found = actions_of(metadata, entity).get(name)
    if found is None:
        raise Refusal(Message("There is no action “{action}”.", {"action": name}))
    return found


def _running(view: View, entity: Entity, row: Row, action: Action) -> Refusal | None:
    """An action that starts a workflow waits until the last one has ended."""
    if action.start is None:
        return None
    workflow: Workflow = view.metadata.workflows[action.start]
    running = ledger.open_instances(view.connection, entity_id_of(view, entity.name), int(str(row["id"])))
    if any(instance.workflow == workflow.name for instance in running):
        return Refusal(Message("“{workflow}” is already running for this record.", {"workflow": workflow.label}))
    return None
