"""The pages of a public form."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from flask import render_template

from engine.records import field_at, frame_of
from engine.unit_of_work import View
from engine.web.composing import Composed, Typed
from engine.web.frame import bare_shell
from engine.web.inputs import sections_of, summary_of
from engine.web.views import Cell, Fact, PublicMessage, PublicPage
from engine.web.visit import visit

from .answering import ONCE, TRAP
from .asking import DRAFT, Asking


def page_of(view: View, asking: Asking, typed: Typed) -> PublicPage:
    """The form with what was typed and what is wrong with it. Raises Refusal when it is not to be sent now."""
    here, form = visit(), asking.form
    composed = asking.compose(view, typed)
    return PublicPage(
        title=here.words(form.label),
        help=here.words(form.help),
        sections=sections_of(composed.filled),
        address=asking.address,
        live=f"{asking.address}/live",
        shown=tuple(_shown(view, asking, composed)),
        hidden=((ONCE, secrets.token_urlsafe(12)), *(((DRAFT, asking.secret),) if asking.secret else ())),
        problems=summary_of(composed.filled.layout, composed.filled.problems),
        trap=TRAP,
    )


def _shown(view: View, asking: Asking, composed: Composed) -> Iterator[Fact]:
    """What is only read: values of the record, or of what it leads to."""
    entity, row = asking.entity(view), composed.filled.draft.new
    frame = frame_of(view, row)
    for path, formula in asking.form.shown:
        value, field = formula(row, frame), field_at(view.metadata, entity, path)
        if field is None:
            yield Fact(path, Cell("text", str(value or "")))
            continue
        yield Fact(visit().words(field.label), composed.filled.display.cell(field, value, row))


def message(page: PublicMessage, status: int = 200) -> tuple[str, int]:
    """A page that says something."""
    return render_template("public_message.html", page=page, shell=bare_shell()), status
