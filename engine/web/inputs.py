"""A form as the template needs it: every input with its words, its value as text, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from engine.access import mask
from engine.errors import Problem
from engine.forms import FieldState, Layout, Placed, PlacedSection, States, scanned_cell
from engine.formula import Root
from engine.frozen import frozen
from engine.metadata import FILE, Field, Value
from engine.records import Draft, Row, closed_row, ids_of, part_of, seen_of

from .display import NUMERIC, UNITS, Display, currency_of, written
from .newly import known_rows
from .reading import total_of
from .views import BLANK, Cell, Choice, Column, FormRow, FormSection, FormTable, Input, Making, ProblemLink, Widget
from .visit import visit

WIDGETS: Mapping[str, Widget] = {
    "long_text": "long",
    "rich_text": "rich",
    "json": "code",
    "boolean": "check",
    "date": "date",
    "datetime": "datetime",
    "choice": "choice",
    "multi_choice": "choices",
    "link": "lookup",
    "links": "lookup",
    "file": "file",
    "image": "file",
    "signature": "sign",
    "user": "lookup",
    "email": "email",
    "phone": "phone",
    "url": "url",
}
Options = Mapping[str, Sequence[Choice]]
AS_EVER = FieldState()


@frozen(slots=False)
class Filled:
    """A form with everything that decides how it looks now. `options` are the candidates of links by input or field name.

    Without `opens` its files are named, and not offered to be opened. `making` are the links for which something can be made beside it.
    """

    layout: Layout
    draft: Draft
    states: States
    display: Display
    texts: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    options: Options = field(default_factory=dict)
    address: str = ""
    opens: bool = True
    making: Mapping[str, Making] = field(default_factory=dict)

    def problem(self, name: str) -> str:
        """What is wrong with an input, in the reader's language; blank if nothing is."""
        return next((visit().words(p.message) for p in self.problems if p.path == name), "")


def sections_of(filled: Filled) -> tuple[FormSection, ...]:
    """The sections of the form, in order."""
    return tuple(_section(filled, number, section) for number, section in enumerate(filled.layout.sections, 1))


def _section(filled: Filled, number: int, section: PlacedSection) -> FormSection:
    items = tuple(_table(filled, placed) if placed.field.table is not None else _input(filled, placed) for placed in section.items)
    label = visit().words(section.label)
    open_ = section.open or not label or any(_wrong(filled, placed) for placed in section.items)
    return FormSection(label, section.columns, items, filled.states[f"section-{number}"].shown, open_, section.tab)


def _wrong(filled: Filled, placed: Placed) -> bool:
    """Whether something is wrong with the field: then it is never folded away."""
    return any(problem.path.split(".", 1)[0] == placed.name for problem in filled.problems)


def _input(filled: Filled, placed: Placed) -> Input:
    return make_input(filled, placed, placed.name, filled.draft.new)


def make_input(filled: Filled, placed: Placed, name: str, row: Row) -> Input:
    """One input over the value of `row`; what was typed is shown again as it was typed."""
    return _over(filled, placed, _blank(filled, placed, inside="." in name), (name, row))


def _blank(filled: Filled, placed: Placed, *, inside: bool) -> Input:
    """An input without a value: all that is so whatever a row holds; `inside` a table it has no words around it."""
    here, described = visit(), placed.field
    widget = _widget(placed)
    return Input(
        name="",
        label=here.words(placed.item.label),
        widget=widget,
        help=here.words(placed.item.help),
        placeholder=here.words(described.placeholder),
        span=_span(placed),
        suffix=_suffix(described, filled.display),
        lookup=f"{filled.address}/lookup" if described.link and described.link.entity != FILE else "",
        reads=" ".join(_reads(described)),
        numeric=described.kind in NUMERIC and (widget != "computed" or inside),
        maximum=getattr(described.declared, "max", 0) if described.kind in ("text", "long_text", "rich_text") else 0,
        several=described.several,
        accept=_accept(described),
        opens=filled.opens,
    )


