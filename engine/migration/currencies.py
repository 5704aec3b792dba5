"""Amounts whose currency would be another one from now on: five dollars are not five yuan."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message
from engine.formula import Currency
from engine.frozen import frozen
from engine.metadata import Entity, Field, Metadata
from engine.storage import Known, Teller

from .change import Change, Step, named

_CODE = (
    "{thing} would be in {new} instead of {old}, but {rows:record has|records have} an amount in {old}. "
    "Add a new field whose formula converts it, or one for the currency."
)
_FIELD = (
    "{thing}: {rows:record has|records have} an amount that would be in another currency, or in none. "
    "Write the right one into the field for the currency first; if that is new, apply it alone before."
)
_CALCULATED = (
    "{thing}: a calculated field tells the currency, or did, so that nothing can compare the two. "
    "Look whether the {rows:amount that is there stays|amounts that are there stay} in the right one."
)


def currency(change: Change, thing: Known, fields: tuple[Field, Field]) -> Step | None:
    """A blocked step where a field had amounts in one currency and would have them in another, whoever tells it."""
    old, new = fields
    was, now = old.type.currency, new.type.currency
    if was is None or now is None or change.before is None:
        return None
    table, column = change.table_of(thing), change.ids.before[thing.number].physical or ""
    if was.code and now.code:
        rows = change.survey.values(table, column) if was.code != now.code else 0
        params = {"thing": named(thing), "old": was.code, "new": now.code, "rows": rows}
        return Step("currency", thing.key, Message(_CODE, params), rows, blocked=True) if rows else None
    then, today = _Told(change, change.before, today=False), _Told(change, change.metadata, today=True)
    if then.numbers(old.entity, was) == today.numbers(new.entity, now):
        return None
    before, after = then.teller(old.entity, was), today.teller(new.entity, now)
    if before is None or after is None:
        rows = change.survey.values(table, column)
        words = Message(_CALCULATED, {"thing": named(thing), "rows": rows})
        return Step("currency", thing.key, words, rows, lock="none") if rows else None
    rows, some = change.survey.of_another(table, column, before, after)
    examples = tuple(Message("{entity} {number}", {"entity": new.entity, "number": number}) for number in some)
    words = Message(_FIELD, {"thing": named(thing), "rows": rows})
    return Step("currency", thing.key, words, rows, blocked=True, examples=examples) if rows else None


@frozen
class _Told:
    """What tells a currency, in the definition that is served or in that of `today`: always in the columns as they are."""

    change: Change
    metadata: Metadata
    today: bool

    def numbers(self, entity: str, told: Currency) -> tuple[object, ...]:
        """The code, and the things on the way to the field that tells it."""
        keys = (f"field:{at.name}.{name}" if name in at.fields else f"entity:{name}" for at, name in self._way(entity, told))
        return told.code, *(self.metadata.identity.number(key) for key in keys)

    def teller(self, entity: str, told: Currency) -> Teller | None:
        """Where it stands in the database; None where a formula says it, or nothing does."""
        if told.code:
            return Teller(code=told.code)
        hops: list[tuple[str, str]] = []
        for at, name in self._way(entity, told):
            field = at.fields.get(name)
            column = self._column(at, field) if field is not None else "document_id"
            if column is None:
                return None
            if len(hops) == len(told.path) - 1:
                return Teller(tuple(hops), column, _default(field))
            if not column:
                return Teller()  # a link that is new leads nowhere yet
            hops.append((column, self.metadata.identity.table(_reached(at, name))))
        return None

    def _way(self, entity: str, told: Currency) -> Iterator[tuple[Entity, str]]:
        at: Entity | None = self.metadata.entities[entity]
        for name in told.path:
            if at is not None:
                yield at, name
                at = self.metadata.entities.get(_reached(at, name))

    def _column(self, entity: Entity, field: Field) -> str | None:
        """The column of a field; empty where it has none yet, None where a formula gives its value."""
        if field.computed or not field.stored:
            return None
        if not self.today:
            return self.metadata.identity.column(entity.name, field.name)
        was = self.change.ids.before.get(self.change.ids.by_key[f"field:{entity.name}.{field.name}"].number)
        return (was.physical or "") if was is not None else ""


def _default(field: Field | None) -> str | None:
    """What records get that are there already."""
    default = field.default.literal if field is not None and field.required is True and field.default is not None else None
    return str(default) if default is not None else None


def _reached(entity: Entity, name: str) -> str:
    """What a step leads to: a record by a link, the document of a row by its name."""
    field = entity.fields.get(name)
    return field.link.entity if field is not None and field.link is not None else name if name == entity.document else ""
