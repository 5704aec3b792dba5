"""Whose approval is needed: `any`, `all`, `in_order`, `2`, `60%`, `{weights: …, pass: 60}`."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.errors import Sentence
from engine.loading.findings import Place
from engine.metadata import Agree, Who
from engine.metadata import declared as d

from .bench import Bench
from .people import Scope, one_of

WORDS = ("any", "all", "in_order")
_SHARE = re.compile(r"([0-9]{1,3})%", re.ASCII)


def agreement(bench: Bench, step: d.Step, place: Place, scope: Scope) -> Agree:
    """What decides the step; an issue where that is none of the ways there are. A parallel step counts branches, all by default."""
    written, here = step.agree, place.at("agree")
    if step.do == "parallel" and (written == "in_order" or isinstance(written, d.Weights)):
        bench.findings.add("W430", "Branches go on at the same time and weigh alike.", here, hint="any, all, 2 or 60%")
        return Agree("all")
    if written is None:
        return Agree("all" if step.do == "parallel" else "any")
    if isinstance(written, d.Weights):
        return _weights(bench, written, here, scope)
    if isinstance(written, int):
        if written < 1:
            bench.findings.add("W430", "At least one must agree.", here)
        return Agree("count", Decimal(max(1, written)))
    return _word(bench, written, here)


def _word(bench: Bench, written: str, place: Place) -> Agree:
    if written in WORDS:
        return Agree(written)  # type: ignore[arg-type] # WORDS are kinds
    share = _SHARE.fullmatch(written)
    if share is not None and 0 < int(share[1]) <= 100:
        return Agree("share", Decimal(share[1]) / 100)
    bench.findings.add(
        "W430",
        Sentence('"{written}" is no way of agreeing.', written=written),
        place,
        hint="any, all, in_order, 2, 60% or {weights: …, pass: 60}",
    )
    return Agree()


def _weights(bench: Bench, written: d.Weights, place: Place, scope: Scope) -> Agree:
    found: list[tuple[Who, Decimal]] = []
    for name, weight in written.weights.items():
        who = one_of(bench, name, place.at("weights", name), "who", scope)
        if who is not None:
            found.append((who, Decimal(weight)))
    if not found:
        bench.findings.add("W430", "Nobody's vote has a weight.", place.at("weights"))
    return Agree("weight", Decimal(written.pass_), tuple(found))
