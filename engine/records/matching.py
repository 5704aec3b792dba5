"""Links that are found by key: the record whose key has these values, on the day it holds (LANGUAGE 5.1).

A link is looked for when its record is made, and again when the values of the key change; not when something changes there,
so that what was copied from a price or a rate stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from engine import storage
from engine.errors import Message
from engine.formula import Formula, Type
from engine.metadata import Entity, Field, Given, Match, Value, leaves_document
from engine.unit_of_work import View

from .draft import Draft, Line, Row, Wanted
from .frame import RecordFrame

Key = Mapping[str, Value]
Sought = tuple[dict[str, Value], date | None]
"""The values of the key, and the day."""


def find_link(view: View, draft: Draft, line: Line, field: Field, frame: RecordFrame) -> bool:
    """Lead a link of a row to the record that its key names, unless it does so already; whether it leads elsewhere now.

    A problem at the link where there must be a record and is none; where one is to be made, the draft says so in `wanted`.
    """
    match, before = field.match, line.row.get(field.name)
    assert match is not None
    assert field.link is not None
    sought = _sought(match, line.row, frame)
    if sought is not None and _stays(view, draft, (line, field), sought):
        return False
    found = None if sought is None else _found(view, field.link.entity, sought)
    line.row[field.name] = None if found is None else found["id"]
    if found is None and sought is not None:
        _is_missing(view, draft, (line, field), sought)
    return line.row[field.name] != before


def _sought(match: Match, row: Row, frame: RecordFrame) -> Sought | None:
    """What to look for; None while a part of it is blank."""
    key = {name: _value(given, row, frame) for name, given in match.key.items()}
    day = _value(match.as_of, row, frame) if match.as_of is not None else None
    if None in key.values() or (match.as_of is not None and not isinstance(day, date)):
        return None
    return key, day if isinstance(day, date) else None


def _value(given: Given, row: Row, frame: RecordFrame) -> Value:
    return given.literal if given.formula is None else given.formula(row, frame)


def _stays(view: View, draft: Draft, where: tuple[Line, Field], sought: Sought) -> bool:
    """Whether the link stays as it is: the values asked for are those of before, or the record has them.

    Values from other documents may have changed there, and another definition may ask for others, so those are compared with the
    record. A link that is blank is looked for by who saves the record, and once the definition has changed; otherwise it stays too.
    """
    line, field = where
    assert field.match is not None
    there, rests = line.row.get(field.name), draft.derived and draft.anew is None
    if there is None and not rests:
        return False
    changed = draft.anew is not None and f"{field.entity}.{field.name}" in draft.anew
    if line.before is None or changed or _leaving(field.match.formulas):
        return there is not None and _fits(view, field, there, sought)
    frame = RecordFrame(view, owner=draft.old if line.prefix else None)
    return _sought(field.match, line.before, frame) == sought


def _leaving(formulas: tuple[Formula, ...]) -> bool:
    return any(leaves_document(formula) for formula in formulas)


def _fits(view: View, field: Field, number: Value, sought: Sought) -> bool:
    assert field.link is not None
    target = RecordFrame(view).record(field.link.entity, int(str(number)))
    types = {name: each.type for name, each in view.metadata.entities[field.link.entity].fields.items()}
    key, day = sought
    if target is None or any(not _same(types.get(name), target.get(name), value) for name, value in key.items()):
        return False
    if day is None:
        return True
    begins, ends = target["valid_from"], target["valid_to"]
    return begins <= day and (ends is None or ends >= day)  # type: ignore[operator]


def _same(type_: Type | None, one: Value, other: Value) -> bool:
    return one == other if type_ is None else bool(type_.compared(one) == type_.compared(other))


def _found(view: View, entity: str, sought: Sought) -> Row | None:
    key, day = sought
    if day is None:
        found = storage.find_key(view.connection, view.tables, entity, key)
    else:
        found = storage.find_on(view.connection, view.tables, entity, key, day)
    if found is not None:
        view.linked[entity, found["id"]] = found
    return found


def no_match(view: View, target: Entity, key: Key) -> Message:
    """That there is no record with this key, in words."""
    return _nothing(view, target, (dict(key), None))


def found_now(view: View, entity: str, key: Key) -> bool:
    """Whether a record with this key is there."""
    return _found(view, entity, (dict(key), None)) is not None


def _is_missing(view: View, draft: Draft, where: tuple[Line, Field], sought: Sought) -> None:
    line, field = where
    assert field.link is not None
    assert field.match is not None
    target = view.metadata.entities[field.link.entity]
    if field.match.missing == "create":
        draft.wanted.append(Wanted(target, sought[0]))
    elif field.match.missing == "error":
        draft.problem(line.path(field.name), "no_match", _nothing(view, target, sought))


def _nothing(view: View, target: Entity, sought: Sought) -> Message:
    """There is no exchange rate for USD on 2026-01-31."""
    key, day = sought
    words = "There is no {entity} for {key}." if day is None else "There is no {entity} for {key} on {day}."
    return Message(words, {"entity": target.label, "key": Message(", ".join(_holes(key)), dict(_shown(view, target, key))), "day": day})


def _holes(key: Key) -> Iterator[str]:
    return (f"{{{name}}}" for name in key)


def _shown(view: View, target: Entity, key: Key) -> Iterator[tuple[str, object]]:
    for name, value in key.items():
        field = target.fields[name]
        if field.link is not None and isinstance(value, int):
            yield name, RecordFrame(view).title(field.link.entity, value)
        elif value in field.choice:
            yield name, field.choice[str(value)].label
        else:
            yield name, value
