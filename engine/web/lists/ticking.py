"""What can be done with ticked records of a list, for the person who looks at it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.access import row_rule
from engine.metadata import Action, Entity, ListView
from engine.records import may_export
from engine.unit_of_work import View
from engine.web.views import Choice
from engine.web.visit import visit
from engine.web.words import _
from engine.workflow import actions_of

ARCHIVE, TAKE_BACK = "+archive", "-archive"
"""What no action can be called."""


def bulk_actions(view: View, entity: Entity) -> list[Action]:
    """The actions that ask nothing and may be for this person; whether one is possible is found out record by record."""
    return [action for action in actions_of(view.metadata, entity).values() if action.plain and perhaps(view, action)]


def perhaps(view: View, action: Action) -> bool:
    """Whether somebody with these roles may be meant: roles held everywhere are the same for all records, everything else is not."""
    kinds, held = {who.kind for who in action.who}, view.actor.roles | view.actor.somewhere
    by_role = any(who.kind == "role" and who.name in held for who in action.who)
    return by_role or not kinds <= {"role", "system"}


def bulk_verbs(view: View, entity: Entity, described: ListView) -> tuple[Choice, ...]:
    """The buttons of the bar, in the order of the file; `hint` is the icon."""
    offered = {choice.value: choice for choice in _verbs(view, entity) if choice.value != TAKE_BACK}
    return tuple(offered[name] for name in described.actions or offered if name in offered)


def archive_verbs(view: View, entity: Entity) -> tuple[Choice, ...]:
    """The buttons over archived records, which can be taken back and taken along, and nothing else."""
    return tuple(each for each in _verbs(view, entity) if each.value in (TAKE_BACK, "export"))


def _verbs(view: View, entity: Entity) -> Iterator[Choice]:
    if not row_rule(entity, "update", view.actor).nothing and not entity.append_only:
        yield Choice(_("Edit"), value="edit", hint="pencil")
    may_delete = not row_rule(entity, "delete", view.actor).nothing
    if entity.archives and may_delete:
        yield Choice(_("Take back from the archive"), value=TAKE_BACK, hint="arrow-left")
    for action in bulk_actions(view, entity):
        yield Choice(visit().words(action.label), value=action.name)
    if may_export(view, entity):
        yield Choice(_("Export"), value="export", hint="download")
    if entity.archives and may_delete:
        yield Choice(_("Archive"), value=ARCHIVE, hint="archive")
    if may_delete:
        yield Choice(_("Delete"), value="delete", hint="trash", color="danger")
