"""The parameters of a report or dashboard: what the address says of them, and the inputs on top of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import request

from engine.errors import Invalid, Problem
from engine.metadata import Field, Value
from engine.records import titles
from engine.reports import given_by
from engine.unit_of_work import View
from engine.web.inputs import WIDGETS, edit_text
from engine.web.lookups import archived_candidates, candidates
from engine.web.views import Choice, Input
from engine.web.visit import visit
from engine.web.words import _

Fields = Mapping[str, Field]


def texts_in_address(fields: Fields) -> dict[str, str]:
    """What the address says of parameters."""
    found = {name: request.args.getlist(name)[-1].strip()[:200] for name in fields if name in request.args}
    shares = {name: f"{text}%" for name, text in found.items() if fields[name].kind == "percent" and text and not text.endswith("%")}
    return {**found, **shares}


def given_in_address(view: View, fields: Fields) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    """The values of the parameters, and what is wrong with them."""
    try:
        return given_by(view, fields, texts_in_address(fields)), ()
    except Invalid as wrong:
        return {}, wrong.problems


def inputs_of(view: View, fields: Fields, given: Mapping[str, Value], problems: Iterable[Problem]) -> tuple[Input, ...]:
    """The inputs, filled with what was typed, or with what is meant where nothing was."""
    texts, wrong = texts_in_address(fields), {problem.path: problem for problem in problems}
    return tuple(_input(view, field, texts.get(name), given.get(name), wrong.get(name)) for name, field in fields.items())


def _input(view: View, field: Field, typed: str | None, value: Value, wrong: Problem | None) -> Input:
    here = visit()
    text = typed.removesuffix("%") if typed is not None else edit_text(field, value, here.display(view, {}))
    choosing = field.kind in ("choice", "boolean") or field.link is not None
    return Input(
        name=field.name,
        label=here.words(field.label),
        widget="choice" if choosing else "date" if WIDGETS.get(field.kind) == "date" else "text",
        value=text,
        help=here.words(field.help),
        required=field.required is True,
        problem="" if wrong is None else here.words(wrong.message),
        suffix="%" if field.kind == "percent" else "",
        options=_options(view, field, text) if choosing else (),
        numeric=field.kind in ("integer", "decimal", "percent"),
    )


def _options(view: View, field: Field, chosen: str) -> tuple[Choice, ...]:
    if field.kind == "boolean":
        return (Choice(_("Yes"), value="true", selected=chosen == "true"), Choice(_("No"), value="false", selected=chosen == "false"))
    if field.link is None:
        return tuple(Choice(visit().words(c.label), value=c.code, selected=c.code == chosen) for c in field.choices if not c.retired)
    found = [*candidates(view, field, {}, None), *archived_candidates(view, field)]
    if chosen.isdigit() and all(each.value != chosen for each in found):
        title = titles(view, field.link.entity, [int(chosen)]).get(int(chosen))
        found = [Choice(title or f"#{chosen}", value=chosen), *found]
    return tuple(Choice(each.text, value=each.value, selected=each.value == chosen, hint=each.hint) for each in found)
