"""What has a page for its reader: linked records (a title may be known of a record that may not be opened), and lists."""

from __future__ import annotations

from engine.access import row_rule
from engine.metadata import Entity, ListView
from engine.records import in_portal, visible_ids
from engine.unit_of_work import View

from .display import Titles


class Opening:
    """Tells of each record; where a rule decides, all that are named on the page are asked for at once."""

    def __init__(self, view: View, titles: Titles) -> None:
        self._view = view
        self._titles = titles
        self._visible: dict[str, set[int] | None] = {}

    def __call__(self, entity: str, number: int) -> bool:
        if entity not in self._visible:
            self._visible[entity] = self._of(entity)
        visible = self._visible[entity]
        return visible is None or number in visible

    def _of(self, name: str) -> set[int] | None:
        """The records that may be opened; None for all whose title is known."""
        entity = self._view.metadata.entities[name]
        if not entity.api:
            return set()
        if not entity.title_public or row_rule(entity, "read", self._view.actor).everything:
            return None
        return visible_ids(self._view, name, [number for known, number in self._titles if known == name])


def may_open_list(view: View, described: ListView) -> bool:
    """Whether the list is for this person; administrators may open all."""
    return not described.access or view.actor.administrator or _is_for(view, described)


def list_for(view: View, entity: Entity, name: str = "") -> ListView:
    """The list that this reader gets: the one of that name, else that of the entity.

    Who comes in by a portal, or may not open the entity's, gets the first that is for a role of theirs.
    """
    named = view.metadata.lists.get(name)
    if named is not None and named.entity == entity.name:
        return named
    usual = view.metadata.list_of(entity.name)
    if may_open_list(view, usual) and not in_portal(view):
        return usual
    own = (listed for listed in view.metadata.lists_for_some.get(entity.name, ()) if _is_for(view, listed))
    return next(own, usual)


def _is_for(view: View, described: ListView) -> bool:
    return any(view.actor.plays(role) for role in described.access)
