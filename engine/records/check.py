"""Whether a record may be saved as it is: required fields, ranges, links, rules; every problem at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from stdnum import ean, iban, luhn
from stdnum.cn import uscc
from stdnum.eu import vat

from engine.errors import Message, Unfit
from engine.formula import Formula, match_pattern
from engine.metadata import ROLES, BankField, BarcodeField, Check, Entity, Field, TaxNumberField, Value
from engine.unit_of_work import UnitOfWork

from .compute import frame_in, value_of
from .data import read_json, read_place
from .draft import Draft, Line, Row, envelopes, rows_of
from .frame import RecordFrame
from .hold import hold
from .values import Reader

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+\Z")
URL = re.compile(r"https?://[^\s/?#]+[^\s]*\Z", re.IGNORECASE)
PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{2,30}[0-9]\Z", re.ASCII)
ACCOUNT = re.compile(r"[0-9A-Z]{4,34}\Z", re.ASCII)
ACCOUNTS: Mapping[str, Callable[[str], bool]] = {"iban": iban.is_valid, "luhn": luhn.is_valid, "none": lambda number: True}
BARCODES = {
    "code128": (re.compile(r"[\x20-\x7e]{1,80}\Z"), False),
    "code39": (re.compile(r"[0-9A-Z .$/+%-]{1,43}\Z"), False),
    "ean13": (re.compile(r"[0-9]{13}\Z"), True),
    "ean8": (re.compile(r"[0-9]{8}\Z"), True),
    "upca": (re.compile(r"[0-9]{12}\Z"), True),
    "qr": (re.compile(r"(?s).{1,2000}\Z"), False),
}
"""What a barcode of each kind can say, and whether its last digit checks the others (all as EAN-13 with zeros in front)."""
UTC = ZoneInfo("UTC")
NOTHING: frozenset[str] = frozenset()
Test = Callable[[Value], bool]
Tester = Callable[[Field, Value], Message | None]
NUMBERS: Mapping[str, Callable[[str], bool]] = {"uscc": uscc.is_valid, "iban": iban.is_valid, "vat": vat.is_valid}


def check(uow: UnitOfWork, draft: Draft, *, must: frozenset[str] = frozenset(), checks: tuple[Check, ...] = ()) -> None:
    """Collect every problem of the draft: its own rules, and those of a workflow step (`must`, `checks`)."""
    for line in draft.lines():
        row, inner = line.row, line.inner
        needed = NOTHING if inner else must
        for name, field, test in tests_of(line.entity) if not needed else _every_test(line.entity):
            if not test(row.get(name)) or name in needed:
                _tester(uow, draft, line).field(field, must=name in needed)
        rules = line.entity.checks if inner or not checks else (*line.entity.checks, *checks)
        if rules:
            hold(uow, [rule.require for rule in rules], row)
            frame = frame_in(uow, draft, line)
            for rule in rules:
                if not rule.require.test(row, frame):
                    _tester(uow, draft, line).rule(rule)


def check_readonly(uow: UnitOfWork, draft: Draft) -> None:
    """A problem for each field that the input changed although the definition says it is read-only for this row."""
    for line in draft.lines():
        for field in line.entity.guarded:
            path = line.path(field.name)
            if field.readonly is None or path not in draft.given or not line.sets(field.name):
                continue
            if field.readonly.holds(line.row, frame_in(uow, draft, line)):
                draft.problem(path, "not_editable", Message("{field} may not be changed here.", {"field": field.label}))


def check_unique_rows(draft: Draft) -> None:
    """A problem at each row of a table that repeats the unique values of a row above it; blanks repeat freely."""
    for table, names in _unique_of(draft.entity):
        _check_unique(draft, table, names)


@lru_cache(maxsize=1024)
def _unique_of(entity: Entity) -> tuple[tuple[Field, tuple[str, ...]], ...]:
    """The tables of an entity with each set of fields that no two rows may have alike."""
    found: list[tuple[Field, tuple[str, ...]]] = []
    for table in entity.tables:
        assert table.rows is not None
        single = [(field.name,) for field in table.rows.fields.values() if field.unique]
        found += [(table, names) for names in (*single, *table.rows.unique)]
    return tuple(found)


def _check_unique(draft: Draft, table: Field, names: tuple[str, ...]) -> None:
    assert table.rows is not None
    seen: set[tuple[Value, ...]] = set()
    fields = table.rows.fields
    for position, row in enumerate(rows_of(draft.new, table), 1):
        values = tuple(fields[name].type.compared(row.get(name)) for name in names)
        if None not in values and values in seen:
            draft.problem(f"{table.name}.{position}.{names[-1]}", "not_unique", Message("This row repeats one above it."))
        seen.add(values)


@lru_cache(maxsize=1024)
def tests_of(entity: Entity) -> tuple[tuple[str, Field, Test], ...]:
    """The fields whose values may be wrong, each with a test that most values pass: nothing can be wrong with those, whatever the row."""
    return tuple(each for each in _every_test(entity) if each[2] is not _passes)


@lru_cache(maxsize=1024)
def _every_test(entity: Entity) -> tuple[tuple[str, Field, Test], ...]:
    """The same with the fields that are right whatever their value, but may be needed at a step."""
    return tuple((field.name, field, _test_of(field)) for field in entity.tested)


def _test_of(field: Field) -> Test:
    if field.table is not None and field.table.max_rows is None and not field.table.min_rows:
        return _passes
    if field.rows is not None or field.type.choice_set == ROLES:
        return lambda value: False
    blank = field.required is False
    if field.least is not None or field.most is not None:
        return lambda value: value is None and blank
    tester = TESTERS.get(field.kind)
    if tester is None:
        return _passes if blank else lambda value: value is not None
    return _valued(field, tester, blank=blank)


def _passes(value: Value) -> bool:
    return True


def _valued(field: Field, tester: Tester, *, blank: bool) -> Test:
    """The test of a value that has one of its own; most are short texts and numbers far from the limit."""
    if tester is _digits:
        digits = (field.type.digits or 18) - (field.type.scale or 0)
        return lambda value: blank if value is None else value.adjusted() < digits  # type: ignore[attr-defined]
    if tester is _text and getattr(field.declared, "pattern", None) is None:
        most = getattr(field.declared, "max", 255)
        return lambda value: blank if value is None else isinstance(value, str) and len(value) <= most
    return lambda value: blank if value is None else tester(field, value) is None


def _tester(uow: UnitOfWork, draft: Draft, line: Line) -> _Tester:
    return _Tester(uow, draft, line, frame_in(uow, draft, line))


@dataclass(slots=True)
class _Tester:
    """The checks of one row."""

    uow: UnitOfWork
    draft: Draft
    line: Line
    frame: RecordFrame

    def field(self, field: Field, *, must: bool) -> None:
        if field.rows is not None:
            wanted = field.relation is not None and required(field, self.line.row, self.frame)
            _check_count(self.draft, field, must=must or wanted)
            return
        row = self.line.row
        value = row.get(field.name)
        if value is None:
            if not field.computed and field.name not in envelopes(row) and (must or required(field, row, self.frame)):
                self.draft.problem(self.line.path(field.name), "required", Message("{field} is needed.", {"field": field.label}))
        elif not field.computed and self.line.sets(field.name) and (wrong := fault(field, value) or _range(field, row, self.frame)):
            self.draft.problem(self.line.path(field.name), "value", wrong)
        if field.type.choice_set == ROLES and self.line.sets(field.name) and (refused := self._ungrantable(field)):
            words = Message("You may not give or take these roles: {roles}", {"roles": ", ".join(refused)})
            self.draft.problem(self.line.path(field.name), "may_not_grant", words)

    def _ungrantable(self, field: Field) -> list[str]:
        """The roles that this change gives or takes and that are not the actor's to give."""
        actor, typed = self.uow.actor, self.draft.typed
        if actor.trusted or actor.administrator or (typed is not None and self.line.path(field.name) not in typed):
            return []
        changed = _roles((self.line.before or {}).get(field.name)) ^ _roles(self.line.row.get(field.name))
        return sorted(changed - self.uow.metadata.grantable(actor.roles))

    def rule(self, rule: Check) -> None:
        row = self.line.row
        words = rule.say.message(row, self.frame) if rule.say else Message("This rule does not hold: {rule}", {"rule": rule.require.text})
        if rule.warn:
            self.uow.warnings.append(words)
        else:
            self.draft.problem(self.line.path(rule.field) if rule.field else self.line.prefix.rstrip("."), "check", words)


