"""A small application made by hand: suppliers and their orders with lines, enough fields to have one of every kind."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast
from zoneinfo import ZoneInfo

from engine.formula import Catalog, Currency, Formula, Kind, Type
from engine.metadata import Entity, Field, Identity, Lifecycle, Link, Metadata, NumberPattern, State, ValueBase

NO_FORMULA = cast("Formula", None)  # storage never looks at a title
EVERY_KIND = {
    "text": Kind.TEXT,
    "long_text": Kind.TEXT,
    "email": Kind.TEXT,
    "integer": Kind.NUMBER,
    "decimal": Kind.NUMBER,
    "percent": Kind.NUMBER,
    "money": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "datetime": Kind.DATETIME,
    "duration": Kind.DURATION,
    "choice": Kind.CHOICE,
    "multi_choice": Kind.MULTI_CHOICE,
}


def field(entity: str, name: str, kind: str, **more: Any) -> Field:
    """A field; `scale`, `currency` and `to` (of a link) beside what Field takes."""
    target = more.pop("to", None)
    currency = Currency(code=more.pop("currency")) if "currency" in more else None
    kind_of_type = Kind.REF if target else EVERY_KIND[kind]
    found = Type(kind_of_type, scale=more.pop("scale", None), currency=currency, entity=target)
    return Field(entity, name, kind, ValueBase(), {"en": name}, found, link=Link(target) if target else None, **more)


def entity(name: str, *fields: Field, **more: Any) -> Entity:
    """An entity without title and rules."""
    return Entity(name, {"en": name}, {"en": name}, {f.name: f for f in fields}, NO_FORMULA, **more)


def table(owner: str, name: str, *fields: Field, **more: Any) -> tuple[Field, Entity]:
    """A table field and the entity of its rows."""
    rows = entity(f"{owner}.{name}", *fields, document=owner, **more)
    return Field(owner, name, "table", ValueBase(), {"en": name}, Type(Kind.COLLECTION, entity=rows.name), table=rows), rows


def application(*entities: Entity, number: int = 1, identity: Identity | None = None) -> Metadata:
    """The metadata of an application with these entities."""
    found: Mapping[str, Entity] = {e.name: e for e in entities}
    return Metadata(
        name="shop",
        label={"en": "Shop"},
        languages=("en",),
        currency="CNY",
        zone=ZoneInfo("Asia/Shanghai"),
        roles={},
        entities=found,
        choices={},
        workflows={},
        forms={},
        lists={},
        catalog=cast("Catalog", None),
        identity=identity or Identity(),
        number=number,
    )


def everything() -> Entity:
    """An entity with a field of every kind, called like its kind."""
    return entity(
        "thing", *(field("thing", kind, kind) for kind in EVERY_KIND if kind != "money"), field("thing", "money", "money", currency="JPY")
    )


def supplier() -> Entity:
    states = {name: State(name, {"en": name}) for name in ("draft", "qualified")}
    return entity(
        "supplier",
        field("supplier", "number", "text"),
        field("supplier", "name", "text", unique=True),
        field("supplier", "credit", "money", scale=2),
        number=NumberPattern((("text", "S-"), ("counter", "0000"))),
        lifecycle=Lifecycle("supplier", "supplier", {"en": "Supplier"}, states, {}),
    )


def order() -> tuple[Entity, Entity]:
    lines, rows = table(
        "order",
        "lines",
        field("order.lines", "product", "text", unique=True),
        field("order.lines", "qty", "decimal", scale=3),
        field("order.lines", "amount", "money", scale=2),
    )
    fields = (
        field("order", "supplier", "link", to="supplier"),
        field("order", "placed_on", "date"),
        field("order", "total", "money", scale=2),
        lines,
    )
    return entity("order", *fields, company=True, unique=(("supplier", "placed_on"),), index=(("placed_on",),)), rows


def shop(**more: Any) -> Metadata:
    """Suppliers, orders and things."""
    return application(supplier(), *order(), everything(), **more)


def with_fields(one: Entity, *fields: Field) -> Entity:
    """The same entity with further fields."""
    return replace(one, fields={**one.fields, **{f.name: f for f in fields}})
