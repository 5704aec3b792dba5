"""Why a value is what it is: the page and the box in which the same stands, and the playground for formulas."""

from __future__ import annotations

from engine.frozen import frozen

from .cells import Choice


@frozen
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


@frozen
class WhyPage:
    """An explained value; `back` leads to its record, `note` says when it is older than its formula."""

    label: str
    value: str
    formula: str
    steps: tuple[WhyStep, ...]
    record: str
    back: str
    note: str = ""


@frozen
class Problem:
    """A mistake in a typed formula; `pointed` is its line with carets below the place."""

    code: str
    words: str
    pointed: str = ""
    hint: str = ""


@frozen
class Playground:
    """A formula tried out on a record. `names` are those it may use: words, name and type."""

    entities: tuple[Choice, ...] = ()
    records: tuple[Choice, ...] = ()
    text: str = ""
    names: tuple[Choice, ...] = ()
    tried: bool = False
    type: str = ""
    value: str = ""
    closed: bool = False
    steps: tuple[WhyStep, ...] = ()
    problems: tuple[Problem, ...] = ()