def _check_count(draft: Draft, table: Field, *, must: bool) -> None:
    assert table.rows is not None
    count = len(rows_of(draft.new, table))
    least, most = max(table.rows.min_rows, 1 if must else 0), table.rows.max_rows
    if count < least:
        words = "{field} needs at least {count} rows." if table.table else "{field}: please choose at least {count}."
        draft.problem(table.name, "required", Message(words, {"field": table.label, "count": least}))
    elif most is not None and count > most:
        words = "{field} may have at most {count} rows." if table.table else "{field}: please choose at most {count}."
        draft.problem(table.name, "too_many", Message(words, {"field": table.label, "count": most}))


def required(field: Field, row: Row, frame: RecordFrame) -> bool:
    """Whether the field must have a value on this row; a field that is not shown never must."""
    if field.show is not None and not field.show.holds(row, frame):
        return False
    return field.required.holds(row, frame) if isinstance(field.required, Formula) else field.required


def fault(field: Field, value: Value) -> Message | None:
    """What is wrong with a value of the right type: its length, pattern or check digits; None if nothing is."""
    tester = TESTERS.get(field.kind)
    return tester(field, value) if tester else None


def _range(field: Field, row: Row, frame: RecordFrame) -> Message | None:
    value = row[field.name]
    least = value_of(field.least, row, frame) if field.least else None
    most = value_of(field.most, row, frame) if field.most else None
    if least is not None and value < least:  # type: ignore[operator]
        return Message("Please enter {least} or more.", {"least": least})
    if most is not None and value > most:  # type: ignore[operator]
        return Message("Please enter {most} or less.", {"most": most})
    return None


