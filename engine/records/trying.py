"""What a save would do, without doing it: for forms that answer while somebody types."""

from __future__ import annotations

from collections.abc import Mapping

from engine.metadata import Entity
from engine.unit_of_work import View

from .accept import Entering, accept
from .child_rows import mark_open
from .compute import complete, virtual
from .draft import Draft, Row, begun, rows_of
from .leading import with_led
from .links import check_links
from .seals import drafted
from .writable import Writable


def preview(view: View, entity: Entity, old: Row | None, values: Mapping[str, object], allowed: Writable) -> Draft:
    """The record as it would be with `values`: copied, filled and computed, nothing written. Problems stand in the draft."""
    draft = Draft(entity, None, begun(entity, None)) if old is None else drafted(view, entity, old)
    accept(draft, values, Entering(allowed, view.zone))
    mark_open(view, draft, allowed)
    _led(view, draft, old)
    check_links(view, [draft])
    complete(view, draft)
    virtual(view, entity.virtual, [draft.new])
    for table in entity.collections:
        assert table.rows is not None
        virtual(view, table.rows.virtual, rows_of(draft.new, table))
    return draft


def _led(view: View, draft: Draft, old: Row | None) -> None:
    """Where links lead over other records: as it was chosen, else as the actor sees it."""
    if draft.entity.led:
        there = {} if old is None else with_led(view, draft.entity, [old])[0]
        chosen = {name: tuple(numbers) or None for name, numbers in draft.led.items()}
        draft.new |= {field.name: chosen.get(field.name, there.get(field.name)) for field in draft.entity.led}
