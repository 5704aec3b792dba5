"""Looking for words in everything a person may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.frozen import frozen
from engine.metadata import Entity
from engine.unit_of_work import View

from .find import Query, find
from .present import Record
from .words import has_words


@frozen
class Hits:
    """The records of one entity that have the words, newest first; `more` tells that there are others."""

    entity: Entity
    records: Sequence[Record]
    more: bool


def search(view: View, text: str, each: int = 5, among: Iterable[str] | None = None, *, archived: bool | None = False) -> list[Hits]:
    """The records with all words of `text` in fields that the actor may read, at most `each` per entity, in the order of the file.

    `archived` asks for archived records alone, or (None) for them too.
    """
    wanted = None if among is None else frozenset(among)
    found = []
    for entity in view.metadata.documents:
        asked = (wanted is None or entity.name in wanted) and (entity.archives or not archived)
        if asked and text.strip() and has_words(entity):
            page = find(view, Query(entity.name, words=text, limit=each, fields=frozenset(), titles=False, archived=archived))
            if page.records:
                found.append(Hits(entity, page.records, page.next is not None))
    return found
