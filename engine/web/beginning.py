"""How a new record begins: from a link of another record, as a duplicate, or as its form says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.forms import DUPLICATE, begins_with, form_for
from engine.metadata import FILE, Entity, Field, Form
from engine.records import Record, Row, ids_of, load
from engine.unit_of_work import View

Parameters = Mapping[str, Sequence[str]]


def begun_from(view: View, entity: Entity, address: Parameters) -> dict[str, object]:
    """The values of a new record, by the address of its form (`?copy=7`, `?supplier=12&entry=related:orders`, `?entry=…`).

    Raises Invisible when it is begun from a record that its reader may not see.
    """
    form = form_for(view, entity, None)
    if copied := _number(address, "copy"):
        record = load(view, entity.name, copied)
        return {**_copy(entity, form, record), **begins_with(view, form, DUPLICATE, _seen(record))}
    entry = (address.get("entry") or [""])[-1] or _entry(entity, address) or "new"
    return begins_with(view, form, entry, _source(view, entity, entry, address))


def _entry(entity: Entity, address: Parameters) -> str:
    """From the page of a record that the new one links to."""
    links = (f for f in entity.fields.values() if f.link is not None and f.link.inverse and f.name in address)
    return next((f"related:{field.link.inverse}" for field in links if field.link is not None), "")


def _source(view: View, entity: Entity, entry: str, address: Parameters) -> Row:
    name = entry.removeprefix("related:")
    for field in entity.fields.values():
        if name != entry and field.link is not None and field.link.inverse == name and (number := _number(address, field.name)):
            return _seen(load(view, field.link.entity, number))
    return {}


def _number(address: Parameters, name: str) -> int:
    text = (address.get(name) or [""])[-1]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _seen(record: Record) -> Row:
    """The record as its reader sees it: nothing that is hidden or masked goes into another one."""
    return {**{n: v for n, v in record.values.items() if record.sight.readable(n)}, "id": record.id}


def _copy(entity: Entity, form: Form, record: Record) -> dict[str, object]:
    wanted = [name for name in (form.copies or entity.fields) if record.sight.readable(name)]
    fields = (entity.fields[name] for name in wanted)
    return {field.name: _copied(field, record.values.get(field.name)) for field in fields if _copies(entity, field, form)}


def _copies(entity: Entity, field: Field, form: Form) -> bool:
    """Whether a duplicate takes the field over: what the form names, else all but number, files and what is computed."""
    if field.computed or (field.name == "number" and entity.number is not None):
        return False
    return form.copies is not None or field.link is None or field.link.entity != FILE


def _copied(field: Field, value: object) -> object:
    if field.table is not None:
        inner = [f for f in field.table.fields.values() if not f.computed]
        rows: Sequence[Row] = value or ()  # type: ignore[assignment]
        return [{f.name: row.get(f.name) for f in inner if row.get(f.name) is not None} for row in rows]
    return list(ids_of(field, value)) if field.several else value  # type: ignore[arg-type]