def _over(filled: Filled, placed: Placed, blank: Input, at: tuple[str, Row]) -> Input:
    """The input of that name over the value of that row."""
    described, (name, row) = placed.field, at
    state = filled.states.get(name, AS_EVER)
    value = _shown(placed, row)
    return blank._replace(
        name=name,
        value=filled.texts[name] if name in filled.texts else edit_text(described, value, filled.display),
        required=state.required,
        readonly=state.readonly,
        shown=state.shown,
        problem=filled.problem(name),
        prefix=currency_of(described, row) if described.kind == "money" and "." not in name else "",
        options=_options(filled, described, name, value) if placed.mask is None else (),
        cell=_cell(filled, placed, value, row) if blank.widget == "computed" or state.readonly else BLANK,
        making=filled.making.get(_pattern(name)),
    )


def _widget(placed: Placed) -> Widget:
    if placed.field.computed or not placed.writable:
        return "computed"
    kind = placed.field.kind
    return placed.item.widget or WIDGETS.get(kind, "number" if kind in NUMERIC else "text")  # type: ignore[return-value]


def _shown(placed: Placed, row: Row) -> Value:
    """The value of a field, as far as its reader may see it."""
    value = None if placed.name in part_of(row).closed else row.get(placed.name)
    if placed.mask is not None:
        return mask(value, placed.mask)
    return value if not placed.field.several else ids_of(placed.field, value)


def _cell(filled: Filled, placed: Placed, value: Value, row: Row) -> Cell:
    if placed.mask is not None and value is not None:
        return Cell("secret", str(value))
    return filled.display.cell(placed.field, value, row)


def _accept(described: Field) -> str:
    """What the dialog for choosing a file offers; what a file is, is found out when it comes."""
    if described.kind in ("image", "signature"):
        return "image/png,image/jpeg,image/gif,image/webp"
    kinds = getattr(described.declared, "accept", ()) if described.kind == "file" else ()
    return ",".join("image/*" if kind == "image" else f".{kind}" for kind in kinds)


def _span(placed: Placed) -> Literal["1", "2", "full"]:
    if placed.field.kind in ("long_text", "rich_text", "json"):
        return "full"
    return {1: "1", 2: "2"}.get(placed.item.span, "full")  # type: ignore[arg-type, return-value]


def _suffix(described: Field, display: Display) -> str:
    if described.kind == "percent":
        return "%"
    if described.kind == "duration":
        return display.words[getattr(described.declared, "unit", "hours")]
    return visit().words(getattr(described.declared, "unit", None)) if described.kind in ("integer", "decimal") else ""


