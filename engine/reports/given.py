"""What a reader gives a report: the values of its parameters, read from texts, or as the report says where nothing is given."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Invalid, Message, Problem, Unfit
from engine.metadata import Field, Given, Value
from engine.records import RecordFrame, read_value, visible_ids
from engine.unit_of_work import View

Texts = Mapping[str, object]


def given_by(view: View, parameters: Mapping[str, Field], texts: Texts) -> dict[str, Value]:
    """The value of every parameter; one that is not among `texts` has its default. Raises Invalid with all problems."""
    found: dict[str, Value] = {}
    problems = []
    for name, field in parameters.items():
        try:
            found[name] = _value(view, field, texts)
        except Unfit as wrong:
            problems.append(Problem(name, "type", wrong.message))
    if problems:
        raise Invalid(problems)
    return found


def value_of(view: View, given: Given, parameters: Mapping[str, Value]) -> Value:
    """What stands for a parameter in a definition: a literal, or what its formula gives now."""
    return given.literal if given.formula is None else given.formula({}, RecordFrame(view, parameters=parameters))


def _value(view: View, field: Field, texts: Texts) -> Value:
    if field.name not in texts:
        value = None if field.default is None else value_of(view, field.default, {})
    else:
        raw = texts[field.name]
        value = read_value(field, raw.strip() if isinstance(raw, str) else raw, view.zone)
        if isinstance(value, int) and field.link is not None and value not in visible_ids(view, field.link.entity, [value]):
            raise Unfit(Message("There is no such record, or you may not see it.").text)
    if value is None and field.required:
        raise Unfit("Please fill this in.")
    return value
