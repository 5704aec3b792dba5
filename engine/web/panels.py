"""The panels on the page of a record: the record as in its form, some of its fields, what links to it, reports about it, a text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from engine.access import never_readable, row_rule
from engine.forms import Layout, form_for, layout_of, states_of
from engine.formula import Formula, Wording
from engine.frozen import frozen
from engine.metadata import Entity, Form, Given, Panel, RelatedPanel, Tile
from engine.records import Draft, Query, Record, RecordFrame, Row, Writable, find, groups, may_know, may_use
from engine.unit_of_work import View
from engine.workflow import lifecycle_of, row_actions

from .display import Display
from .lists import Column, columns_of, grid_columns, list_rows, total_cells
from .offering import action_of
from .reading import Doings, sections_of
from .reporting import may_see
from .views import Cell, FactSection, RecordPanel, Related
from .visit import visit
from .words import _

NOTHING = Writable(frozenset())


@frozen(slots=False)
class Reading:
    """A record that is read: what its reader may see of it (`record`), and the row that formulas calculate with."""

    view: View
    entity: Entity
    row: Row
    record: Record
    display: Display

    def facts(self, form: Form) -> tuple[FactSection, ...]:
        """The fields of a form as facts."""
        layout: Layout = layout_of(self.entity, form, self.record.sight, NOTHING)
        states = states_of(self.view, layout, Draft(self.entity, self.row, dict(self.row)))
        return tuple(sections_of(layout, states, self.record, self.display, self._doings()))

    def _doings(self) -> Doings:
        """What may be done with rows that have a lifecycle of their own."""
        address, found = f"/records/{self.entity.name}/{self.record.id}", {}
        for table in self.entity.tables:
            if lifecycle_of(table) is not None and table.name not in self.record.sight.hidden:
                possible = row_actions(self.view, self.row, table)
                found[table.name] = {
                    row: tuple(action_of(each, f"{address}/{table.name}/{row}") for each in acts) for row, acts in possible.items()
                }
        return found


def panels_of(reading: Reading, panels: tuple[Panel, ...], address: Callable[[int], str]) -> Iterator[RecordPanel]:
    """The panels that the reader may see, in order; `address` is where the report of a panel is loaded from, by its number."""
    for number, panel in enumerate(panels, 1):
        if not _shown(reading, panel):
            continue
        if panel.report is not None:
            if _may_report(reading, panel.report):
                yield RecordPanel(f"panel-{number}", visit().words(panel.label), tile=address(number), live=panel.live)
        elif (made := _panel(reading, panel, f"panel-{number}")) is not None:
            yield made


def report_in(reading: Reading, panels: tuple[Panel, ...], number: int) -> Tile | None:
    """The report of the panel of that number, with what the record gives it; None where there is none for this reader."""
    panel = panels[number - 1] if 0 < number <= len(panels) else None
    if panel is None or panel.report is None or not _shown(reading, panel) or not _may_report(reading, panel.report):
        return None
    frame = RecordFrame(reading.view)
    given = {
        name: Given(each.literal if each.formula is None else each.formula(reading.row, frame)) for name, each in panel.report.given.items()
    }
    return replace(panel.report, given=given)


def _may_report(reading: Reading, tile: Tile) -> bool:
    """Whether the reader may open the report, and read what the record gives it."""
    formulas = [given.formula for given in tile.given.values() if given.formula is not None]
    return may_see(reading.view, tile) and _may_know(reading, formulas)


def _shown(reading: Reading, panel: Panel) -> bool:
    return panel.show is None or panel.show.holds(reading.row, RecordFrame(reading.view))


def _panel(reading: Reading, panel: Panel, anchor: str) -> RecordPanel | None:
    label = visit().words(panel.label)
    if panel.related is not None:
        related = _related(reading, panel.related)
        return RecordPanel(anchor, label, related=related, live=panel.live) if related is not None else None
    if panel.text is not None:
        return RecordPanel(anchor, label, text=words, live=panel.live) if (words := _text(reading, panel.text)) else None
    if panel.fields is not None:
        sections = reading.facts(Form("", reading.entity.name, (panel.fields,)))
        return RecordPanel(anchor, label, sections, live=panel.live) if sections else None
    return RecordPanel(anchor, "", reading.facts(form_for(reading.view, reading.entity, reading.row)))


def _text(reading: Reading, wording: Wording) -> str:
    """The words, or nothing where they would tell what the reader may not read."""
    if not _may_know(reading, wording.formulas):
        return ""
    return visit().words(wording.message(reading.row, RecordFrame(reading.view)))


def _may_know(reading: Reading, formulas: Sequence[Formula]) -> bool:
    return may_know(formulas, reading.row, RecordFrame(reading.view), lambda: reading.record.sight)


def _related(reading: Reading, panel: RelatedPanel) -> Related | None:
    """The first records that link here; None where the reader may see none, or not that they do."""
    view, here, number = reading.view, visit(), reading.record.id
    source = view.metadata.entities[panel.entity]
    if row_rule(source, "read", view.actor).nothing or not never_readable(source, view.actor).readable(panel.link):
        return None
    columns = columns_of(view.metadata, source, panel.columns)
    query = _query(reading, panel, columns)
    page = find(view, query)
    titles = page.records[0].titles if page.records else {}
    may_create = panel.add and not row_rule(source, "create", view.actor).nothing
    address, condition = f"/records/{source.name}", query.typed[0]
    return Related(
        columns=grid_columns(columns),
        rows=list_rows(source, columns, page.records, here.display(view, titles)),
        totals=_totals(reading, panel, query) if page.records else (),
        more=f"{address}?{urlencode({'where': condition})}" if page.next is not None and panel.where is None else "",
        new=f"{address}/new?{urlencode({panel.link: number})}" if may_create else "",
        new_label=_("New: %(kind)s", kind=here.words(source.label)),
    )


def _query(reading: Reading, panel: RelatedPanel, columns: Sequence[Column]) -> Query:
    """What is asked; what names linked records is looked up only where a column shows one."""
    source, number = reading.view.metadata.entities[panel.entity], reading.record.id
    frame = RecordFrame(reading.view)
    return Query(
        source.name,
        where=(panel.where,) if panel.where is not None else (),
        typed=(f"ANY({panel.link}, id = {number})" if source.fields[panel.link].several else f"{panel.link}.id = {number}",),
        sort=tuple(key for key in panel.sort if may_use(reading.view, source, key.path)),
        limit=panel.limit,
        paths=tuple(column.path for column in columns if column.behind),
        titles=any(column.behind or (column.field is not None and column.field.link is not None) for column in columns),
        given={name: frame.follow(reading.row, path) for name, path in panel.given.items()},
    )


def _totals(reading: Reading, panel: RelatedPanel, query: Query) -> tuple[Cell | None, ...]:
    view = reading.view
    source = view.metadata.entities[panel.entity]
    wanted = [path for path in panel.totals if may_use(view, source, path)]
    if not wanted:
        return ()
    found = groups(view, query, None, wanted).groups
    columns = columns_of(view.metadata, source, panel.columns)
    return total_cells(columns, found[0], visit().display(view, {})) if found else ()
