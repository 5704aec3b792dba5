"""Where links to many lead over the records of an entity: as their reader sees these, by its row rule and what it hides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from engine.errors import Invalid
from engine.formula import Context, Formula, Names, compile
from engine.metadata import Entity, Field, Metadata, Value
from engine.storage import Asking, Listing
from engine.unit_of_work import View

from .draft import Row, ids_of, key_of
from .frame import RecordFrame
from .rows import fetch_referring
from .then import refuse_partly
from .veil import veil
from .visible import reader, rule_of

LED = 5_000
"""How many records between are read at once."""


def with_led(
    view: View, entity: Entity, rows: Sequence[Row], wanted: Collection[str] | None = None, at: datetime | None = None
) -> Sequence[Row]:
    """The records with the ids that their links (of these names; None: all) lead to over records that the actor may see, or led to `at`."""
    for field in entity.led if rows else ():
        if wanted is None or field.name in wanted:
            found = led_to(view, field, [key_of(row) for row in rows], at)
            rows = [{**row, field.name: tuple(found.get(key_of(row), ())) or None} for row in rows]
    return rows


def leads_to(view: View, field: Field, row: Mapping[str, Value]) -> tuple[int, ...]:
    """The records that links of a record lead to, as the system sees them."""
    return ids_of(field, row.get(field.name)) or () if field.through is None else tuple(between(view, field, int(str(row["id"]))))


def between(view: View, field: Field, number: int) -> Mapping[int, Sequence[int]]:
    """Where a link of a record leads, each with the records between, as the system sees them."""
    assert field.through is not None
    found: dict[int, list[int]] = {}
    for each in fetch_referring(view, field.through.entity, field.through.own, [number]):
        if isinstance(far := each[field.through.far], int):
            found.setdefault(far, []).append(key_of(each))
    return found


def led_to(view: View, field: Field, numbers: Sequence[int], at: datetime | None = None) -> Mapping[int, Mapping[int, Sequence[int]]]:
    """By record: where a link of it leads, in the order in which that was made, each with the records between.

    Where it led `at` an instant is told over records between that the actor may see as they are too, as a list of the past shows them.
    """
    assert field.through is not None
    through, between = field.through, view.metadata.entities[field.through.entity]
    try:
        links = [_link(view.metadata, between, name) for name in (through.own, through.far)]
        ends = tuple(veil(view, between, each if at is None else refuse_partly(view, between, each)) for each in links)
    except Invalid:  # one of the two is hidden from the actor in every record
        return {}
    any_of, opened = rule_of(view, between)
    listing = Listing(
        between.name, any_of=any_of, opened=opened, values=ends, descending=False, some=True, among=through.own, then=at is not None
    )
    found: dict[int, dict[int, list[int]]] = {}
    for each in view.lists.page(
        view.connection, listing, Asking(RecordFrame(view), reader(view, between), LED, ids=sorted(numbers), at=at)
    ):
        own, far = each.values
        if isinstance(own, int) and isinstance(far, int):
            found.setdefault(own, {}).setdefault(far, []).append(key_of(each.row))
    return found


@lru_cache(maxsize=512)
def _link(metadata: Metadata, entity: Entity, name: str) -> Formula:
    return compile(name, Names(this=entity.name), metadata.catalog, Context.MEASURE)
