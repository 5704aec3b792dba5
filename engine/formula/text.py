"""Texts with `{formula}` holes: messages, labels, prints. `{{` and `}}` are braces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from engine.errors import Message, translate
from engine.frozen import frozen

from . import dates, numbers
from .compile import compile
from .contexts import Context
from .formula import Formula
from .frame import Frame, Row, Value
from .issues import FormulaErrors, FormulaIssue
from .names import Catalog, Names, Root
from .nodes import Aggregate, Node, Read
from .operations import worded
from .types import Kind

Known = Callable[[Formula], bool]
"""Whether the reader of words may know what a hole says."""
CLOSED = "•••"
"""What stands in a hole whose value its reader may not know."""


@frozen
class TextTemplate:
    """A compiled text: literal parts and formulas in turn."""

    text: str
    parts: tuple[str | Formula, ...]

    def render(self, row: Row, frame: Frame, language: str, known: Known | None = None) -> str:
        """The text for a row, its values shown as a reader of `language` sees them, masked unless `known`; null is nothing."""

        def filled(hole: Formula) -> str:
            return shown(hole, hole(row, frame), frame, language) if known is None or known(hole) else CLOSED

        return "".join(part if isinstance(part, str) else filled(part) for part in self.parts)

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """The formulas of the holes."""
        return tuple(part for part in self.parts if isinstance(part, Formula))


@frozen
class Wording:
    """The same text in several languages, by language code."""

    templates: Mapping[str, TextTemplate]

    def message(self, row: Row, frame: Frame, known: Known | None = None) -> Message:
        """The text for a row, filled in every language; holes that are not `known` are masked."""
        return Message({language: template.render(row, frame, language, known) for language, template in self.templates.items()})

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """The formulas of the holes in all languages."""
        return tuple(formula for template in self.templates.values() for formula in template.formulas)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that it tells; one that does not begin at its record has a first part that no entity has."""
        return paths_of(self.formulas)


def paths_of(formulas: Iterable[Formula]) -> tuple[str, ...]:
    """The paths that these formulas read, but for those of the acting person; `?` for what does not begin at their record.

    What stood in a field of the record before is told as the field is: who reads it reads its changes.
    """
    read = {ref for formula in formulas for ref in formula.references}
    paths = ((*(hop.name for hop in ref.hops), ref.field) for ref in read if ref.root is not Root.USER)
    beyond = {"?" for ref in read if ref.root not in (Root.ROW, Root.USER) and not (ref.root is Root.OLD and not ref.hops)}
    return tuple(sorted({".".join(path) for path in paths} | beyond))


def compile_text(text: str, names: Names, catalog: Catalog, context: Context = Context.TEXT) -> TextTemplate:
    """The template of `text`; raises FormulaErrors with the issues of all holes, their spans counted in `text`."""
    parts: list[str | Formula] = []
    issues: list[FormulaIssue] = []
    for start, literal, hole in _holes(text):
        if literal:
            parts.append(literal)
        if hole is None:
            continue
        try:
            parts.append(compile(hole, names, catalog, context))
        except FormulaErrors as errors:
            issues += [replace(issue, start=issue.start + start, end=issue.end + start) for issue in errors.issues]
    if issues:
        raise FormulaErrors(issues)
    return TextTemplate(text, tuple(parts))


def _holes(text: str) -> list[tuple[int, str, str | None]]:
    found: list[tuple[int, str, str | None]] = []
    literal, at = "", 0
    while at < len(text):
        char = text[at]
        if text[at : at + 2] in ("{{", "}}"):
            literal, at = literal + char, at + 2
        elif char == "{":
            end = _closing(text, at)
            found.append((at + 1, literal, text[at + 1 : end]))
            literal, at = "", end + 1
        elif char == "}":
            raise FormulaErrors([FormulaIssue("FX111", Message('"}" stands alone'), at, at + 1, Message("write }} for a brace"))])
        else:
            literal, at = literal + char, at + 1
    return [*found, (at, literal, None)] if literal else found


def _closing(text: str, start: int) -> int:
    quoted = False
    for at in range(start + 1, len(text)):
        if text[at] == '"':
            quoted = not quoted
        elif text[at] == "}" and not quoted:
            return at
    raise FormulaErrors([FormulaIssue("FX111", Message('"{" is not closed'), start, start + 1, Message("write {{ for a brace"))])


def shown(formula: Formula, value: Value, frame: Frame, language: str) -> str:
    """A value in a sentence: numbers grouped and in their places, choices and links by their words."""
    type_ = formula.type
    if value is None:
        return ""
    if isinstance(value, bool):
        return translate("yes" if value else "no", language)
    if isinstance(value, Decimal):
        return _number(formula.tree, value)
    if isinstance(value, datetime):
        return dates.shown_datetime(value, frame.zone)[:16]
    if isinstance(value, date):
        return dates.shown_date(value)
    if isinstance(value, timedelta):
        return _length(value, language)
    if type_.kind is Kind.REF and isinstance(value, int) and type_.entity:
        return frame.title(type_.entity, value)
    return _words(formula, value, language)


def _number(tree: Node, value: Decimal) -> str:
    """With the places of its field (a sum of one, too) or of its currency; what was calculated otherwise, with those it has."""
    scale, kept = tree.type.scale, tree
    if isinstance(tree, Aggregate) and tree.function in ("SUM", "MIN", "MAX") and tree.value is not None:
        kept = tree.value
    fixed = scale is not None and (isinstance(kept, Read) or tree.type.currency is not None)
    whole, _, places = numbers.shown(value).partition(".")
    return f"{value:,.{scale}f}" if fixed else f"{Decimal(whole):,}" + (f".{places}" if places else "")


def _words(formula: Formula, value: Value, language: str) -> str:
    labels = _labels(formula.tree)
    if isinstance(value, tuple | list):
        return (", " if language != "zh" else "、").join(worded(str(code), labels, language) for code in value)
    return worded(str(value), labels, language) if formula.type.kind is Kind.CHOICE else str(value)


def _labels(tree: Node) -> Mapping[str, Mapping[str, str]]:
    return next((node.labels for node in tree.walk() if isinstance(node, Read) and node.labels), {})


def _length(value: timedelta, language: str) -> str:
    minutes = dates.microseconds(abs(value)) // 60_000_000
    days, rest = divmod(minutes, 1440)
    clock = f"{rest // 60}:{rest % 60:02}"
    words = Message("{days} d {clock}", {"days": days, "clock": clock}).render(language) if days else clock
    return f"-{words}" if value < timedelta() else words