def edit_text(described: Field, value: Value, display: Display) -> str:
    """A value as it stands in an input."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        shown = (value * 100).normalize() if described.kind == "percent" else value
        return format(shown, ",f" if described.kind == "money" else "f")
    if isinstance(value, datetime):
        return value.astimezone(display.zone).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        unit = UNITS[getattr(described.declared, "unit", "hours")]
        return format((Decimal(value // timedelta(microseconds=1)) / Decimal(unit // timedelta(microseconds=1))).normalize(), "f")
    if isinstance(value, str):
        return written(described.kind, value)
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _options(filled: Filled, described: Field, name: str, value: Value) -> tuple[Choice, ...]:
    if described.kind in ("choice", "multi_choice"):
        chosen = value if isinstance(value, tuple) else (value,)
        return tuple(
            Choice(visit().words(c.label), c.color, c.code, c.code in chosen)
            for c in described.choices
            if not c.retired or c.code in chosen
        )
    if described.link is None:
        return ()
    offered = filled.options.get(name) or filled.options.get(_pattern(name)) or ()
    chosen = value if isinstance(value, tuple) else () if value is None else (int(str(value)),)
    titles = {str(number): filled.display.titles.get((described.link.entity, number)) for number in chosen}
    hidden = filled.display.words["hidden_record"]
    others = tuple(Choice(c.text, value=c.value, hint=c.hint) for c in offered if c.value not in titles)
    return (*(Choice(title or hidden, value=number, selected=True) for number, title in titles.items()), *others)


def _pattern(name: str) -> str:
    """`lines.2.product` is `lines.product`: candidates that are the same in every row are asked for once."""
    parts = name.split(".")
    return f"{parts[0]}.{parts[2]}" if len(parts) == 3 else name


def _reads(described: Field) -> list[str]:
    """The fields of the form on which the candidates of a link depend."""
    if described.link is None or described.link.where is None:
        return []
    read = (ref for ref in described.link.where.references if ref.root is Root.ROW)
    return sorted({ref.hops[0].name if ref.hops else ref.field for ref in read} - {described.name})


def _table(filled: Filled, placed: Placed) -> FormTable:
    here = visit()
    rows = seen_of(filled.draft.new, placed.field)
    blanks = [_blank(filled, cell, inside=True) for cell in placed.columns]
    open_ = placed.writable and not filled.states[placed.name].readonly
    return FormTable(
        name=placed.name,
        label=here.words(placed.item.label),
        columns=tuple(_column(filled, placed, cell) for cell in placed.columns),
        rows=tuple(_row(filled, placed, blanks, at) for at in enumerate(rows, 1)),
        known=known_rows(placed.field, filled.draft),
        may_add=open_ and placed.item.add and placed.open,
        may_remove=open_,
        problem=filled.problem(placed.name),
        shown=filled.states[placed.name].shown,
        help=here.words(placed.item.help),
        scan=here.words(scanned.field.label) if open_ and (scanned := scanned_cell(placed)) is not None else "",
    )


def _column(filled: Filled, table: Placed, cell: Placed) -> Column:
    rows = seen_of(filled.draft.new, table.field, cell.name)
    summed = cell.name in table.item.totals and cell.mask is None
    total = filled.display.cell(cell.field, total_of(cell, rows), rows[0] if rows else {}) if summed else None
    required = cell.field.required is True and cell.writable
    return Column(visit().words(cell.field.label), cell.field.kind in NUMERIC, required, total, f"total-{table.name}-{cell.name}")


def _row(filled: Filled, table: Placed, blanks: Sequence[Input], at: tuple[int, Row]) -> FormRow:
    number, row = at
    prefix = f"{table.name}.{number}"
    cells = zip(table.columns, blanks, strict=True)
    inputs = tuple([_over(filled, cell, blank, (f"{prefix}.{cell.name}", row)) for cell, blank in cells])
    stays = part_of(row).stays or closed_row(table.field, row) is not None
    return FormRow(number, str(row.get("id") or ""), inputs, filled.problem(prefix), stays)


def summary_of(layout: Layout, problems: Sequence[Problem]) -> tuple[ProblemLink, ...]:
    """Every problem as a line that leads to its input."""
    return tuple(ProblemLink(_line(layout, problem), _target(layout, problem.path)) for problem in problems)


def _line(layout: Layout, problem: Problem) -> str:
    here = visit()
    words = here.words(problem.message)
    parts = problem.path.split(".")
    placed = next((p for p in layout.placed() if p.name == parts[0]), None)
    if placed is None:
        return words
    label = here.words(placed.item.label)
    if len(parts) == 1 or placed.field.table is None:
        return words if _tells(problem, label) else f"{label}: {words}"
    cell = next((c for c in placed.columns if c.name == parts[-1]), None)
    column = "" if cell is None or len(parts) < 3 else here.words(cell.field.label)
    return f"{label} {parts[1]}: {words}" if not column or _tells(problem, column) else f"{label} {parts[1]}, {column}: {words}"


def _tells(problem: Problem, label: str) -> bool:
    """Whether the words of a problem name its field themselves."""
    return any(isinstance(value, Mapping) and visit().words(value) == label for value in problem.message.params.values())


def _target(layout: Layout, path: str) -> str:
    return "f-" + path.replace(".", "-") if any(p.name == path.split(".", maxsplit=1)[0] for p in layout.placed()) else ""
