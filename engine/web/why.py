"""Explained values as pages: each part of a formula in words, with its value as its reader may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.numbers import format_decimal

from engine.formula import Kind, Row, RowStep, Step, Type
from engine.metadata import Entity, Field, Value
from engine.records import ChildRow, Explanation, Eyes, own_title, rows_in_sight, titles
from engine.unit_of_work import View

from .views import WhyPage, WhyStep
from .visit import visit
from .words import _, ngettext

SHOWN = 100
"""How many rows of an aggregate are told."""


def why_page(view: View, found: Explanation) -> WhyPage:
    """The explanation of a value."""
    teller, address = Teller(view, found.eyes), f"/records/{found.entity.name}/{found.record['id']}"
    now = teller.shown(found.field, found.step.value, found.row) if found.drifted else ""
    return WhyPage(
        label=visit().words(found.field.label),
        value=teller.shown(found.field, found.value, found.row),
        formula=found.step.text,
        steps=tuple(teller.below(found.step)),
        record=own_title(view, found.entity, found.record) or _("(untitled)"),
        back=address,
        note=_("The formula gives %(value)s now; the stored value is older.", value=now or "–")
        if found.drifted
        else visit().words(found.step.why_null),
    )


class Teller:
    """Tells steps to the reader of a view."""

    def __init__(self, view: View, eyes: Eyes) -> None:
        self._view, self._eyes = view, eyes

    def below(self, step: Step) -> Iterator[WhyStep]:
        """The parts of a step and the rows it was made of."""
        yield from (self._part(part) for part in step.parts)
        yield from (self._row(step, row) for row in step.rows[:SHOWN])
        if len(step.rows) > SHOWN:
            yield WhyStep(ngettext("and %(num)s more row", "and %(num)s more rows", len(step.rows) - SHOWN), "")
        if step.unseen:
            yield WhyStep(_("Rows that are not visible to you"), "", closed=True)

    def whole(self, step: Step) -> Iterator[WhyStep]:
        """What is below a step; of a single field or row aggregate, the step itself where that says more."""
        yield from self.below(step) if step.children or step.unseen else (self._part(step),) if step.path else ()

    def _part(self, step: Step) -> WhyStep:
        field, entity, row = self._read(step)
        label = visit().words(field.label) if field is not None else ""
        value = "" if not step.known else self.shown(field, step.value, row) if field else self.plain(step.type, step.value)
        computed = step.known and field is not None and field.formula is not None
        why = self._address(entity, row, field.name) if computed and field is not None and entity is not None else ""
        note = visit().words(step.why_null)
        return WhyStep(label, step.text, value, not step.known, why, steps=tuple(self.below(step)), note=note)

    def _read(self, step: Step) -> tuple[Field | None, Entity | None, Row]:
        """The field that a leaf reads, with the record it lies in; nothing for a part that is calculated."""
        if step.path is None or step.path.owner is None:
            return None, None, {}
        entity = self._view.metadata.entities.get(step.path.owner)
        field = entity.fields.get(step.path.field) if entity is not None else None
        end = self._eyes.end(step.path, step.row) if step.known and step.row is not None else None
        return (field, *end) if end is not None and end[0] is entity else (field, None, {})

    def _row(self, step: Step, row: RowStep) -> WhyStep:
        entity = self._view.metadata.entities[step.source.target if step.source is not None else ""]
        title = own_title(self._view, entity, dict(row.row)) or (f"#{row.row['id']}" if entity.document is None else "")
        href = f"/records/{entity.name}/{row.row['id']}" if entity.document is None and entity.api else ""
        number = self._position(entity, row.row)
        label = " ".join(word for word in (f"{number}." if number else "", title) if word)
        if row.step is None:
            return WhyStep(label, "", href=href)
        return replace(self._part(row.step), label=label, href=href)

    def _address(self, entity: Entity, row: Row, name: str) -> str:
        """Where the explanation of a field stands; blank where there is no page of its record."""
        if entity.document is None:
            return f"/records/{entity.name}/{row['id']}/why/{name}" if entity.api and "id" in row else ""
        number, table = self._position(entity, row), entity.name.removeprefix(entity.document + ".")
        return f"/records/{entity.document}/{row['document_id']}/why/{table}.{number}.{name}" if number else ""

    def _position(self, entity: Entity, row: Row) -> int:
        """The place of a row among the rows of its document, from 1; 0 where it is not known."""
        if not isinstance(row, ChildRow) or entity.document is None:
            return 0
        table = self._view.metadata.entities[entity.document].fields[entity.name.removeprefix(entity.document + ".")]
        ids = [each.get("id") for each in rows_in_sight(self._view, dict(row.document), table)]
        return ids.index(row.get("id")) + 1 if row.get("id") in ids else 0

    def shown(self, field: Field, value: Value, row: Row) -> str:
        """A value of a field as the page of its record shows it."""
        names: dict[tuple[str, int], str | None] = {}
        if field.link is not None and isinstance(value, int):
            target = field.link.entity
            names = {(target, number): title for number, title in titles(self._view, target, [value]).items()}
        return visit().display(self._view, names).text(field, value, row) or "–"

    def plain(self, type_: Type, value: Value) -> str:
        """A value that belongs to no field."""
        display = visit().display(self._view, {})
        if value is None:
            return "–"
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, Decimal):
            return str(format_decimal(value, "#,##0.####################", locale=display.locale, decimal_quantization=False))
        if isinstance(value, timedelta):
            return display.duration(value, "hours")
        if isinstance(value, (date, datetime)):
            return display.moment(value)
        if type_.kind is Kind.REF and type_.entity and isinstance(value, int):
            return titles(self._view, type_.entity, [value])[value] or _("not visible to you")
        return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)
