"""Other ways to say the rows of a table than a list: changes row by row, as the API's PATCH sends them, and new rows that are alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .draft import Row


class RowChanges(list[Mapping[str, object]]):
    """Changes to a table: rows with an id are changed (`_delete: true` removes them), others added, the rest stay."""


class NewRows(list[Sequence[object]]):
    """New rows of a table that speak of the same fields: the values of each, in the order of `names`; None says nothing of a field."""

    __slots__ = ("names",)

    def __init__(self, names: tuple[str, ...], rows: Iterable[Sequence[object]]) -> None:
        super().__init__(rows)
        self.names = names

    def each(self) -> list[dict[str, object]]:
        """The rows by the names of their fields."""
        return [{name: value for name, value in zip(self.names, row, strict=True) if value is not None} for row in self]


def merged(changes: RowChanges, before: Mapping[int, Row]) -> list[dict[str, object]]:
    """The rows of a table, which are there by their ids, as changes to it leave them."""
    changed = {number: item for item in changes if (number := row_id(item.get("id"))) is not None}
    unknown = [{**_without(item), "id": number} for number, item in changed.items() if number not in before]
    kept = [{"id": number, **_without(changed.get(number, {}))} for number in before if not changed.get(number, {}).get("_delete")]
    added = [_without(item) for item in changes if row_id(item.get("id")) is None]
    return kept + unknown + added


def row_id(raw: object) -> int | None:
    """The id of a row as it was sent: None for a new row, 0 for what can be no id."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 19:
        return int(raw)
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else 0


def _without(item: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in item.items() if name not in ("id", "_delete")}
