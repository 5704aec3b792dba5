"""What other records say about one: for each link that leads here and names its other end, the newest few."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from engine.access import never_readable, row_rule
from engine.metadata import Entity
from engine.records import Query, find
from engine.unit_of_work import View

from .lists import columns_of, grid_columns, list_rows
from .views import Related
from .visit import visit
from .words import _

SHOWN = 5
COLUMNS = 5


def related_to(view: View, entity: Entity, number: int) -> Iterator[Related]:
    """The panels below a record, those that its reader may see."""
    for name, link in view.metadata.inverse.get(entity.name, ()):
        source = view.metadata.entities[name]
        if source.relation and source.document is not None:
            source = view.metadata.entities[source.document]
        field = source.fields[link]
        named = field.link is not None and field.link.inverse is not None
        if named and source.document is None and source.api and _readable(view, source, link):
            yield _panel(view, source, link, number)


def _readable(view: View, source: Entity, link: str) -> bool:
    return not row_rule(source, "read", view.actor).nothing and never_readable(source, view.actor).readable(link)


def _panel(view: View, source: Entity, link: str, number: int) -> Related:
    here = visit()
    condition = f"ANY({link}, id = {number})" if source.fields[link].relation else f"{link}.id = {number}"
    paths = [c for c in view.metadata.list_of(source.name).columns if c != link][:COLUMNS]
    columns = columns_of(view.metadata, source, paths)
    behind = tuple(column.path for column in columns if column.behind)
    page = find(view, Query(source.name, typed=(condition,), limit=SHOWN, paths=behind))
    titles = page.records[0].titles if page.records else {}
    may_create = not row_rule(source, "create", view.actor).nothing
    address = f"/records/{source.name}"
    return Related(
        label=here.words(source.plural),
        columns=grid_columns(columns),
        rows=list_rows(source, columns, page.records, here.display(view, titles)),
        more=f"{address}?{urlencode({'where': condition})}" if page.next is not None else "",
        new=f"{address}/new?{urlencode({link: number})}" if may_create else "",
        new_label=_("New: %(kind)s", kind=here.words(source.label)),
    )
