"""The field types: one row each, from the struct an analyst writes to the type a formula sees.

A new field type is a struct in `declared_fields`, a row here, a column in `storage.columns` and a widget.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from engine.errors import Text
from engine.formula import Currency, Kind, Type
from engine.frozen import frozen

from .currencies import WIDEST, minor_units
from .declared_fields import (
    BankField,
    BarcodeField,
    BooleanField,
    ChoiceField,
    DateField,
    DateTimeField,
    DecimalField,
    DurationField,
    EmailField,
    FileField,
    ImageField,
    IntegerField,
    JsonField,
    LinkField,
    LinksField,
    LocationField,
    LongTextField,
    MoneyField,
    MultiChoiceField,
    PercentField,
    PhoneField,
    RichTextField,
    SignatureField,
    TaxNumberField,
    TextField,
    UrlField,
    UserField,
)
from .declared_keys import FieldBase
from .declared_rows import TableField
from .fields import Choice

DIGITS = 18
"""Digits of a number in all: what a 64-bit integer holds on SQLite."""
USER = "user"
"""The entity of people."""
ACCOUNTS = frozenset({USER, "department_role"})
"""The entities by which people have rights: changed only by who has shown lately that they are the person."""
SUBTYPE = "subtype"
"""The field that says of which kind a record is."""
WORDED = frozenset({"text", "long_text", "email", "phone", "url", "tax_number", "rich_text", "bank", "barcode"})
"""The kinds of fields whose words are found by a search."""
ABOVE, BELOW = "ancestors", "descendants"
"""The fields and collections of a record in a tree."""
_TEXTS = {(small, spelled): Type(Kind.TEXT, ignore_case=small, spelled=spelled) for small in (False, True) for spelled in (False, True)}
"""Texts by whether their case does not count, and whether they stand in lists as they are spoken."""
FILE = "file"
"""The entity of uploaded files."""


@frozen
class Surroundings:
    """What the type of a field depends on besides itself: its entity, its choices, whose money it is."""

    entity: str
    name: str
    choices: tuple[Choice, ...] = ()
    currency: Currency | None = None


@frozen
class FieldType:
    """One row: the word in YAML, what it is for a person, and the type its values have in formulas."""

    word: str
    label: Text
    make: Callable[[Any, Surroundings], Type]


def type_of(declared: FieldBase, around: Surroundings) -> Type:
    """The type that formulas see; a number that counts blank as zero is never null."""
    made = _row(type(declared)).make(declared, around)
    return made.nullable(False) if getattr(declared, "blank", None) == "zero" else made


def word_of(declared: FieldBase) -> str:
    """The word of a field's type: `text`, `link`. A type of a plugin is of the word of the type that it is made from."""
    return _row(type(declared)).word


def target_of(declared: FieldBase) -> str | None:
    """The entity that a field leads to, if it is a link of any kind."""
    if isinstance(declared, UserField):
        return USER
    if isinstance(declared, FileField | ImageField | SignatureField):
        return FILE
    return declared.to if isinstance(declared, LinkField | LinksField) else None


def leads_to_many(declared: FieldBase) -> bool:
    """Whether a field leads to any number of records, so that pairs join it to them."""
    return isinstance(declared, LinksField) or bool(getattr(declared, "many", False))


def is_matched(declared: LinkField) -> bool:
    """Whether a link is found by key, and nobody chooses it."""
    return bool(declared.match) or declared.as_of is not None


def _row(struct: type[FieldBase]) -> FieldType:
    return FIELD_TYPES.get(struct) or next(FIELD_TYPES[base] for base in struct.__mro__ if base in FIELD_TYPES)


def _plain(kind: Kind) -> Callable[[Any, Surroundings], Type]:
    one = Type(kind)
    return lambda declared, around: one


@cache
def _with_scale(scale: int) -> Type:
    return Type(Kind.NUMBER, digits=DIGITS, scale=scale)


def _number(declared: DecimalField | PercentField, around: Surroundings) -> Type:
    return _with_scale(declared.digits)


def _money(declared: MoneyField, around: Surroundings) -> Type:
    code = around.currency.code if around.currency else None
    return Type(Kind.NUMBER, digits=DIGITS, scale=minor_units(code) if code else WIDEST, currency=around.currency)


def _text(declared: TextField | LongTextField, around: Surroundings) -> Type:
    return _TEXTS[declared.compare == "ignore_case", declared.sort == "pinyin"]


def _choice(kind: Kind) -> Callable[[ChoiceField | MultiChoiceField, Surroundings], Type]:
    def make(declared: ChoiceField | MultiChoiceField, around: Surroundings) -> Type:
        listed = declared.of if isinstance(declared.of, str) else f"{around.entity}.{around.name}"
        return Type(kind, choices=tuple(c.code for c in around.choices), choice_set=listed)

    return make


