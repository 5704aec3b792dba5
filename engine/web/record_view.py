"""The page of one record: what it is, where it stands, what can be done with it and why something cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlencode

from engine.access import Sight, row_rule
from engine.errors import Forbidden, Refusal
from engine.frozen import frozen
from engine.metadata import FILE, Entity, Page, State, Tile, Value
from engine.records import (
    Record,
    RecordFrame,
    Row,
    followers,
    inside,
    is_archived,
    may_share,
    present,
    readable,
    stands_in_chain,
    stays,
    waiting_since,
    writable,
)
from engine.unit_of_work import View
from engine.workflow import Duty, Possible, actions, duties

from .archiving import archive_of
from .display import Display
from .frame import is_analyst
from .offering import action_of
from .panels import Reading, panels_of, report_in
from .printing import printable, printed
from .reading import value_cell
from .sharing import shared_with
from .stories import activity_of, approvals_of
from .views import Cell, Choice, Place, RecordPage, RecordPanel, Sharing, Stage, Tab
from .visit import visit
from .words import _


@frozen
class Wanted:
    """Which page of a record an address asks for, and which tab of it."""

    page: str = ""
    tab: int = 0


USUAL = Wanted()
GOOD = frozenset({"green", "lime", "teal", "blue", "success"})
"""The colours of final states that people work towards."""


def record_page(view: View, entity: Entity, row: Row, wanted: Wanted = USUAL, own: Sequence[Duty] | None = None) -> RecordPage:
    """Everything on the page of a record, the panels of one tab; `own` are the reader's tasks on it, if known. Raises Invisible."""
    here, state = visit(), str(row.get("state"))
    record = present(view, entity, [row], [readable(view, entity, row)])[0]
    described = page_for(view, entity, wanted.page)
    display, address = here.display(view, record.titles), f"/records/{entity.name}/{record.id}"
    reading = Reading(view, entity, row, record, display)
    away = is_archived(entity, row)
    possible = [p for p in actions(view, entity.name, row) if not (p.hidden or away)]
    primary = _primary(entity, possible, state)
    edit, edit_why = ("", "") if away else _editing(view, entity, row, address)
    return RecordPage(
        title=record.title or _("(untitled)"),
        number=str(record.values.get("number") or "") if entity.number else "",
        entity=here.words(entity.label),
        state=badge(entity, state),
        panels=_panels(reading, described, wanted, address),
        address=address,
        tabs=_tabs(described, address, wanted),
        header=_header(entity, described, record, display),
        stages=_stages(entity, state, described.stages),
        primary=action_of(primary, address) if primary else None,
        more=tuple(action_of(p, address) for p in possible if p is not primary),
        edit=edit,
        edit_why=edit_why,
        delete=f"{address}/delete" if _deletable(view, entity, row) else "",
        duplicate=f"/records/{entity.name}/new?copy={record.id}" if not row_rule(entity, "create", view.actor).nothing else "",
        merge=f"{address}/merge" if edit and _deletable(view, entity, row) else "",
        version=record.version,
        audience=inside(view.actor) and any(role.external for role in view.metadata.roles.values()),
        tasks=_waiting(duties(view, entity.name, row) if own is None else own),
        late=_late(view, entity, record),
        sealed=tuple(_sealed(entity, record, display)),
        who_sees=f"{address}/access" if is_analyst(view) else "",
        archive=archive_of(view, entity, row, display),
        share=Sharing(f"{address}/share", shared_with(view, entity, row)) if may_share(view, entity, row) else None,
        **(_with_account(view, row, record.id) if entity.name == "user" else {}),
        **_rail(reading, described.rail),
    )


def _with_account(view: View, row: Row, person: int) -> dict[str, Any]:
    """What administrators do with an account."""
    may_look = _may_look(view, person)
    return {
        "invite": f"/invite/{person}" if may_look else "",
        "hand_over": f"/handover/{person}" if view.actor.administrator else "",
        "look_as": f"/look-as/{person}" if may_look else "",
    }


