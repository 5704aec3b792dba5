"""The pattern of a number, `PO-{YYYY}{MM}-{0000}`, taken apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Literal

from engine.errors import Sentence
from engine.loading.findings import Place
from engine.metadata import Field, NumberPattern
from engine.metadata import declared as d

from .bench import Bench

PartKind = Literal["text", "date", "company", "field", "counter"]
_PIECES = re.compile(r"\{([^{}]*)\}|([^{}]+)|([{}])")
_DATES = frozenset({"YYYY", "YY", "MM", "DD"})


def number_pattern(
    bench: Bench, number: d.Number, place: Place, known: tuple[Mapping[str, Field], Collection[str]]
) -> NumberPattern | None:
    """The pattern; `known` are the fields that may stand in it and the actions that may allocate it."""
    fields, actions = known
    parts = []
    for hole, text, stray in _PIECES.findall(number.pattern):
        part: tuple[PartKind, str] | None = ("text", text) if text else None if stray else _hole(hole, fields)
        if part is None:
            hint = "{YYYY} {YY} {MM} {DD} {company}, a field of the record, and once {0000}"
            bench.findings.add(
                "N306",
                Sentence('"{part}" is no part of a number.', part=stray or hole),
                place.at("pattern"),
                hint=Sentence("parts are {hint}", hint=Sentence(hint)),
            )
            return None
        parts.append(part)
    if [kind for kind, _ in parts].count("counter") != 1:
        bench.findings.add("N306", "A number holds exactly one counter.", place.at("pattern"), hint="such as {0000}")
        return None
    if number.at != "create" and number.at not in actions:
        bench.findings.unknown("action", number.at, ["create", *actions], place.at("at"))
    dates = [name for name, field in fields.items() if field.kind in ("date", "datetime")]
    if number.by is not None and number.by not in dates:
        bench.findings.unknown("date field", number.by, dates, place.at("by"))
    return NumberPattern(tuple(parts), number.at, number.by, number.gapless)


def _hole(hole: str, fields: Collection[str]) -> tuple[PartKind, str] | None:
    if hole in _DATES:
        return "date", hole
    if hole and not hole.strip("0"):
        return "counter", hole
    if hole == "company" and hole in fields:
        return "company", hole
    return ("field", hole) if hole in fields else None
