"""What a record of a backup held, under the names of today: entities, fields and codes may have been renamed since."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Message, Refusal
from engine.metadata import Entity, Field, Metadata, Renaming


class Called:
    """From the definition of a backup to that of today; `lost` are the fields and codes that are not there any more, as they were called.

    `became` are codes that others took the place of (`migration.successors`).
    """

    def __init__(self, old: Metadata, new: Metadata, became: Mapping[int, int]) -> None:
        self._renaming = Renaming(old, new, became=became)
        self.lost: set[str] = set()

    def then(self, name: str) -> str:
        """What the entity was called in the backup, given what it is called today, or was."""
        number = self._renaming.new.identity.number(f"entity:{name}")
        return self._renaming.old.numbered.get(number or 0, name)

    def now(self, then: str) -> str:
        """What it is called today. Raises Refusal where it is gone."""
        name = self._renaming.entity(then)
        if name not in self._renaming.new.entities:
            raise Refusal(Message("There is no entity {name} any more.", {"name": then}))
        return name

    def values(self, then: str, values: Mapping[str, object]) -> dict[str, object]:
        """The input of a record as it would be written today."""
        return self._turned(self._renaming.old.entities[then], self._renaming.new.entities[self.now(then)], values)

    def _turned(self, old: Entity, new: Entity, values: Mapping[str, object]) -> dict[str, object]:
        writable, found = {field.name for field in new.written}, {}
        for name, value in values.items():
            called = name if name == "id" else self._renaming.field(old.name, name)
            if name != "id" and (f"field:{old.name}.{name}" in self._renaming.gone or called not in writable):
                if value not in (None, []):
                    self.lost.add(f"{old.name}.{name}")
                continue
            if name != "id" and _leads_elsewhere(self._renaming, old.fields[name], new.fields[called]):
                self.lost.add(f"{old.name}.{name}")
                continue
            found[called] = value if name == "id" else self._value(old.fields[name], new.fields[called], value)
        return found

    def _value(self, old: Field, new: Field, value: object) -> object:
        if old.table is not None and new.table is not None and isinstance(value, list):
            return [self._turned(old.table, new.table, row) for row in value]
        if not old.choices or value is None:
            return value
        several = isinstance(value, (list, tuple))
        codes = [self._code(old, new, str(code)) for code in (value if isinstance(value, (list, tuple)) else [value])]
        there = list(dict.fromkeys(code for code in codes if code is not None))
        return there if several else there[0] if there else None

    def _code(self, old: Field, new: Field, code: str) -> str | None:
        called = self._renaming.code(old.type.choice_set, code)
        if new.choices and called not in new.choice:
            self.lost.add(f"{old.entity}.{old.name} {code}")
            return None
        return called


def _leads_elsewhere(renaming: Renaming, old: Field, new: Field) -> bool:
    """Whether a field leads to other records than it did, or to none: the numbers of those mean nothing to it."""
    then, now = old.link, new.link
    return (then is None) != (now is None) or (then is not None and now is not None and renaming.entity(then.entity) != now.entity)
