"""The table of field types: complete, and each type what formulas expect of it."""

from decimal import Decimal
from typing import get_args

import pytest

from engine.formula import Currency, Kind, Type
from engine.metadata import Choice, FieldBase, FieldDeclaration, Identity, TableField, minor_units
from engine.metadata import declared_fields as d
from engine.metadata.field_types import FIELD_TYPES, Surroundings, type_of, word_of

AROUND = Surroundings("e", "f", (Choice("x", {}), Choice("y", {})), Currency("JPY"))


def test_every_struct_has_a_row_of_its_own_word() -> None:
    structs = set(get_args(FieldDeclaration))
    assert structs == set(FIELD_TYPES)
    assert {struct.__struct_config__.tag: row.word for struct, row in FIELD_TYPES.items()} == {
        row.word: row.word for row in FIELD_TYPES.values()
    }
    assert all(set(row.label) == {"en", "zh"} for row in FIELD_TYPES.values())


@pytest.mark.parametrize(
    ("declared", "type_"),
    [
        (d.TextField(), Type(Kind.TEXT)),
        (d.IntegerField(), Type(Kind.NUMBER, digits=18, scale=0)),
        (d.DecimalField(digits=3), Type(Kind.NUMBER, digits=18, scale=3)),
        (d.DecimalField(digits=3, blank="zero"), Type(Kind.NUMBER, null=False, digits=18, scale=3)),
        (d.PercentField(), Type(Kind.NUMBER, digits=18, scale=4)),
        (d.MoneyField(), Type(Kind.NUMBER, digits=18, scale=0, currency=Currency("JPY"))),
        (d.ChoiceField(of="list"), Type(Kind.CHOICE, choices=("x", "y"), choice_set="list")),
        (d.MultiChoiceField(of=("x", "y")), Type(Kind.MULTI_CHOICE, choices=("x", "y"), choice_set="e.f")),
        (d.LinkField(to="other"), Type(Kind.REF, entity="other")),
        (d.UserField(), Type(Kind.REF, entity="user")),
        (TableField(fields={"a": d.TextField()}), Type(Kind.COLLECTION, False, entity="e.f")),
    ],
    ids=lambda value: word_of(value) if isinstance(value, FieldBase) else "",
)
def test_type(declared: FieldBase, type_: Type) -> None:
    assert type_of(declared, AROUND) == type_


def test_money_of_an_unknown_currency_keeps_enough_digits() -> None:
    around = Surroundings("e", "f", currency=Currency(path=("currency",)))
    assert type_of(d.MoneyField(), around).scale == 4


@pytest.mark.parametrize(("code", "digits"), [("CNY", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("XXX", 2)])
def test_minor_units(code: str, digits: int) -> None:
    assert minor_units(code) == digits
    assert Decimal(1).scaleb(-digits) > 0


def test_physical_names_are_those_at_birth() -> None:
    renamed = Identity({"entity:client": 7}, {"entity:client": "customer", "field:client.title": "name"})
    assert (renamed.table("client"), renamed.column("client", "title"), renamed.number("entity:client")) == ("customer", "name", 7)
    assert (renamed.table("order.lines"), renamed.column("order", "day"), renamed.number("entity:order")) == ("order__lines", "day", None)
