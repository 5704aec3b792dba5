"""Which of the linked records have a page for their reader: a title may be known of a record that may not be opened."""

from __future__ import annotations

from engine.access import row_rule
from engine.records import visible_ids
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