def _file(declared: FileField | ImageField | SignatureField, around: Surroundings) -> Type:
    return Type(Kind.COLLECTION, False, entity=FILE) if getattr(declared, "many", False) else Type(Kind.REF, entity=FILE)


FIELD_TYPES: Mapping[type[FieldBase], FieldType] = {
    TextField: FieldType("text", {"en": "Text", "zh": "单行文本"}, _text),
    LongTextField: FieldType("long_text", {"en": "Long text", "zh": "多行文本"}, _text),
    EmailField: FieldType("email", {"en": "E-mail", "zh": "邮箱"}, _plain(Kind.TEXT)),
    PhoneField: FieldType("phone", {"en": "Telephone", "zh": "电话"}, _plain(Kind.TEXT)),
    UrlField: FieldType("url", {"en": "Web address", "zh": "网址"}, _plain(Kind.TEXT)),
    RichTextField: FieldType("rich_text", {"en": "Formatted text", "zh": "富文本"}, _plain(Kind.TEXT)),
    TaxNumberField: FieldType("tax_number", {"en": "Number with check digits", "zh": "带校验位的号码"}, _plain(Kind.TEXT)),
    BankField: FieldType("bank", {"en": "Bank account", "zh": "银行账号"}, _plain(Kind.TEXT)),
    BarcodeField: FieldType("barcode", {"en": "Barcode", "zh": "条码"}, _plain(Kind.TEXT)),
    LocationField: FieldType("location", {"en": "Place", "zh": "位置"}, _plain(Kind.TEXT)),
    JsonField: FieldType("json", {"en": "Data", "zh": "数据"}, _plain(Kind.TEXT)),
    IntegerField: FieldType("integer", {"en": "Whole number", "zh": "整数"}, lambda d, a: _with_scale(0)),
    DecimalField: FieldType("decimal", {"en": "Number", "zh": "数字"}, _number),
    PercentField: FieldType("percent", {"en": "Percentage", "zh": "百分比"}, _number),
    MoneyField: FieldType("money", {"en": "Money", "zh": "金额"}, _money),
    BooleanField: FieldType("boolean", {"en": "Yes or no", "zh": "是/否"}, _plain(Kind.BOOLEAN)),
    DateField: FieldType("date", {"en": "Date", "zh": "日期"}, _plain(Kind.DATE)),
    DateTimeField: FieldType("datetime", {"en": "Date and time", "zh": "日期时间"}, _plain(Kind.DATETIME)),
    DurationField: FieldType("duration", {"en": "Duration", "zh": "时长"}, _plain(Kind.DURATION)),
    ChoiceField: FieldType("choice", {"en": "Choice", "zh": "单选"}, _choice(Kind.CHOICE)),
    MultiChoiceField: FieldType("multi_choice", {"en": "Several choices", "zh": "多选"}, _choice(Kind.MULTI_CHOICE)),
    LinkField: FieldType("link", {"en": "Link", "zh": "关联"}, lambda d, a: Type(Kind.REF, entity=d.to)),
    LinksField: FieldType("links", {"en": "Links to many", "zh": "多选关联"}, lambda d, a: Type(Kind.COLLECTION, False, entity=d.to)),
    FileField: FieldType("file", {"en": "File", "zh": "文件"}, _file),
    ImageField: FieldType("image", {"en": "Picture", "zh": "图片"}, _file),
    SignatureField: FieldType("signature", {"en": "Signature", "zh": "签名"}, _file),
    UserField: FieldType("user", {"en": "Person", "zh": "人员"}, lambda d, a: Type(Kind.REF, entity=USER)),
    TableField: FieldType(
        "table", {"en": "Table", "zh": "明细表"}, lambda d, a: Type(Kind.COLLECTION, False, entity=f"{a.entity}.{a.name}")
    ),
}


def system_types(*, table: bool = False) -> dict[str, Type]:
    """The columns every record has (a row of a table: only `id`, `version` and `row_no`), by name."""
    number = Type(Kind.NUMBER, digits=DIGITS, scale=0)
    if table:
        return dict.fromkeys(("id", "version", "row_no"), number)
    moment, person = Type(Kind.DATETIME), Type(Kind.REF, entity=USER)
    return {
        **dict.fromkeys(("id", "version"), number),
        **dict.fromkeys(("created_at", "updated_at"), moment),
        **dict.fromkeys(("created_by", "updated_by"), person),
    }


def state_type(entity: str, states: tuple[str, ...]) -> Type:
    """The type of the column `state` of an entity with a lifecycle."""
    return Type(Kind.CHOICE, choices=states, choice_set=f"state of {entity}")
