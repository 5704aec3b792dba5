"""A record in read mode: its sections, its stages and its actions, as its reader may see them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from flask_babel import gettext as _

from engine.access import row_rule
from engine.errors import Forbidden, Refusal
from engine.forms import Layout, Placed, PlacedSection, States, layout_of, states_of
from engine.metadata import Entity, Field, State
from engine.records import Draft, Record, RecordFrame, Row, Writable, present, readable, writable
from engine.unit_of_work import View
from engine.workflow import Possible, actions, duties

from .display import NUMERIC, Display
from .stories import activity_of, approvals_of
from .views import BLANK, Action, Cell, Choice, Fact, FactSection, Grid, GridColumn, RecordPage, Stage
from .visit import visit

NOTHING = Writable(frozenset())


def record_page(view: View, entity: Entity, row: Row) -> RecordPage:
    """Everything on the page of a record. Raises Invisible when the reader may not see it."""
    here = visit()
    record = present(view, entity, [row], [readable(view, entity, row)])[0]
    layout = layout_of(entity, view.metadata.form_of(entity.name), record.sight, NOTHING)
    states = states_of(view, layout, Draft(entity, row, dict(row)))
    display = here.display(view, record.titles)
    address = f"/records/{entity.name}/{record.id}"
    possible = [p for p in actions(view, entity.name, row) if not p.hidden]
    primary = next((p for p in possible if p.allowed), None)
    edit, edit_why = _editing(view, entity, row, address)
    own = duties(view, entity.name, row)
    return RecordPage(
        title=record.title or _("(untitled)"),
        number=str(record.values.get("number") or "") if entity.number else "",
        entity=here.words(entity.label),
        state=_badge(entity, str(row.get("state"))),
        sections=tuple(_sections(layout, states, record, display)),
        address=address,
        stages=_stages(entity, str(row.get("state"))),
        primary=_action(primary, address) if primary else None,
        more=tuple(_action(p, address) for p in possible if p is not primary),
        edit=edit,
        edit_why=edit_why,
        delete=f"{address}/delete" if row_rule(entity, "delete", view.actor).holds(row, RecordFrame(view)) else "",
        version=record.version,
        approvals=approvals_of(view, entity, row, display),
        activity=activity_of(view, entity, record, display),
        comments=True,
        task=f"/inbox/{own[0].task.id}" if own else "",
        task_words=_("This is waiting for you: %(step)s.", step=here.words(own[0].step.label)) if own else "",
    )


def _editing(view: View, entity: Entity, row: Row, address: str) -> tuple[str, str]:
    """The address of the form, or the reason why it cannot be opened now; neither for those who never may."""
    try:
        allowed = writable(view, entity, row)
    except Forbidden:
        return "", ""
    except Refusal as refusal:
        return "", visit().words(refusal.message)
    return (f"{address}/edit", "") if allowed.names is None or allowed.names else ("", "")


def _badge(entity: Entity, state: str) -> Choice | None:
    found = entity.lifecycle.states.get(state) if entity.lifecycle else None
    return Choice(visit().words(found.label), found.color, found.name) if found else None


def _stages(entity: Entity, now: str) -> tuple[Stage, ...]:
    """The states before this one, this one, and those that an action leads to from here."""
    if entity.lifecycle is None:
        return ()
    names = list(entity.lifecycle.states)
    at = names.index(now) if now in names else 0
    ahead = {a.to for a in entity.lifecycle.actions.values() if now in a.sources and a.to}
    return tuple(
        Stage(visit().words(state.label), _place(number, at))
        for number, state in enumerate(entity.lifecycle.states.values())
        if number == at or state.name in ahead and number > at or number < at and not _aside(state)
    )


def _place(number: int, at: int) -> str:  # type: ignore[return]
    return "now" if number == at else "past" if number < at else "later"


def _aside(state: State) -> bool:
    return state.final


def _action(possible: Possible, address: str) -> Action:
    here, action = visit(), possible.action
    return Action(
        name=action.name,
        label=here.words(action.label),
        href=f"{address}/actions/{action.name}",
        help=here.words(action.help),
        why="" if possible.allowed else here.words(possible.reason) or _("This is not possible now."),
        asks=bool(action.ask) or action.comment != "none",
    )


def _sections(layout: Layout, states: States, record: Record, display: Display) -> Iterable[FactSection]:
    for number, section in enumerate(layout.sections, 1):
        if states[f"section-{number}"].shown:
            shown = [placed for placed in section.items if states[placed.name].shown]
            if shown:
                yield _section(section, shown, record, display)


def _section(section: PlacedSection, shown: list[Placed], record: Record, display: Display) -> FactSection:
    facts = tuple(_fact(placed, record, display) for placed in shown if placed.field.table is None)
    grids = tuple(grid_of(placed, record, display) for placed in shown if placed.field.table is not None)
    return FactSection(visit().words(section.label), section.columns, facts, grids)


def _fact(placed: Placed, record: Record, display: Display) -> Fact:
    wide = "full" if placed.field.kind == "long_text" else str(placed.item.span)
    return Fact(visit().words(placed.item.label), value_cell(placed.field, record.values, record, display), span=wide)  # type: ignore[arg-type]


def value_cell(field: Field, row: Row, record: Record, display: Display) -> Cell:
    """A value of a record or of one of its rows, as its reader may see it."""
    if field.name in record.sight.masked and row is record.values:
        masked = row.get(field.name)
        return BLANK if masked is None else Cell("secret", str(masked))
    return display.cell(field, row.get(field.name), row)


def grid_of(placed: Placed, record: Record, display: Display) -> Grid:
    """The rows of a table, with the totals that its form asks for."""
    rows: list[Row] = record.values.get(placed.name) or []  # type: ignore[assignment]
    below = record.sight.below(placed.name)
    columns = tuple(
        GridColumn(visit().words(cell.field.label), cell.field.kind in NUMERIC, _total(cell, rows, display, cell.name in placed.item.totals))
        for cell in placed.columns
    )
    cells = tuple(
        tuple(
            Cell("secret", str(row.get(c.name))) if c.name in below.masked and row.get(c.name) else display.cell(c.field, row.get(c.name), row)
            for c in placed.columns
        )
        for row in rows
    )
    return Grid(visit().words(placed.item.label), columns, cells)


def _total(cell: Placed, rows: list[Row], display: Display, wanted: bool) -> Cell | None:
    if not wanted:
        return None
    return display.cell(cell.field, total_of(cell, rows), rows[0] if rows else {})


def total_of(cell: Placed, rows: list[Row]) -> Decimal:
    """The sum of a column."""
    return sum((value for row in rows if isinstance(value := row.get(cell.name), Decimal)), Decimal(0))
