"""What names a record elsewhere: its title, where the reader may know it (DESIGN section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.errors import Message
from engine.metadata import USER, Entity, Value
from engine.unit_of_work import View

from .draft import Row, ids_of, key_of
from .frame import RecordFrame, frame_of
from .rows import fetch_many
from .visible import visible_rows

KEPT = 10_000
"""About how many titles of an entity a view remembers."""


def in_portal(view: View) -> bool:
    """Whether the actor stays in a portal, where other people have no names but those that their rules let them read."""
    return view.metadata.portal_of(view.actor.roles) is not None


def titles_of_links(view: View, entity: Entity, rows: Iterable[Mapping[str, Value]]) -> dict[tuple[str, int], str | None]:
    """What names the records that these rows and their child rows link to, by entity and id; one statement per entity."""
    wanted: dict[str, set[int]] = {}
    _collect_links(entity, rows, wanted)
    return {(target, number): title for target, ids in wanted.items() if ids for number, title in titles(view, target, ids).items()}


def _collect_links(entity: Entity, rows: Iterable[Mapping[str, Value]], wanted: dict[str, set[int]]) -> None:
    rows = list(rows)
    for link in entity.links if rows else ():
        assert link.link is not None
        wanted.setdefault(link.link.entity, set()).update(number for row in rows if isinstance(number := row.get(link.name), int))
    for links in (*entity.relations, *entity.led) if rows else ():
        assert links.link is not None
        wanted.setdefault(links.link.entity, set()).update(number for row in rows for number in ids_of(links, row.get(links.name)) or ())
    for table in entity.tables if rows else ():
        assert table.table is not None
        _collect_links(table.table, [below for row in rows for below in row.get(table.name) or ()], wanted)  # type: ignore[attr-defined]


def titles(view: View, entity_name: str, numbers: Iterable[int]) -> dict[int, str | None]:
    """What names these records, None for those whose title the actor may not know (DESIGN section 5)."""
    known = {} if view.named is None else view.named.setdefault(entity_name, {})
    if len(known) > KEPT:
        known.clear()
    ids = sorted(set(numbers))
    if missing := [number for number in ids if number not in known]:
        known.update(_asked(view, entity_name, missing))
    return {number: known[number] for number in ids if number in known}


def _asked(view: View, entity_name: str, ids: Sequence[int]) -> dict[int, str | None]:
    entity = view.metadata.entities[entity_name]
    if entity.document is not None:
        return _row_titles(view, entity, ids)
    told = entity.title_public and not (entity_name == USER and in_portal(view))
    found = fetch_many(view, entity_name, ids) if told else visible_rows(view, entity, ids)
    frame = RecordFrame(view)
    frame.prefetch(list(found.values()), [entity.title])
    named = {number: str(entity.title(row, frame) or "") for number, row in found.items()}
    return {number: named.get(number) for number in ids}


def _row_titles(view: View, entity: Entity, ids: Sequence[int]) -> dict[int, str | None]:
    """Rows are seen with their document, as far as rules of their table leave them."""
    assert entity.document is not None
    found = visible_rows(view, entity, ids)
    documents = titles(view, entity.document, {row["document_id"] for row in found.values()})  # type: ignore[misc]
    frame = RecordFrame(view)
    named = {
        number: f"{documents[row['document_id']]} · {entity.title(row, frame) or ''}"  # type: ignore[index]
        for number, row in found.items()
        if documents.get(row["document_id"])  # type: ignore[call-overload]
    }
    return {number: named.get(number) for number in ids}


def told_of(view: View, entity: Entity, row: Row, words: Message) -> Message:
    """What is wrong with a record that somebody's work concerns beside their own; neither title nor words where they do not see it."""
    if not visible_rows(view, entity, [key_of(row)]):
        return Message("{entity}: a record that you may not see does not fit.", {"entity": entity.plural})
    return Message("{record}: {words}", {"record": own_title(view, entity, row), "words": words})


def own_titles(view: View, entity: Entity, rows: Sequence[Row]) -> list[str]:
    """What names these very records, as the system knows it."""
    if entity.document is not None:
        return [own_title(view, entity, row) for row in rows]
    frame, title = RecordFrame(view), entity.title
    return [str(title(row, frame) or "") for row in rows]


def own_title(view: View, entity: Entity, row: Row) -> str:
    """What names this very record, as the system knows it."""
    return str(entity.title(row, frame_of(view, row)) or "")
