"""The fields an entity may declare: one struct per field type, told apart by `type`.

Keys common to all types stand in `declared_keys`; a type adds its own, so that `digits` on a text is a mistake with a hint.
Plugins add further structs (`hookspecs.field_types`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from .declared_keys import FieldBase, ValueBase, WordsBase
from .written import Code, FormulaText, Label, LiteralOrFormula, Name, Names

FileKind = Literal[
    "image", "pdf", "png", "jpg", "gif", "webp", "docx", "xlsx", "pptx", "doc", "xls", "ppt", "odt", "ods", "zip", "txt", "csv", "json",
    "xml", "mp4", "mp3",
]  # fmt: skip
Size = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,3} ?(KB|MB)$", description="a size such as 500 KB or 20 MB")]
Digits = Annotated[int, Meta(ge=0, le=12, description="digits after the point")]


class TextField(WordsBase, kw_only=True, tag="text"):
    """One line of text."""

    max: Annotated[int, Meta(ge=1, le=4000)] = 255


class LongTextField(WordsBase, kw_only=True, tag="long_text"):
    """Text of several lines."""

    max: Annotated[int, Meta(ge=1, le=32767)] = 32767


class EmailField(ValueBase, kw_only=True, tag="email"):
    """An e-mail address."""


class PhoneField(ValueBase, kw_only=True, tag="phone"):
    """A telephone number."""


class UrlField(ValueBase, kw_only=True, tag="url"):
    """A web address (http or https)."""


class RichTextField(ValueBase, kw_only=True, tag="rich_text"):
    """Text with headings, lists, emphasis and links, kept as clean HTML."""

    max: Annotated[int, Meta(ge=1, le=32767)] = 32767


class TaxNumberField(ValueBase, kw_only=True, tag="tax_number"):
    """A number with check digits; `check` names the rule (python-stdnum)."""

    check: Literal["uscc", "iban", "vat"] = "uscc"


class BankField(ValueBase, kw_only=True, tag="bank"):
    """The number of a bank account or card, shown in groups of four; whoever changes it has shown lately who they are."""

    check: Literal["iban", "luhn", "none"] = "iban"


class BarcodeField(ValueBase, kw_only=True, tag="barcode"):
    """What a barcode says; scanners type it."""

    symbology: Literal["code128", "code39", "ean13", "ean8", "upca", "qr"] = "code128"


class LocationField(ValueBase, kw_only=True, tag="location"):
    """A place on earth: latitude and longitude in degrees (WGS 84)."""


class JsonField(ValueBase, kw_only=True, tag="json"):
    """Data of another system as it came: an object or a list. It is not filtered, sorted or searched by."""


class IntegerField(ValueBase, kw_only=True, tag="integer"):
    """A whole number."""

    min: int | None = None
    max: int | None = None
    blank: Literal["zero"] | None = None
    unit: Label | None = None


class DecimalField(ValueBase, kw_only=True, tag="decimal"):
    """An exact decimal number with `digits` after the point."""

    digits: Digits = 2
    min: Decimal | None = None
    max: Decimal | None = None
    blank: Literal["zero"] | None = None
    unit: Label | None = None


class PercentField(ValueBase, kw_only=True, tag="percent"):
    """A share: 0.13 is shown as 13 %."""

    digits: Digits = 4
    min: Decimal | None = None
    max: Decimal | None = None
    blank: Literal["zero"] | None = None


class MoneyField(ValueBase, kw_only=True, tag="money"):
    """An amount of a currency: a code, or a field or path that gives one."""

    currency: str | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    blank: Literal["zero"] | None = None


class BooleanField(ValueBase, kw_only=True, tag="boolean"):
    """Yes or no."""


class DateField(ValueBase, kw_only=True, tag="date"):
    """A day, without zone."""

    min: LiteralOrFormula = None
    max: LiteralOrFormula = None


class DateTimeField(ValueBase, kw_only=True, tag="datetime"):
    """An instant, kept in UTC, shown in the zone of the application."""

    min: LiteralOrFormula = None
    max: LiteralOrFormula = None


class DurationField(ValueBase, kw_only=True, tag="duration"):
    """A length of time; `unit` is how it is shown."""

    unit: Literal["minutes", "hours", "days"] = "hours"


class ChoiceField(ValueBase, kw_only=True, tag="choice"):
    """One code of a list."""

    of: Name | tuple[Code, ...]


class SubtypeField(ChoiceField, kw_only=True):
    """The kind of a record, which `subtypes` of an entity gives; `labels` are the words of each kind."""

    labels: dict[Name, Label] = {}


class MultiChoiceField(ValueBase, kw_only=True, tag="multi_choice"):
    """Several codes of a list."""

    of: Name | tuple[Code, ...]


class LinkField(ValueBase, kw_only=True, tag="link"):
    """A record of another entity; `inverse` names the collection that appears there. With `match` or `as_of` it is found by key."""

    to: str
    where: FormulaText | None = None
    inverse: Name | None = None
    fill: dict[Name, LiteralOrFormula] = {}
    create: bool = False
    quick: Names = ()
    match: dict[Name, LiteralOrFormula] = {}
    as_of: LiteralOrFormula = None
    missing: Literal["error", "blank", "create"] | None = None
    on_delete: Literal["restrict", "clear", "cascade"] = "restrict"


class LinksField(FieldBase, kw_only=True, tag="links"):
    """Any number of records of another entity; `inverse` names the collection that appears there."""

    to: str
    through: Name | None = None
    where: FormulaText | None = None
    inverse: Name | None = None
    create: bool = False
    quick: Names = ()
    on_delete: Literal["restrict", "clear"] = "restrict"
    default: FormulaText | None = None
    placeholder: Label | None = None
    min: Annotated[int, Meta(ge=0)] | None = None
    max: Annotated[int, Meta(ge=1)] | None = None


class AboveField(LinksField, kw_only=True):
    """The records above one in its tree, which `tree` of an entity gives; the engine keeps them."""


class FileField(FieldBase, kw_only=True, tag="file"):
    """An uploaded file; with `many` any number of them."""

    max_size: Size = "20 MB"
    accept: tuple[FileKind, ...] = ()
    many: bool = False
    max: Annotated[int, Meta(ge=1, le=100)] | None = None


class ImageField(FieldBase, kw_only=True, tag="image"):
    """A picture (PNG, JPEG, GIF or WebP), shown where it stands; with `many` any number of them."""

    max_size: Size = "20 MB"
    many: bool = False
    max: Annotated[int, Meta(ge=1, le=100)] | None = None


class SignatureField(FieldBase, kw_only=True, tag="signature"):
    """A signature drawn by hand, kept as a picture."""


class UserField(ValueBase, kw_only=True, tag="user"):
    """A person, optionally of one role."""

    role: Name | None = None
    inverse: Name | None = None


ValueDeclaration = (
    TextField
    | LongTextField
    | EmailField
    | PhoneField
    | UrlField
    | RichTextField
    | TaxNumberField
    | BankField
    | BarcodeField
    | LocationField
    | JsonField
    | IntegerField
    | DecimalField
    | PercentField
    | MoneyField
    | BooleanField
    | DateField
    | DateTimeField
    | DurationField
    | ChoiceField
    | MultiChoiceField
    | LinkField
    | LinksField
    | FileField
    | ImageField
    | SignatureField
    | UserField
)
"""A field of any type but a table."""
