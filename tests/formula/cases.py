"""The table of cases (`cases.yaml`), read for any engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from engine.formula import Member, Type
from engine.formula.evaluate import TYPES, Alone, Nothing
from engine.formula.types import collection

TABLE = Path(__file__).with_name("cases.yaml")
READERS: dict[str, Callable[[str], object]] = {
    "number": Decimal,
    "text": str,
    "boolean": lambda text: text == "true",
    "date": date.fromisoformat,
    "datetime": lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC),
}


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    group: str
    expr: str
    types: Mapping[str, Type]
    values: Mapping[str, object]
    rows: str | None
    kind: str | None
    value: object
    warn: str | None
    error: str | None

    def __str__(self) -> str:
        return f"{self.group}: {self.expr} {dict(self.values)}"


def typed(text: str) -> tuple[str, object]:
    """`number 1.5` as ("number", Decimal); a type alone is its null."""
    word, blank, value = text.partition(" ")
    return word, READERS[word](value) if blank else None


@lru_cache
def table() -> Mapping[str, Any]:
    """The file."""
    loaded: Mapping[str, Any] = yaml.load(TABLE.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return loaded


def cases() -> Iterator[Case]:
    """Every line."""
    for group, lines in table()["groups"].items():
        for line in lines:
            types, values = variables(line.get("vars", {}))
            kind, value = typed(line["is"]) if "is" in line else (None, None)
            yield Case(group, line["expr"], types, values, line.get("rows"), kind, value, line.get("warn"), line.get("error"))


def variables(given: Mapping[str, Any]) -> tuple[dict[str, Type], dict[str, object]]:
    """The types and values of the variables of a line."""
    types: dict[str, Type] = {}
    values: dict[str, object] = {}
    for name, text in given.items():
        if isinstance(text, dict):
            ((word, items),) = text.items()
            types[name] = TYPES[word]
            values[name] = tuple(None if item is None else READERS[word[5:]](str(item)) for item in items)
        else:
            word, values[name] = typed(text)
            types[name] = TYPES[word]
    return types, values


def rows(name: str) -> list[dict[str, object]]:
    """The child rows of a named set, with ids in order."""
    return [{"id": i, **{key: typed(text)[1] for key, text in row.items()}} for i, row in enumerate(table()["rows"][name], 1)]


class Catalog(Nothing):
    """An entity `case` that has the variables of one line as fields, and the table `lines`."""

    __slots__ = ("fields",)

    def __init__(self, types: Mapping[str, Type]) -> None:
        super().__init__(ZoneInfo(table()["zone"]))
        row = {key: typed(text)[0] for line in table()["rows"]["three"] for key, text in line.items()}
        object.__setattr__(self, "fields", {
            "case": {name: Member(name, type_) for name, type_ in types.items()} | {"lines": Member("lines", collection("case.lines"))},
            "case.lines": {name: Member(name, TYPES[word]) for name, word in row.items()},
        })  # fmt: skip

    def members(self, entity: str) -> Mapping[str, Member]:
        found: Mapping[str, Member] = self.fields.get(entity, {})  # type: ignore[attr-defined]
        return found

    def document(self, entity: str) -> str | None:
        return entity.rpartition(".")[0] or None


def frame() -> Alone:
    """The surroundings of all cases."""
    return Alone(datetime.fromisoformat(table()["now"]).replace(tzinfo=UTC), ZoneInfo(table()["zone"]))
