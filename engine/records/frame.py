"""What surrounds a record while a formula runs: who acts, what time it is, and the records behind its links.

Links are followed with the rights of the definition, not of the reader: what a person may see of the result is decided by
the field that shows it. Records that were followed once are remembered by the view, so that a list of rows costs one
statement per link and not one per row (`prefetch`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from engine.errors import Message, Refusal
from engine.formula import Calendar, CollectionPath, Formula, Hop, Path, Root, Row, Value, Via, divide, multiply
from engine.unit_of_work import View

from .calendars import calendar_of
from .draft import ChildRow
from .rates import rate_on
from .rows import fetch_children, fetch_inverse, fetch_many

NOTHING: Row = MappingProxyType({})


def _nothing() -> Row:
    return NOTHING


@dataclass(slots=True)
class RecordFrame:
    """The frame of the formulas of one record, or of the rows of one of its tables (`owner` is then the record).

    `saving` is the document being saved, whose old version is not seen among the rows of others.
    """

    view: View
    owner: Row | None = None
    parent: Row | None = None
    old: Row | None = None
    candidate: Row | None = None
    message: Row = field(default_factory=_nothing)
    parameters: Row = field(default_factory=_nothing)
    extra: Row = field(default_factory=_nothing)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    saving: tuple[str, int] | None = None

    @property
    def now(self) -> datetime:
        """The time of the transaction."""
        return self.view.now

    @property
    def today(self) -> date:
        """Its date in the zone of the application."""
        return self.view.today

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the application."""
        return self.view.zone

    @property
    def language(self) -> str:
        """The reader's language."""
        return self.view.actor.language

    @property
    def roles(self) -> frozenset[str]:
        """The roles that HASROLE asks for."""
        return self.view.actor.roles

    @property
    def user(self) -> Row | None:
        """The acting person's record; None for the system."""
        return None if self.view.actor.id is None else self.view.actor.row

    def record(self, entity: str, number: int) -> Row | None:
        """A record that a link leads to, without its tables; None if it is gone."""
        key = entity, number
        if key not in self.view.linked:
            self.view.linked[key] = fetch_many(self.view, entity, [number]).get(number)
        return self.view.linked[key]

    def follow(self, row: Row, path: Path) -> Value:
        """The value at the end of `path`, from `row`; a missing hop gives None."""
        current: Row | None = row
        for hop in path.hops:
            current = self._step(current, hop) if current is not None else None
        return None if current is None else current.get(path.field)

    def _step(self, row: Row, hop: Hop) -> Row | None:
        if hop.via is Via.DOCUMENT:
            return self.document(row, hop.target)
        number = row.get(hop.name)
        return self.record(hop.target, number) if isinstance(number, int) else None

    def document(self, row: Row, entity: str) -> Row | None:
        """The record of `entity` that a row of a table belongs to."""
        if isinstance(row, ChildRow):
            return row.document
        number = row.get("document_id")
        return self.record(entity, number) if isinstance(number, int) else self.owner

    def rows(self, row: Row, path: CollectionPath) -> Sequence[Row]:
        """The rows behind `path`, from `row`."""
        current: list[Row] = [row]
        for hop in path.hops:
            current = [found for one in current for found in self._many(one, hop)]
        return current

    def _many(self, row: Row, hop: Hop) -> Iterable[Row]:
        if hop.via is Via.TABLE:
            kept = row.get(hop.name)
            number = row.get("id")
            return kept if isinstance(kept, list) else fetch_children(self.view, hop.target, [number])[number]  # type: ignore[list-item, index]
        if hop.via is Via.INVERSE:
            number = row.get("id")
            found = fetch_inverse(self.view, hop, number) if isinstance(number, int) else []
            return found if self.saving is None else [each for each in found if not self._is_saved(hop, each)]
        step = self._step(row, hop)
        return () if step is None else (step,)

    def _is_saved(self, hop: Hop, row: Row) -> bool:
        document = self.view.metadata.entities[hop.target].document
        return self.saving == ((document, row["document_id"]) if document else (hop.target, row["id"]))

    def prefetch(self, rows: Sequence[Row], formulas: Iterable[Formula]) -> None:
        """Read all records that `formulas` will follow links to, one statement per link instead of one per row."""
        for hops in {ref.hops for formula in formulas for ref in formula.references if ref.root is Root.ROW and ref.hops}:
            current: list[Row] = list(rows)
            for hop in hops:
                if hop.via is not Via.LINK:
                    break
                current = self._fetch_hop(current, hop)

    def _fetch_hop(self, rows: Sequence[Row], hop: Hop) -> list[Row]:
        numbers = {number for row in rows if isinstance(number := row.get(hop.name), int)}
        missing = [number for number in numbers if (hop.target, number) not in self.view.linked]
        if missing:
            found = fetch_many(self.view, hop.target, missing)
            self.view.linked.update({(hop.target, number): found.get(number) for number in missing})
        return [record for number in numbers if (record := self.view.linked[hop.target, number]) is not None]

    def convert(self, amount: Decimal, source: str, target: str, on: date) -> Decimal | None:
        """The amount by the rates of a day; None where one of the two has none."""
        one, other = (rate_on(self.view, currency, on) for currency in (source, target))
        return None if one is None or other is None else divide(multiply(amount, one), other)

    def decide(self, table: str, row: Row | int) -> Value:
        """Raises Refusal: a decision stands in the formula itself, unless it asks itself."""
        raise Refusal(Message("The decision {table} cannot be made.", {"table": table}))

    def calendar(self, name: str) -> Calendar:
        """The calendar of that name, with the days that were corrected."""
        return calendar_of(self.view, name)

    def title(self, entity: str, record: int) -> str:
        """What names a record."""
        found = self.record(entity, record)
        return "" if found is None else str(self.view.metadata.entities[entity].title(found, RecordFrame(self.view)) or "")

    def warn(self, code: str, where: str) -> None:
        """Remember that a value became null."""
        self.warnings.append((code, where))


def frame_of(view: View, row: Mapping[str, Value]) -> RecordFrame:
    """The frame for the formulas of a record or child row as it is."""
    return RecordFrame(view, owner=row.document if isinstance(row, ChildRow) else None)
