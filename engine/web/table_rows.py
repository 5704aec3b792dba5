"""Rows of tables as markup. In Python, because a list has hundreds of cells; every text from outside is escaped here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from flask import Flask
from markupsafe import Markup, escape

from engine.frozen import frozen

from .marks import Marks, icon
from .views import Grid, Heading, ListPage, ListRow
from .words import N_


def add_rows(flask: Flask, language: Callable[[], str]) -> None:
    """Let the templates of an application call them; `language` gives the code of the reader's."""
    rows = TableRows(Marks(language))
    flask.jinja_env.globals.update(list_rows=rows.listed, grid_rows=rows.of_grid)


@frozen
class TableRows:
    """The rows of lists and of grids, in the language of the reader."""

    marks: Marks

    def listed(self, page: ListPage, rows: Sequence[ListRow]) -> Markup:
        """Records of a list: a box to tick where something can be done with them, the way to each, and its cells."""
        says, ticked = self.marks.says, bool(page.verbs)
        untitled, tick, change = says(N_("(untitled)")), says(N_("Tick %(title)s")), says(N_("Change %(field)s of %(title)s"))
        writing = _Writing(self.marks, page.headings, ticked, untitled, str(tick), str(change))
        return Markup("".join(part for row in rows for part in writing.row(row)))  # noqa: S704 - escaped

    def of_grid(self, table: Grid) -> Markup:
        """The rows of a table of a record."""
        made = []
        for row in table.rows:
            made.append("      <tr>")
            for column, value in zip(table.columns, row, strict=True):
                begin = '<td class="num">' if column.numeric else "<td>"
                made.append(f"{begin}{self.marks.why(value, column.label) if value.why else ''}{self.marks.written(value)}</td>")
            made.append("</tr>")
        return Markup("".join(made))  # noqa: S704 - escaped


@frozen
class _Writing:
    """What all rows of a list have in common; `tick` and `change` have holes for what is escaped already."""

    marks: Marks
    headings: tuple[Heading, ...]
    ticked: bool
    untitled: str
    tick: str
    change: str

    def row(self, row: ListRow) -> Iterator[str]:
        """The parts of a row."""
        href, title = escape(row.href), escape(row.cells[0].text if row.cells else "") or self.untitled
        yield f'      <tr data-href="{href}">'
        if self.ticked:
            box = f'<input type="checkbox" name="id" value="{escape(row.key)}" aria-label="{self.tick % {"title": title}}">'
            yield f'        <td class="tick"><label>{box}</label></td>'
        lead = "lead "
        for heading, value in zip(self.headings, row.cells, strict=True):
            shown = f'<a class="open" href="{href}">{title}</a>' if lead else self.marks.written(value)
            kind = f"{'num ' if heading.numeric else ''}{lead}{'nothing' if value.look == 'blank' else ''}"
            told = f' data-label="{escape(heading.label)}"' if heading.terse else ""
            yield f'        <td class="{kind}"{told}>{shown}{self._pen(heading, href, title) if heading.typed else ""}</td>'
            lead = ""
        yield "      </tr>"

    def _pen(self, heading: Heading, href: str, title: str) -> str:
        """The way to type in a cell where it stands."""
        says = self.change % {"field": escape(heading.label), "title": title}
        opening = f'<button type="button" class="pen" data-cell="{href}/cells/{escape(heading.typed)}" aria-label="{says}">'
        return f"{opening}{icon('pencil')}</button>"
