"""Numbers of records: `SUP-{YYYY}-{0000}` counts per company and per everything else in the pattern."""

from __future__ import annotations

from engine import storage
from engine.metadata import Entity
from engine.unit_of_work import UnitOfWork

from .draft import Row
from .rows import fetch_many

DATES = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d"}


def next_number(uow: UnitOfWork, entity: Entity, row: Row) -> str:
    """The next number of the entity's series; two that are saved at once get different ones."""
    assert entity.number is not None
    parts = [(kind, _part(uow, row, kind, value)) for kind, value in entity.number.parts]
    series = "".join("#" if kind == "counter" else text for kind, text in parts)
    company = f"{row.get('company') or 0}:" if entity.company else ""
    number = uow.metadata.identity.number(f"entity:{entity.name}")
    count = storage.next_value(uow.connection, f"number:{number}:{company}{series}")
    counted = str(count).zfill(entity.number.width)
    return "".join(counted if kind == "counter" else text for kind, text in parts)


def _part(uow: UnitOfWork, row: Row, kind: str, value: str) -> str:
    if kind == "date":
        return uow.today.strftime(DATES[value])
    if kind == "company":
        number = row.get("company")
        company = fetch_many(uow, "company", [number]).get(number) if isinstance(number, int) else None
        return str((company or {}).get("code") or "")
    if kind == "field":
        return str(row.get(value) or "")
    return value
