"""Somebody else was faster: both versions of a record, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.errors import Conflict
from engine.metadata import Entity, Field
from engine.records import Row, fetch, own_title, part_of, seen_of, seen_rows
from engine.unit_of_work import View

from .composing import QUIET, Typed, compose
from .display import Display
from .views import Version, VersionsPage
from .visit import visit
from .words import _, ngettext

Parameters = Mapping[str, Sequence[str]]


def versions_page(view: View, entity: Entity, number: int, texts: Parameters, conflict: Conflict) -> VersionsPage:
    """What the person typed beside what was saved meanwhile; only fields that differ."""
    row = fetch(view, entity.name, number)
    mine = compose(view, entity, row, Typed(texts), QUIET)
    row = seen_rows(view, entity, row)
    display, draft = mine.filled.display, mine.filled.draft
    fields = [placed.field for placed in mine.filled.layout.placed() if placed.name in mine.sent.values]
    versions = tuple(
        Version(field.name, visit().words(field.label), "", _words(display, field, draft.new), _words(display, field, row))
        for field in fields
        if _differs(field, draft.new, row)
    )
    address = f"/records/{entity.name}/{number}"
    return VersionsPage(
        title=_("Two versions of %(title)s", title=own_title(view, entity, row)),
        who=visit().words(conflict.message) + " " + _("Choose field by field what shall stand."),
        when="",
        versions=versions,
        address=f"{address}/edit",
        back=address,
        version=str(row["version"]),
        kept=tuple(_kept(texts)),
    )


def _differs(field: Field, mine: Row, theirs: Row) -> bool:
    """Whether a field differs, of a table as far as it is seen."""
    if field.table is None:
        return mine.get(field.name) != theirs.get(field.name)
    rows = [{name: value for name, value in row.items() if name not in part_of(row).closed} for row in seen_of(mine, field)]
    return rows != seen_of(theirs, field)


def _words(display: Display, field: Field, row: Row) -> str:
    if field.table is not None:
        return ngettext("%(num)s row", "%(num)s rows", len(seen_of(row, field)))
    return display.text(field, row.get(field.name), row)


def _kept(texts: Parameters) -> Iterator[tuple[str, str]]:
    """What was typed, to be sent again with the choices."""
    for name, values in texts.items():
        if name not in ("csrf_token", "_version", "_proof") and not name.startswith("_choose."):
            yield from ((name, value) for value in values)


def chosen(texts: Parameters) -> dict[str, list[str]]:
    """The parameters of a form without the fields for which the other version was chosen."""
    theirs = {name.removeprefix("_choose.") for name, values in texts.items() if name.startswith("_choose.") and values[-1] == "theirs"}
    return {name: list(values) for name, values in texts.items() if name.split(".")[0] not in theirs and not name.startswith("_choose.")}
