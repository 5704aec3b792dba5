"""Filters made by clicking: `c=state:is:draft` in the address, a formula for the database, words for the chip."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from engine.access import Sight, never_readable
from engine.errors import in_language, translate
from engine.frozen import frozen
from engine.metadata import Entity, Field
from engine.records import titles
from engine.unit_of_work import View
from engine.web.views import Choice, FilterField
from engine.web.visit import reader_language, visit
from engine.web.words import N_, _

NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,12})?\Z", re.ASCII)
RECORD = re.compile(r"[0-9]{1,18}\Z", re.ASCII)
TEXTS = frozenset({"text", "long_text", "email", "phone", "url", "tax_number", "bank", "barcode", "rich_text"})
NUMBERS = frozenset({"integer", "decimal", "money", "percent"})
LINKS = frozenset({"link", "user"})
BLANK = ("blank", "filled")


@frozen
class Condition:
    """One filter: a field, an operator, and what was typed or chosen."""

    field: str
    operator: str
    value: str

    def address(self) -> str:
        """How the filter stands in the address of the list."""
        return f"{self.field}:{self.operator}:{self.value}"


def read_conditions(entity: Entity, written: Sequence[str]) -> Iterator[Condition]:
    """The filters in an address; what is no filter of this entity is left out."""
    for text in written:
        parts = text.split(":", 2)
        if len(parts) != 3:
            continue
        field = entity.fields.get(parts[0])
        if (field is not None and parts[1] in operators_of(field)) or _is_state(entity, *parts):
            yield Condition(*parts)


def _is_state(entity: Entity, name: str, operator: str, value: str) -> bool:
    return name == "state" and operator in ("is", "not") and entity.lifecycle is not None and value in entity.lifecycle.states


def operators_of(field: Field) -> tuple[str, ...]:
    """How the values of a field can be compared."""
    if field.kind in ("choice", "boolean"):
        return ("is", "not", *BLANK)
    if field.kind in NUMBERS or field.kind == "date":
        return ("from", "to", "is", *BLANK)
    if field.kind == "datetime":
        return ("from", "to", *BLANK)
    if field.kind in TEXTS:
        return ("has", "is", *BLANK)
    if field.kind in LINKS:
        return ("is", "me", *BLANK) if _leads_to_people(field) else ("is", *BLANK)
    if field.several:
        return ("me", *BLANK) if _leads_to_people(field) else BLANK
    return BLANK if field.kind in ("multi_choice", "duration") else ()


OPERATORS = {
    "is": N_("is"),
    "not": N_("is not"),
    "has": N_("contains"),
    "from": N_("from"),
    "to": N_("up to"),
    "me": N_("is me"),
    "blank": N_("is blank"),
    "filled": N_("is not blank"),
}


def operator_words(name: str) -> str:
    """What a comparison is called."""
    return _(OPERATORS[name])


def _leads_to_people(field: Field) -> bool:
    return field.link is not None and field.link.entity == "user"


def formula_of(field: Field | None, condition: Condition) -> str | None:
    """The filter as a formula; None when what was typed does not fit the field (no field: the state)."""
    name, operator, value = condition.field, condition.operator, condition.value.strip()
    if field is None:
        return f"state {'=' if operator == 'is' else '<>'} {_quoted(value)}"
    if field.several:
        return f"ANY({name}, this = user)" if operator == "me" else f"COUNT({name}) {'=' if operator == 'blank' else '>'} 0"
    if operator in BLANK:
        return f"ISBLANK({name})" if operator == "blank" else f"NOT ISBLANK({name})"
    if operator == "me":
        return f"{name} = user"
    if operator == "has":
        return f"SEARCH({_quoted(value)}, {name}) > 0" if value else None
    literal = _literal(field, value)
    if literal is None:
        return None
    if field.kind in LINKS:
        return f"{name}.id = {literal}"
    sign = {"is": "=", "not": "<>", "from": ">=", "to": "<="}[operator]
    return f"{name} {sign} {literal}"


def _literal(field: Field, value: str) -> str | None:
    if field.kind in NUMBERS:
        number = value.rstrip("%").replace(",", "")
        return (f"{number}%" if field.kind == "percent" else number) if NUMBER.match(number) else None
    if field.kind == "boolean":
        return value.upper() if value in ("true", "false") else None
    if field.kind in ("date", "datetime"):
        return _quoted(value) if _is_date(value) else None
    if field.kind == "choice":
        return _quoted(value) if value in field.choice else None
    if field.kind in LINKS:
        return value if RECORD.match(value) else None
    return _quoted(value) if value else None


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _quoted(value: str) -> str:
    return '"' + value[:200].replace('"', '""') + '"'


def words_of(view: View, entity: Entity, condition: Condition) -> tuple[str, str]:
    """The filter in words: the name of its field, and the rest."""
    field = entity.fields.get(condition.field)
    if field is not None:
        return visit().words(field.label), _comparison(view, field, condition)
    assert entity.lifecycle is not None
    state = visit().words(entity.lifecycle.states[condition.value].label)
    return _("State"), f"{_('is') if condition.operator == 'is' else _('is not')} {state}"


def _comparison(view: View, field: Field, condition: Condition) -> str:
    operator = operator_words(condition.operator)
    if condition.operator in (*BLANK, "me"):
        return operator
    chosen = field.choice.get(condition.value)
    value = visit().words(chosen.label) if chosen else condition.value
    if field.kind == "boolean":
        value = _("Yes") if condition.value == "true" else _("No")
    if field.link is not None and RECORD.match(condition.value):
        number = int(condition.value)
        value = titles(view, field.link.entity, [number]).get(number) or f"#{number}"
    return f"{operator} {value}"


def filter_fields(view: View, entity: Entity, names: Sequence[str]) -> tuple[FilterField, ...]:
    """The fields that the list offers to filter by, those first that its file names."""
    sight = never_readable(entity, view.actor)
    offered = [*names, *(f.name for f in entity.fields.values() if f.name not in names)]
    return tuple(_filter_fields(entity, offered, frozenset(names), sight))


def _filter_fields(entity: Entity, offered: Sequence[str], named: frozenset[str], sight: Sight) -> Iterator[FilterField]:
    language = reader_language()
    for name in offered:
        if name == "state" and entity.lifecycle is not None:
            yield _state_field(entity, language)
        elif name in entity.fields and sight.readable(name) and entity.fields[name].table is None:
            yield _filter_field(entity.fields[name], name in named, language)


@lru_cache(maxsize=8192)
def _filter_field(field: Field, named: bool, language: str) -> FilterField:
    """The same for everybody who may read the field."""
    values: tuple[Choice, ...] = ()
    if named and field.kind == "choice":
        values = tuple(Choice(in_language(c.label, language), c.color, f"{field.name}:is:{c.code}") for c in field.choices if not c.retired)
    elif named and field.kind == "boolean":
        yes, no = translate(N_("Yes"), language), translate(N_("No"), language)
        values = (Choice(yes, "", f"{field.name}:is:true"), Choice(no, "", f"{field.name}:is:false"))
    elif named and _leads_to_people(field):
        values = (Choice(translate(N_("Me"), language), "", f"{field.name}:me:"),)
    return FilterField(field.name, in_language(field.label, language), values, field.kind)


@lru_cache(maxsize=1024)
def _state_field(entity: Entity, language: str) -> FilterField:
    """The states of the lifecycle, to be chosen like any choice."""
    assert entity.lifecycle is not None
    values = tuple(Choice(in_language(s.label, language), s.color, f"state:is:{s.name}") for s in entity.lifecycle.states.values())
    return FilterField("state", translate(N_("State"), language), values, "state")


def operators() -> tuple[Choice, ...]:
    """All operators, for a form that does not know yet which field will be chosen."""
    return tuple(Choice(operator_words(name), value=name) for name in ("is", "not", "has", "from", "to", *BLANK))
