"""What is computed from values of other records that are sealed there: nothing, until all of them are open (LANGUAGE 5.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from engine.access import Sight
from engine.formula import CollectionPath, Root
from engine.metadata import Entity, Field, Metadata
from engine.storage import Asking, Listing
from engine.unit_of_work import View

from .draft import Row, envelopes, key_of
from .frame import RecordFrame
from .sealed_reads import where_sealed
from .visible import reader


def rests_on_sealed(frame: RecordFrame, field: Field, row: Row) -> bool:
    """Whether something that a field of this row is computed from is still sealed in another record."""
    sources = frame.view.metadata.derivations.sealed_sources.get((field.entity, field.name), ())
    return any(
        names & envelopes(each).keys() for hops, names in sources for each in frame.rows(row, CollectionPath(Root.ROW, field.entity, hops))
    )


def kept_blank(view: View, entity: Entity, rows: Sequence[Row], sights: Sequence[Sight]) -> Mapping[int, Sequence[str]]:
    """The fields, by record, that are blank because they rest on what is sealed in records that the actor sees.

    Where they see none of those they are not even told that there are some. One statement for a field that is blank somewhere.
    """
    found: dict[int, list[str]] = {}
    for field in _resting(view.metadata, entity):
        blank = [key_of(row) for row, sight in zip(rows, sights, strict=True) if _lacks(row, sight, field.name)]
        for number in _sealed_in(view, entity, field, blank) if blank else ():
            found.setdefault(number, []).append(field.name)
    return found


@lru_cache(maxsize=1024)
def _resting(metadata: Metadata, entity: Entity) -> tuple[Field, ...]:
    """The fields of an entity that may rest on what is sealed in other records."""
    return tuple(field for field in entity.fields.values() if (entity.name, field.name) in metadata.derivations.sealed_sources)


def _lacks(row: Row, sight: Sight, name: str) -> bool:
    return name in row and row[name] is None and sight.readable(name)


def _sealed_in(view: View, entity: Entity, field: Field, numbers: Sequence[int]) -> list[int]:
    holds = where_sealed(view, entity, field.made_of)
    if holds is None:
        return []
    asking = Asking(RecordFrame(view), reader(view, entity), len(numbers), ids=numbers)
    return [key_of(found.row) for found in view.lists.page(view.connection, Listing(entity.name, where=(holds,), some=True), asking)]
