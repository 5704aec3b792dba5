"""Rules for values that are there already: another kind in the same column, shorter, within narrower limits, in another currency."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.errors import Message
from engine.metadata import Field, Given, SubtypeField, Value
from engine.records import fault
from engine.storage import Known, type_of

from .carried import MOST_WRONG, example
from .change import Change, Step, named
from .currencies import currency

_NO_KIND = (
    "{thing}: {rows:record is|records are} of a kind that is not there any more. Write `was: {gone}` at the one that takes its "
    "place, or declare it again; or write the field itself in the place of `subtypes`, `{written}`, apply that, give these records another "
    "kind, and then write `subtypes` again: it is the same field."
)
Fault = Callable[[Value], Message | None]


def tightened(change: Change, most: int | None = None) -> Iterator[Step]:
    """Values that the new definition would not take any more, in tables of at most so many rows; new meanings are blocked."""
    moving = {new.number for _, new in change.ids.moved()}
    for thing in change.ids.live:
        fields = _both(change, thing) if thing.kind == "field" and thing.physical else None
        if fields is None or _is_larger(change, thing, most):
            continue
        if (step := currency(change, thing, fields)) is not None:
            yield step
        if thing.number not in moving and _have_other_rules(change, *fields) and (step := _values(change, thing, fields)):
            yield step


def _both(change: Change, thing: Known) -> tuple[Field, Field] | None:
    """A stored field before and after, where people type its value."""
    old, new = change.old_field(thing), change.field(thing)
    return None if old is None or new.computed or not new.stored else (old, new)


def _have_other_rules(change: Change, old: Field, new: Field) -> bool:
    """Whether what people may type has changed."""
    same = old.kind == new.kind and old.type.choice_set == new.type.choice_set
    return not same or bool(_lost(change, old, new)) or _rules(old) != _rules(new)


def _lost(change: Change, old: Field, new: Field) -> set[str]:
    """Codes that a field has no more, where they stand in the field itself; those of a list of choices are things of their own."""
    return set(old.choice) - set(new.choice) if old.type.choice_set not in change.metadata.choices else set()


def _is_larger(change: Change, thing: Known, most: int | None) -> bool:
    return most is not None and change.survey.rows(change.table_of(thing)) > most


def _values(change: Change, thing: Known, fields: tuple[Field, Field]) -> Step | None:
    old, new = fields
    other = old.kind != new.kind or old.type.choice_set != new.type.choice_set or bool(_lost(change, old, new))
    if not other and _rules(old) == _rules(new):
        return None
    rows, examples, gone = 0, [], []
    kind = type_of(new)
    becoming = change.recoded(old.type.choice_set)
    for value, count, first in change.survey.each_value(change.table_of(thing), thing.physical or "", kind):
        wrong = _fault(new, value)
        if wrong is not None and value not in becoming:
            rows += count
            gone.append(value)
            examples.append(example(value, count, first, wrong))
            del examples[MOST_WRONG:]
    if not rows:
        return None
    params = {"thing": named(thing), "rows": rows}
    if isinstance(new.declared, SubtypeField):
        written = ", ".join(dict.fromkeys((*new.choice, *old.choice)))
        message = Message(_NO_KIND, {**params, "gone": gone[0], "written": f"{new.name}: {{type: choice, of: [{written}]}}"})
        return Step("values", thing.key, message, rows, blocked=True, examples=tuple(examples))
    if other:
        words = "{thing} takes other values now, but those of {rows:record|records} do not fit. Change them first."
        return Step("values", thing.key, Message(words, params), rows, blocked=True, examples=tuple(examples))
    words = (
        "{thing} has narrower limits: the values of {rows:record|records} stay, until somebody changes these records "
        "and has to correct them."
    )
    return Step("values", thing.key, Message(words, params), rows, lock="none", examples=tuple(examples))


def _rules(field: Field) -> tuple[object, ...]:
    written = field.declared
    return (
        *(getattr(written, key, None) for key in ("max", "pattern", "check", "symbology", "digits")),
        _limit(field.least),
        _limit(field.most),
    )


def _limit(given: Given | None) -> Value:
    return given.literal if given is not None and given.formula is None else None


def _fault(field: Field, value: Value) -> Message | None:
    codes = value if isinstance(value, tuple) else (value,)
    if field.choices and (unknown := [code for code in codes if code not in field.choice]):
        return Message("There is no such choice: {value}.", {"value": unknown[0]})
    least, most = _limit(field.least), _limit(field.most)
    if least is not None and value < least:  # type: ignore[operator]
        return Message("Please enter {least} or more.", {"least": least})
    if most is not None and value > most:  # type: ignore[operator]
        return Message("Please enter {most} or less.", {"most": most})
    return fault(field, value)
