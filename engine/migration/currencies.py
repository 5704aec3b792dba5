"""Amounts whose currency would be another one from now on: five dollars are not five yuan."""

from __future__ import annotations

from engine.errors import Message
from engine.metadata import Field
from engine.storage import Known

from .change import Change, Step, named

_CODE = (
    "{thing} would be in {new} instead of {old}, but {rows:record has|records have} an amount in {old}. "
    "Add a new field whose formula converts it, or one for the currency."
)
_FIELD = (
    "{thing}: {rows:record has|records have} an amount that would be in another currency, or in none. "
    "Write the right one into the field for the currency first; if that is new, apply it alone before."
)


def currency(change: Change, thing: Known, fields: tuple[Field, Field]) -> Step | None:
    """A blocked step where a field had amounts in one currency and would have them in another.

    A currency that is told by another record is not looked at.
    """
    old, new = fields
    was, now = old.type.currency, new.type.currency
    if was is None or now is None or was == now:
        return None
    table, column = change.table_of(thing), change.ids.before[thing.number].physical or ""
    if was.code and now.code:
        rows = change.survey.values(table, column)
        params = {"thing": named(thing), "old": was.code, "new": now.code, "rows": rows}
        return Step("currency", thing.key, Message(_CODE, params), rows, blocked=True) if rows else None
    before, after = _told_then(change, old), _told_now(change, new)
    rows, some = change.survey.of_another(table, column, before, after) if before and after else (0, [])
    examples = tuple(Message("{entity} {number}", {"entity": new.entity, "number": number}) for number in some)
    return (
        Step("currency", thing.key, Message(_FIELD, {"thing": named(thing), "rows": rows}), rows, True, examples=examples) if rows else None
    )


def _told_then(change: Change, field: Field) -> tuple[str, str | None] | None:
    """The column that told it, or the code that it was; None where another record told it."""
    by, before = field.type.currency, change.before
    assert by is not None
    if by.code or before is None:
        return "", by.code
    fields = before.entities[field.entity].fields
    return (before.identity.column(field.entity, by.path[0]), None) if len(by.path) == 1 and by.path[0] in fields else None


def _told_now(change: Change, field: Field) -> tuple[str, str | None] | None:
    """The same from now on: what is new has no column yet, and its default where it is required."""
    by = field.type.currency
    assert by is not None
    if by.code:
        return "", by.code
    teller = change.metadata.entities[field.entity].fields.get(by.path[0]) if len(by.path) == 1 else None
    if teller is None or teller.link is not None or not teller.stored or teller.computed:
        return None
    default = teller.default.literal if teller.required is True and teller.default is not None else None
    thing = change.ids.by_key[f"field:{field.entity}.{teller.name}"]
    was = change.ids.before.get(thing.number)
    return (was.physical or "") if was is not None else "", str(default) if default is not None else None
