"""The rows of a table in a form as markup. In Python, because a form has hundreds of cells; every text from outside is escaped here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Flask
from markupsafe import Markup, escape

from engine.frozen import frozen

from .marks import LINES, Marks, icon, typed
from .views import FormRow, FormTable, Input, Making
from .words import N_

Macro = Callable[[Input, bool], str]


def add_grid_rows(flask: Flask, language: Callable[[], str]) -> None:
    """Let the templates of an application call them; `language` gives the code of the reader's."""
    flask.jinja_env.globals.update(typed_rows=GridRows(Marks(language)).made)


@frozen
class GridRows:
    """The rows of grids to type in, in the language of the reader."""

    marks: Marks

    def made(self, table: FormTable, widget: Macro) -> Markup:
        """All rows of a table; `widget` makes an input that is more than a line of text, with its label on it."""
        tools = tuple(str(self.marks.says(words)) for words in _TOOLS)
        writing = _Writing(self.marks, table, widget, tools)
        return Markup("".join(part for row in table.rows for part in writing.row(row)))  # noqa: S704 - escaped


_TOOLS = (N_("Move row %(number)s up"), N_("Copy row %(number)s"), N_("Remove row %(number)s"))


@frozen
class _Writing:
    """What all rows of a table have in common; `tools` have a hole for the number of the row."""

    marks: Marks
    table: FormTable
    widget: Macro
    tools: tuple[str, ...]

    def row(self, row: FormRow) -> Iterator[str]:
        """The parts of a row, and what is wrong with it."""
        at = escape(f"{self.table.name}.{row.number}")
        yield f'\n        <tr>\n          <td class="row-no">{row.number}<input type="hidden" name="{at}.id" value="{escape(row.id)}"></td>'
        for asked in row.inputs:
            yield self._cell(asked)
        if self.table.may_remove:
            yield f'\n          <td class="tools">{"".join(self._buttons(at, row))}</td>'
        yield "\n        </tr>"
        if row.problem:
            yield f'<tr><td></td><td class="cell-problem" colspan="{len(self.table.columns) + 1}">{escape(row.problem)}</td></tr>'

    def _cell(self, asked: Input) -> str:
        shown = f"{self._entered(asked)}{self._problem(asked)}" if asked.shown else ""
        begin = f'\n          <td data-path="{escape(asked.name)}" data-label="{escape(asked.label)}"'
        number = ' class="num"' * asked.numeric
        return f"{begin}{number}>{shown}</td>"

    def _entered(self, asked: Input) -> str:
        if asked.readonly or asked.widget == "computed":
            return self.marks.computed(asked)
        entered = typed(asked, named=True) if asked.widget in LINES else self.widget(asked, True)
        return entered if asked.making is None else f'<div class="making">{entered}{_make(asked, asked.making)}</div>'

    def _problem(self, asked: Input) -> str:
        if not asked.problem:
            return ""
        return f'<p class="problem" id="{escape(asked.id)}-problem">{icon("alert-triangle")}{escape(asked.problem)}</p>'

    def _buttons(self, at: str, row: FormRow) -> Iterator[str]:
        up, copy, remove = self.tools
        number = row.number
        if number > 1:
            yield _button("_up", at, up % {"number": number}, "arrow-up")
        if self.table.may_add:
            yield _button("_copy", at, copy % {"number": number}, "copy")
        if not row.stays:
            yield _button("_remove", at, remove % {"number": number}, "trash")


def _make(asked: Input, making: Making) -> str:
    """The way to make what the lookup of a cell does not offer."""
    opening = f'<a class="make" href="{escape(making.href)}" target="_blank" title="{escape(making.label)}"'
    data = f'data-make="{escape(asked.id)}" data-quick="{escape(making.quick)}"'
    return f'{opening} {data}>{icon("plus")}<span class="visually-hidden">{escape(making.label)}</span></a>'


def _button(verb: str, at: str, words: str, picture: str) -> str:
    opening = f'<button class="btn btn-plain btn-icon" name="{verb}" value="{at}" formnovalidate aria-label="{words}">'
    return f"{opening}{icon(picture)}</button>"
