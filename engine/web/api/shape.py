"""Records as JSON: fields by name, keys that begin with `_` for what is said about the record.

Numbers with a fraction are exact texts, instants are in UTC, links are ids or, with titles, `{"id": …, "title": …}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter

import orjson

from engine.access import Sight
from engine.errors import Message
from engine.frozen import frozen
from engine.metadata import Entity, Field, Value
from engine.records import Record, StillSealed, plain_value

SYSTEM = ("id", "version", "state", "created_at", "created_by", "updated_at", "updated_by")
"""The columns that every record has (`state` where declared); they come before the fields."""
PEOPLE = frozenset({"created_by", "updated_by"})


@frozen
class _Plan:
    """Which fields of an entity need more than JSON knows."""

    names: tuple[str, ...]
    whole: frozenset[str]
    pick: itemgetter[tuple[object, ...]]
    plain: tuple[Field, ...]
    links: tuple[tuple[str, str], ...]
    tables: tuple[Field, ...]
    relations: tuple[tuple[str, str], ...]


@lru_cache(maxsize=4096)
def _plan(entity: Entity, wanted: tuple[str, ...] | None) -> _Plan:
    system = (("id", "version", "state") if entity.lifecycle else ("id", "version")) if entity.document else SYSTEM
    shown = [f for f in entity.fields.values() if wanted is None or f.name in wanted]
    names = [name for name in system if wanted is None or name in ("id", "version") or name in wanted]
    links = [(f.name, f.link.entity) for f in shown if f.link is not None and not f.several]
    if not entity.document:
        links += [(name, "user") for name in names if name in PEOPLE]
    known = (*names, *(f.name for f in shown if f.table is None and f.name not in names))
    return _Plan(
        known,
        frozenset(known),
        itemgetter(*known),
        tuple(f for f in shown if f.kind in ("integer", "location", "json")),
        tuple(links),
        tuple(f for f in shown if f.table is not None),
        tuple((f.name, f.link.entity) for f in shown if f.link is not None and f.several),
    )


def shaped(entity: Entity, record: Record, *, wanted: tuple[str, ...] | None = None, titles: bool = False) -> dict[str, object]:
    """A record as its reader sees it; `wanted` names fields, None means all that are there."""
    found = _shaped(entity, record.values, wanted, record.titles if titles else None, record.sight)
    if titles:
        found["_title"] = record.title
    if record.sight.masked:
        found["_masked"] = sorted(record.sight.masked)
    sealed = {name: until for name, until in sorted(record.sealed.items()) if wanted is None or name.partition(".")[0] in wanted}
    if sealed:
        found["_sealed"] = {name: None if until is None else _instant(until) for name, until in sealed.items()}
    return found


def sealed_of(found: StillSealed) -> dict[str, object]:
    """What a question treats as blank because it is sealed: fields, and in how many records."""
    return {"fields": [field.name for field in found.fields], "records": found.records}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _shaped(
    entity: Entity,
    values: Mapping[str, Value],
    wanted: tuple[str, ...] | None,
    titles: Mapping[tuple[str, int], str | None] | None,
    sight: Sight,
) -> dict[str, object]:
    plan = _plan(entity, wanted)
    found = _picked(plan, values)
    if plan.plain:
        found |= {f.name: plain_value(f, found[f.name]) for f in plan.plain if f.name in found and f.name not in sight.masked}
    if titles is not None:
        for name, target in plan.links:
            if isinstance(number := found.get(name), int):
                found[name] = {"id": number, "title": titles.get((target, number))}
    if plan.relations:
        found |= {name: _links(target, found[name], titles) for name, target in plan.relations if name in found}
    for table in plan.tables:
        if isinstance(rows := values.get(table.name), list):
            assert table.table is not None
            found[table.name] = [_shaped(table.table, row, None, titles, sight.below(table.name)) for row in rows]
    return found


def _picked(plan: _Plan, values: Mapping[str, Value]) -> dict[str, object]:
    if values.keys() == plan.whole:
        return dict(values)
    try:
        return dict(zip(plan.names, plan.pick(values), strict=True))
    except KeyError:  # what is hidden is absent
        return {name: values[name] for name in plan.names if name in values}


def _links(target: str, ids: Value, titles: Mapping[tuple[str, int], str | None] | None) -> list[object]:
    numbers: tuple[int, ...] = ids if isinstance(ids, tuple) else ()
    return [number if titles is None else {"id": number, "title": titles.get((target, number))} for number in numbers]


def encode(value: object) -> bytes:
    """JSON of an answer."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        text = str(value)  # three times as quick, and most have no exponent
        return format(value, "f") if "E" in text else text
    if isinstance(value, timedelta):
        return f"PT{format((Decimal(value // timedelta(microseconds=1)).scaleb(-6)).normalize(), 'f')}S"
    raise TypeError(f"{type(value).__name__} has no JSON")


def in_words(messages: Iterable[Message], language: str) -> Sequence[str]:
    """Messages as their reader sees them."""
    return [message.render(language) for message in messages]
