"""Where the links of a record that is brought back lead today: to the same record, to one that it became part of, or nowhere."""

from __future__ import annotations

from collections.abc import Mapping

from engine.metadata import Entity, Field
from engine.records import fetch_if_there
from engine.storage import kept_of
from engine.unit_of_work import UnitOfWork


class Leading:
    """The links of input, in one unit of work; `lost` are those that lead to nothing any more."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self.lost: set[str] = set()

    def values(self, entity: Entity, values: Mapping[str, object]) -> dict[str, object]:
        """The input of a record, or of a row, as it can be written."""
        return {name: value if name == "id" else self._value(entity.fields[name], value) for name, value in values.items()}

    def kept(self, entity: str, number: int) -> int | None:
        """The record that a record is, or became part of; None where that is gone."""
        seen: set[int] = set()
        at: int | None = number
        while at is not None and at not in seen and fetch_if_there(self._uow, entity, at) is None:
            seen.add(at)
            at = kept_of(self._uow.connection, self._uow.metadata.identity.numbers[f"entity:{entity}"], at)
        return None if at in seen else at

    def _value(self, field: Field, value: object) -> object:
        if field.table is not None and isinstance(value, list):
            return [self.values(field.table, row) for row in value]
        if field.link is None or not value:
            return value
        if isinstance(value, (list, tuple)):
            found = (self._led(field, int(str(one))) for one in value)
            return list(dict.fromkeys(one for one in found if one is not None))
        return self._led(field, int(str(value)))

    def _led(self, field: Field, number: int) -> int | None:
        assert field.link is not None
        found = self.kept(field.link.entity, number)
        if found is None:
            self.lost.add(f"{field.entity}.{field.name} {number}")
        return found
