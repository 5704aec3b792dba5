"""What a person sees of a record: fields that are hidden are not there, masked ones show a part, links show titles."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from engine.access import CLEAR, Sight, holding, mask, row_rule, sight_of, with_rows
from engine.errors import Invisible
from engine.metadata import Entity, Value
from engine.unit_of_work import View

from .child_rows import seen_rows
from .draft import Row, ids_of, key_of, rows_of
from .frame import RecordFrame
from .grants import entity_id, granted
from .leading import with_led
from .narrowing import hidden_here, narrow
from .seals import seen, unseen, without_envelopes
from .still_sealed import kept_blank
from .titles import own_titles, titles_of_links

NOTHING: frozenset[str] = frozenset()


class Record(NamedTuple):
    """A record as its reader sees it: hidden fields are absent from `values`, masked ones hold what may be shown.

    `titles` names the records that links lead to, None where the reader may not know them. `sealed` are fields and cells that are
    hidden only until an instant (None: not yet known), and fields that are blank because they rest on such of other records (None).
    """

    entity: str
    id: int
    version: int
    values: Mapping[str, Value]
    title: str = ""
    sight: Sight = CLEAR
    titles: Mapping[tuple[str, int], str | None] = MappingProxyType({})
    sealed: Mapping[str, datetime | None] = MappingProxyType({})


def sight_on(view: View, entity: Entity, row: Row) -> Sight | None:
    """What the actor sees of a record at hand; None when it is invisible to them."""
    sight = _sight_by_rules(view, entity, row)
    if sight is None:
        return None
    sight = narrow(sight, hidden_here(view, entity, [key_of(row)]).get(key_of(row), NOTHING))
    return unseen(entity, seen(view, entity, row), sight)[0] if entity.may_be_sealed else sight


def _sight_by_rules(view: View, entity: Entity, row: Row) -> Sight | None:
    rule = row_rule(entity, "read", view.actor)
    if rule.everything and not rule.granting:
        return CLEAR
    held = holding(rule.granting, row, RecordFrame(view))
    if held or granted(view, entity, key_of(row), "read"):
        return with_rows(entity, view.actor, sight_of(held or [g.rule for g in rule.granting]))
    return None


def readable(view: View, entity: Entity, row: Row) -> Sight:
    """What the actor sees of a record at hand. Raises Invisible when that is nothing."""
    sight = sight_on(view, entity, row)
    if sight is None:
        raise Invisible
    _note(view, entity, (row,))
    return sight


def present(  # noqa: PLR0913 - what is left out is said by name
    view: View,
    entity: Entity,
    rows: Sequence[Row],
    sights: Sequence[Sight],
    *,
    with_titles: bool = True,
    wanted: Collection[str] | None = None,
) -> list[Record]:
    """Rows as their reader sees them, with the titles of what they link to, and with where these links (None: all) lead over others."""
    _note(view, entity, rows)
    rows = with_led(view, entity, rows, wanted)
    RecordFrame(view).prefetch(rows, [entity.title])
    own = own_titles(view, entity, rows)
    rows = [seen_rows(view, entity, row) for row in rows] if entity.ruled else rows
    closed: Sequence[Mapping[str, datetime | None]] = [{}] * len(rows)
    if entity.may_be_sealed:
        rows, sights, closed = _unsealed(view, entity, rows, sights)
    if blank := kept_blank(view, entity, rows, sights):
        closed = [{**each, **dict.fromkeys(blank.get(key_of(row), ()))} for row, each in zip(rows, closed, strict=True)]
    values = [_seen(entity, row, sight) for row, sight in zip(rows, sights, strict=True)]
    names = titles_of_links(view, entity, values) if with_titles else {}
    return [
        Record(entity.name, key_of(row), row["version"], shown, title, sight, names, sealed)  # type: ignore[arg-type]
        for row, shown, title, sight, sealed in zip(rows, values, own, sights, closed, strict=True)
    ]


def _note(view: View, entity: Entity, rows: Sequence[Row]) -> None:
    """Remember who was shown what, where that is kept."""
    if entity.reads and view.actor.id is not None:
        view.shown |= {(entity_id(view, entity), key_of(row)) for row in rows}


def _unsealed(
    view: View, entity: Entity, rows: Sequence[Row], sights: Sequence[Sight]
) -> tuple[list[Row], list[Sight], list[Mapping[str, datetime | None]]]:
    """The same with what the reader may see of sealed values before they are opened, and what stays closed."""
    shown = [seen(view, entity, row) for row in rows]
    told = [unseen(entity, row, sight) for row, sight in zip(shown, sights, strict=True)]
    return [without_envelopes(entity, row) for row in shown], [sight for sight, _ in told], [closed for _, closed in told]


def _seen(entity: Entity, row: Mapping[str, Value], sight: Sight) -> Mapping[str, Value]:
    if sight.clear:
        if not entity.relations:
            return row
        return {**row, **{each.name: ids_of(each, row[each.name]) for each in entity.relations if each.name in row}}
    values: Row = {}
    for name, value in row.items():
        if name in sight.hidden:
            continue
        field = entity.fields.get(name)
        if name in sight.masked:
            values[name] = mask(value, sight.masked[name])
        elif field is not None and field.table is not None:
            below = sight.below(name)
            values[name] = [_seen(field.table, child, below) for child in rows_of(row, field)]
        else:
            values[name] = value if field is None or field.relation is None else ids_of(field, value)
    return values