def _rail(reading: Reading, rail: frozenset[str]) -> dict[str, Any]:
    """What stands beside the record."""
    view, entity, record = reading.view, reading.entity, reading.record
    following = followers(view, entity, record.id) if "followers" in rail else []
    return {
        "files": tuple(_files(entity, record, reading.display)) if "files" in rail else (),
        "prints": tuple(printed(reading)) if "files" in rail else (),
        "own_prints": tuple(printable(reading)) if "files" in rail else (),
        "approvals": approvals_of(view, entity, reading.row, reading.display) if "approval" in rail else (),
        "activity": activity_of(view, entity, record) if "activity" in rail else (),
        "comments": "activity" in rail,
        "followers": tuple(each.name for each in following if each.name),
        "followed": "followers" in rail,
        "chain": f"/records/{entity.name}/{record.id}/chain" if "chain" in rail and stands_in_chain(view.metadata, entity) else "",
        "follows": view.actor.id in {each.person for each in following},
    }


def page_for(view: View, entity: Entity, name: str = "") -> Page:
    """The page that this reader sees: the one of that name, else the first that is for a role of theirs, else that of the entity.

    The usual one where it is for other roles.
    """
    named = view.metadata.pages.get(name)
    if named is None or named.entity != entity.name:
        own = (page for page in view.metadata.pages_for_some.get(entity.name, ()) if _is_for(view, page))
        named = next(own, view.metadata.page_of(entity.name))
    may = not named.access or view.actor.administrator or _is_for(view, named)
    return named if may or named.otherwise is None else named.otherwise


def _is_for(view: View, page: Page) -> bool:
    return any(view.actor.plays(role) for role in page.access)


def report_panel(view: View, entity: Entity, row: Row, wanted: Wanted, number: int) -> Tile | None:
    """The report in a panel of that page and tab; None where there is none for this reader. Raises Invisible."""
    record = present(view, entity, [row], [readable(view, entity, row)])[0]
    described = page_for(view, entity, wanted.page)
    reading = Reading(view, entity, row, record, visit().display(view, record.titles))
    return report_in(reading, described.tabs[_open(described, wanted.tab)].panels, number)


def _panels(reading: Reading, described: Page, wanted: Wanted, address: str) -> tuple[RecordPanel, ...]:
    """The panels of the tab that is open."""
    tab, named = _open(described, wanted.tab), f"?{urlencode({'page': wanted.page})}" if wanted.page else ""
    return tuple(panels_of(reading, described.tabs[tab].panels, lambda number: f"{address}/panels/{tab}/{number}{named}"))


def _open(described: Page, tab: int) -> int:
    return tab if 0 <= tab < len(described.tabs) else 0


def _tabs(described: Page, address: str, wanted: Wanted) -> tuple[Tab, ...]:
    """The tabs of a page that has some, with their addresses."""
    now, found = _open(described, wanted.tab), []
    for number, tab in enumerate(described.tabs):
        asked = {**({"page": wanted.page} if wanted.page else {}), **({"tab": number} if number else {})}
        found.append(Tab(visit().words(tab.label), f"{address}?{urlencode(asked)}" if asked else address, number == now))
    return tuple(found) if len(found) > 1 else ()


def _header(entity: Entity, described: Page, record: Record, display: Display) -> tuple[tuple[str, Cell], ...]:
    """What stands under the title: blank fields and such as the reader does not see do not."""
    fields = [entity.fields[name] for name in described.header if name not in record.sight.hidden]
    cells = ((field, value_cell(field, record.values, record.sight, display)) for field in fields)
    return tuple((visit().words(field.label), cell) for field, cell in cells if not cell.blank)


def _files(entity: Entity, record: Record, display: Display) -> Iterator[Cell]:
    """The files of the record and of its rows."""
    yield from _of_rows(entity, [record.values], record.sight, display)
    for field in entity.tables:
        if field.table is not None and field.name not in record.sight.hidden:
            rows = cast("Sequence[Mapping[str, Value]]", record.values.get(field.name) or ())
            yield from _of_rows(field.table, rows, record.sight.below(field.name), display)


def _of_rows(owner: Entity, rows: Sequence[Mapping[str, Value]], sight: Sight, display: Display) -> Iterator[Cell]:
    holding = [field for field in owner.fields.values() if field.link and field.link.entity == FILE and sight.readable(field.name)]
    for row in rows:
        for field in holding:
            cell = value_cell(field, row, sight, display)
            yield from (Cell("file", each.text, each.href) for each in cell.links or (cell,) if each.href)


def _deletable(view: View, entity: Entity, row: Row) -> bool:
    return not (stays(entity, row) or is_archived(entity, row)) and row_rule(entity, "delete", view.actor).holds(row, RecordFrame(view))


