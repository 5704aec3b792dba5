"""Why a value is what it is: the page and the box in which the same stands, and the playground for formulas."""

from __future__ import annotations

from dataclasses import dataclass

from .cells import Choice


@dataclass(frozen=True, slots=True)
class WhyStep:
    """A part of a calculation: what it is in words, as the formula has it, and its value.

    `why` leads to the explanation of a part that is computed itself, `href` to the record it lies in; what is `closed` to the
    reader has no value. `note` says what else went into it.
    """

    label: str
    code: str
    value: str = ""
    closed: bool = False
    why: str = ""
    href: str = ""
    steps: tuple[WhyStep, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class WhyPage:
    """An explained value; `back` leads to its record, `note` says when it is older than its formula."""

    label: str
    value: str
    formula: str
    steps: tuple[WhyStep, ...]
    record: str
    back: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Playground:
    """A formula tried out on a record. `problem` is a mistake with its place: the line and the carets below it."""

    entities: tuple[Choice, ...]
    records: tuple[Choice, ...]
    entity: str
    text: str = ""
    record: str = ""
    type: str = ""
    value: str = ""
    closed: bool = False
    steps: tuple[WhyStep, ...] = ()
    problems: tuple[tuple[str, str, str], ...] = ()
    names: tuple[tuple[str, str, str], ...] = ()
    tried: bool = False
