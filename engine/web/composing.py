"""A form put together: the record as it would be with what was typed, how every input stands, and the candidates of its links."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from engine.access import CLEAR
from engine.errors import Problem
from engine.forms import Layout, Placed, Sent, bind, filled, form_for, layout_of, states_of
from engine.frozen import frozen
from engine.metadata import Entity
from engine.records import Row, Writable, part_of, preview, readable, seen_of, titles_of_links, writable
from engine.unit_of_work import View

from .inputs import Filled, edit_text, make_input
from .lookups import offers
from .newly import add_newly_seen
from .quick import makings
from .reading import total_of
from .scanned import with_records
from .views import Cell
from .visit import visit

Parameters = Mapping[str, Sequence[str]]


@frozen
class Output:
    """A computed value that changes while somebody types."""

    id: str
    cell: Cell
    numeric: bool


@frozen(slots=False)
class Composed:
    """A form as it stands."""

    filled: Filled
    sent: Sent

    def outputs(self) -> Iterator[Output]:
        """All values that are shown and cannot be typed, with their places."""
        for placed in self.filled.layout.placed():
            if placed.field.table is not None:
                yield from self._cells(placed)
            elif placed.field.computed:
                yield self._output(placed, placed.name, self.filled.draft.new)

    def _cells(self, table: Placed) -> Iterator[Output]:
        draft = self.filled.draft.new
        for number, row in enumerate(seen_of(draft, table.field), 1):
            for cell in table.columns:
                if cell.field.computed and cell.name not in part_of(row).closed:
                    yield self._output(cell, f"{table.name}.{number}.{cell.name}", row)
        for cell in table.columns:
            rows = seen_of(draft, table.field, cell.name)
            if cell.name in table.item.totals and cell.mask is None and rows:
                shown = self.filled.display.cell(cell.field, total_of(cell, rows), rows[0])
                yield Output(f"total-{table.name}-{cell.name}", shown, True)

    def _output(self, placed: Placed, name: str, row: Row) -> Output:
        made = make_input(self.filled, placed, name, row)
        assert made.cell is not None
        return Output(made.id, made.cell, made.numeric)

    def state(self) -> str:
        """Which inputs show, are needed, and what a link filled in: JSON for the page's script."""
        known: dict[str, dict[str, object]] = {
            name: {"shown": state.shown, "required": state.required} for name, state in self.filled.states.items()
        }
        for name, (described, row) in filled(self.filled.layout, self.filled.draft).items():
            if name in known:
                value = row.get(described.name)
                known[name] |= {
                    "fill": edit_text(described, value, self.filled.display),
                    "words": self.filled.display.text(described, value, row),
                }
        return json.dumps(known, ensure_ascii=False, separators=(",", ":"))


@frozen
class Typed:
    """What was typed into a form, and what is wrong with it; `texts` None is a form that was not sent yet.

    `changed` is the input that was changed last, while somebody types; `begun` is what a new record begins with.
    """

    texts: Parameters | None = None
    problems: Sequence[Problem] = ()
    changed: str = ""
    begun: Mapping[str, object] = field(default_factory=dict)


UNTOUCHED = Typed()


@frozen
class Occasion:
    """What a form is for: with `only` no other fields than these (a step of a workflow), of which `must` are needed.

    Without `offer`, no candidates for links are looked for.
    """

    only: frozenset[str] | None = None
    must: frozenset[str] = frozenset()
    offer: bool = True


FULL = Occasion()
QUIET = Occasion(offer=False)


def compose(view: View, entity: Entity, row: Row | None, typed: Typed = UNTOUCHED, occasion: Occasion = FULL) -> Composed:
    """The form of a record (`row` None: of a new one) with what was typed. Raises Forbidden, Refusal, Invisible."""
    sight = readable(view, entity, row) if row is not None else CLEAR
    allowed = writable(view, entity, row)
    layout = layout_of(entity, form_for(view, entity, row), sight, allowed, occasion.only)
    return fill_in(view, Blank(layout, row, allowed), typed, occasion)


@frozen(slots=False)
class Blank:
    """A form before anything is typed: where its fields stand, the record it is about, and what of it may be written.

    `address` is where its links are looked up; blank: at the record. Without `opens` its files are named, and not offered to be opened.
    """

    layout: Layout
    row: Row | None
    allowed: Writable
    address: str = ""
    opens: bool = True


def fill_in(view: View, blank: Blank, typed: Typed, occasion: Occasion) -> Composed:
    """A form with a layout of its own."""
    layout, row = blank.layout, blank.row
    texts, unknown = (None, ()) if typed.texts is None else with_records(view, layout, typed.texts)
    sent = bind(layout, texts, typed.changed) if texts is not None else Sent()
    if row is not None and texts is not None:
        add_newly_seen(view, layout, row, (texts, sent))
    draft = preview(view, layout.entity, row, {**typed.begun, **sent.values}, blank.allowed)
    states = states_of(view, layout, draft, occasion.must)
    display = visit().display(view, titles_of_links(view, layout.entity, [draft.new]))
    options = offers(view, layout, draft, states) if occasion.offer else {}
    address = blank.address or f"/records/{layout.entity.name}" + (f"/{row['id']}" if row is not None else "")
    making = {} if blank.address or not occasion.offer else makings(view, layout, address)
    return Composed(
        Filled(layout, draft, states, display, sent.texts, (*typed.problems, *unknown), options, address, blank.opens, making), sent
    )