def _late(view: View, entity: Entity, record: Record) -> str:
    """Which numbers on the page are right in a moment only."""
    if not waiting_since(view, entity, [record.id]):
        return ""
    here = visit()
    names = [here.words(f.label) for f in entity.fields.values() if f.keep == "deferred" and record.sight.readable(f.name)]
    return _("Being calculated anew just now: %(fields)s", fields=", ".join(names)) if names else ""


def _sealed(entity: Entity, record: Record, display: Display) -> Iterator[str]:
    """What of the record is still sealed, and until when."""
    here = visit()
    own = {name: until for name, until in record.sealed.items() if _is_own(entity, name)}

    def named(names: Iterable[str]) -> str:
        found = {name.partition(".")[0] for name in names}
        return ", ".join(here.words(field.label) for field in entity.fields.values() if field.name in found)

    for until in sorted(set(own.values()), key=lambda at: (at is None, at)):
        fields = named(name for name, at in own.items() if at == until)
        yield (
            _("Sealed until %(when)s: %(fields)s", when=display.moment(until), fields=fields)
            if until is not None
            else _("Sealed until a time that is not known yet: %(fields)s", fields=fields)
        )
    if blank := record.sealed.keys() - own.keys():
        yield _("Blank as long as what they are computed from is sealed: %(fields)s", fields=named(blank))


def _is_own(entity: Entity, path: str) -> bool:
    """Whether a sealed field or cell has a seal, and does not just rest on what is sealed in other records."""
    name, _, cell = path.partition(".")
    field = entity.fields[name]
    return (field if field.table is None else field.table.fields[cell]).seal is not None


def _primary(entity: Entity, possible: list[Possible], state: str) -> Possible | None:
    """What is most likely wanted: an allowed action, else one whose conditions are missing; never one that ends badly."""
    wanted = [p for p in possible if not _ends_badly(entity, p.action.to)]
    return next((p for p in wanted if p.allowed), None) or next((p for p in wanted if state in p.action.sources), None)


def _ends_badly(entity: Entity, state: str | None) -> bool:
    found = entity.lifecycle.states.get(state or "") if entity.lifecycle else None
    return found is not None and found.final and found.color not in GOOD


def _may_look(view: View, person: int) -> bool:
    return view.actor.administrator and visit().behind is None and person != view.actor.id


def _waiting(own: Sequence[Duty]) -> tuple[Choice, ...]:
    """What waits for the reader, with the way to each task."""
    words = ((each.task.id, visit().words(each.step.label)) for each in own)
    return tuple(Choice(_("This is waiting for you: %(step)s.", step=step), value=f"/inbox/{number}") for number, step in words)


def _editing(view: View, entity: Entity, row: Row, address: str) -> tuple[str, str]:
    """The address of the form, or the reason why it cannot be opened now; neither for those who never may."""
    try:
        allowed = writable(view, entity, row)
    except Forbidden:
        return "", ""
    except Refusal as refusal:
        return "", visit().words(refusal.message)
    return (f"{address}/edit", "") if allowed.names is None or allowed.names else ("", "")


def badge(entity: Entity, state: str) -> Choice | None:
    """The state of a record, as a badge; None where it has none."""
    found = entity.lifecycle.states.get(state) if entity.lifecycle else None
    return Choice(visit().words(found.label), found.color, found.name) if found else None


def _stages(entity: Entity, now: str, named: Sequence[str] = ()) -> tuple[Stage, ...]:
    """The states before this one, this one, and those that an action leads to from here; of those that the page names."""
    if entity.lifecycle is None:
        return ()
    states = tuple(state for state in entity.lifecycle.states.values() if not named or state.name in named or state.name == now)
    at = next((number for number, state in enumerate(states) if state.name == now), 0)
    ahead = {action.to for action in entity.lifecycle.actions.values() if now in action.sources and action.to}
    return tuple(
        Stage(visit().words(state.label), _place(number, at))
        for number, state in enumerate(states)
        if _on_the_way(state, number, at, ahead)
    )


def _on_the_way(state: State, number: int, at: int, ahead: set[str]) -> bool:
    return number == at or (number > at and state.name in ahead) or (number < at and not state.final)


def _place(number: int, at: int) -> Place:
    return "now" if number == at else "past" if number < at else "later"
