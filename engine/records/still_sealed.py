"""What is computed from values of other records that are sealed there: nothing, until all of them are open (LANGUAGE 5.7)."""

from __future__ import annotations

from engine.formula import CollectionPath, Root
from engine.metadata import Field

from .draft import Row, envelopes
from .frame import RecordFrame


def rests_on_sealed(frame: RecordFrame, field: Field, row: Row) -> bool:
    """Whether something that a field of this row is computed from is still sealed in another record."""
    sources = frame.view.metadata.derivations.sealed_sources.get((field.entity, field.name), ())
    return any(
        names & envelopes(each).keys() for hops, names in sources for each in frame.rows(row, CollectionPath(Root.ROW, field.entity, hops))
    )