def _text(field: Field, value: Value) -> Message | None:
    most = getattr(field.declared, "max", 255)
    if len(str(value)) > most:
        return Message("At most {count} characters are possible here.", {"count": most})
    pattern = getattr(field.declared, "pattern", None)
    if pattern is not None and not match_pattern(pattern).fullmatch(str(value)):
        return Message("{field} does not have the expected form.", {"field": field.label})
    return None


def _matches(pattern: re.Pattern[str], words: str) -> Callable[[Field, Value], Message | None]:
    def test(field: Field, value: Value) -> Message | None:
        return None if len(str(value)) <= 255 and pattern.match(str(value)) else Message(words)

    return test


def _tax_number(field: Field, value: Value) -> Message | None:
    assert isinstance(field.declared, TaxNumberField)
    good = NUMBERS[field.declared.check](str(value))
    return None if good else Message("This is not a valid number; its check digits do not fit.")


def _bank(field: Field, value: Value) -> Message | None:
    assert isinstance(field.declared, BankField)
    if not ACCOUNT.match(str(value)):
        return Message("The number of an account has 4 to 34 letters and digits.")
    good = ACCOUNTS[field.declared.check](str(value))
    return None if good else Message("This is not a valid number; its check digits do not fit.")


def _barcode(field: Field, value: Value) -> Message | None:
    assert isinstance(field.declared, BarcodeField)
    pattern, checked = BARCODES[field.declared.symbology]
    if not pattern.match(str(value)):
        return Message("A barcode of this kind ({kind}) cannot say this.", {"kind": field.declared.symbology})
    good = not checked or ean.is_valid(str(value).zfill(13))
    return None if good else Message("This is not a valid number; its check digits do not fit.")


def _as_read(read: Reader) -> Callable[[Field, Value], Message | None]:
    """A test for values that may have come from a default or a formula, past the reader of input."""

    def test(field: Field, value: Value) -> Message | None:
        try:
            read(field, value, UTC)
        except Unfit as unfit:
            return unfit.message
        return None

    return test


def _digits(field: Field, value: Value) -> Message | None:
    assert isinstance(value, Decimal)
    digits = (field.type.digits or 18) - (field.type.scale or 0)
    if value and value.adjusted() >= digits:
        return Message("At most {count} digits are possible before the point.", {"count": digits})
    return None


TESTERS: Mapping[str, Tester] = {
    "text": _text,
    "long_text": _text,
    "rich_text": _text,
    "email": _matches(EMAIL, "Please enter an e-mail address, such as name@example.com."),
    "url": _matches(URL, "Please enter a web address that begins with https://."),
    "phone": _matches(PHONE, "Please enter a telephone number."),
    "tax_number": _tax_number,
    "bank": _bank,
    "barcode": _barcode,
    "location": _as_read(read_place),
    "json": _as_read(read_json),
    "integer": _digits,
    "decimal": _digits,
    "percent": _digits,
    "money": _digits,
}


def _roles(value: Value) -> set[str]:
    """The roles of a field that holds one or several."""
    return {value} if isinstance(value, str) else {str(role) for role in value} if isinstance(value, tuple | list) else set()
