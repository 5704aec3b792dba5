"""What is still sealed among the records that somebody asks for: where such values count as blank, that is said (LANGUAGE 5.7).

How many values are sealed is no secret: rows are counted by whoever sees them. Of fields that the reader may not read nothing is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.formula import Formula
from engine.frozen import frozen
from engine.metadata import Field
from engine.unit_of_work import View

from .find import COUNTED, Query, count, used_in
from .sealed_reads import sealed_reads, where_sealed


@frozen
class StillSealed:
    """Fields that a question reads, and how many of the records asked for hold a sealed value there (at most `COUNTED` + 1)."""

    fields: tuple[Field, ...]
    records: int


def sealed_among(view: View, query: Query, used: Sequence[Formula] = ()) -> StillSealed | None:
    """What a question treats as blank because it is sealed: in its conditions and its order, and in what is `used` beside them.

    It is counted without these conditions. None where nothing is sealed. Raises what `find` raises.
    """
    entity = view.metadata.entities[query.entity]
    reading = [formula for formula in (*query.where, *used_in(view, query), *used) if sealed_reads(view.metadata, formula)]
    holds = where_sealed(view, entity, reading)
    if holds is None:
        return None
    fixed = tuple(formula for formula in query.where if formula not in reading)
    plain = Query(query.entity, where=(*fixed, holds), ids=query.ids, at=query.at, given=query.given, archived=query.archived)
    found = count(view, plain, COUNTED)
    fields = dict.fromkeys(field for formula in reading for field in sealed_reads(view.metadata, formula))
    return StillSealed(tuple(fields), found) if found else None
