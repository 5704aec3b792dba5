"""What lists, counts, groups and searches of things must give to one person, told row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

import pytest

from engine import records
from engine.errors import Invalid
from engine.metadata import GroupBy, SortKey, Value
from engine.records import Inside, Query
from engine.unit_of_work import View

T = TypeVar("T")
ASKED = (False, True, None)
"""What is asked of the archive: nothing of it, only it, or it too."""
AMOUNT, KIND = GroupBy("amount"), GroupBy("kind")


@dataclass(frozen=True)
class Thing:
    """A thing as one person sees it: what is hidden from them is blank."""

    id: int
    values: Mapping[str, Value]
    archived: bool

    @property
    def amount(self) -> Decimal | None:
        found = self.values.get("amount")
        return found if isinstance(found, Decimal) else None


@dataclass(frozen=True)
class Reader:
    """The things that a person sees, and the fields that they see in no row (`shut`), and in some rows not (`ajar`)."""

    view: View
    things: Sequence[Thing]
    shut: frozenset[str]
    ajar: frozenset[str]

    def check(self) -> None:
        """Every way of asking gives exactly these things, whatever is asked of the archive."""
        for archived in ASKED:
            asked = [thing for thing in self.things if archived is None or thing.archived is archived]
            self._check_filters(asked, archived)
            self._check_orders(asked, archived)
            self._check_groups(asked, archived)
            self._check_words(asked, archived)
        away = [thing.id for thing in self.things if thing.archived]
        assert self._walk(Query("thing", typed=("archived_at <> null",))) == away, "a condition that names it says itself what it means"
        past = Query("thing", typed=("archived_at = null",), archived=None)
        assert self._walk(past) == [thing.id for thing in self.things if not thing.archived]

    def _check_filters(self, asked: Sequence[Thing], archived: bool | None) -> None:
        self._ask(Query("thing", archived=archived), "", [thing.id for thing in asked])
        many = [thing.id for thing in asked if thing.amount is not None and thing.amount > 2]
        self._ask(Query("thing", typed=("amount > 2",), archived=archived), "amount", many)
        blank = [thing.id for thing in asked if thing.values.get("kind") is None]
        self._ask(Query("thing", typed=("kind = null",), archived=archived), "kind", blank)

    def _check_orders(self, asked: Sequence[Thing], archived: bool | None) -> None:
        for down in (True, False):
            sign = -1 if down else 1
            ordered = sorted(asked, key=lambda thing: (thing.amount is None, sign * (thing.amount or 0), sign * thing.id))
            query = Query("thing", sort=(SortKey("amount", descending=down),), archived=archived)
            self._ask(query, "amount", [thing.id for thing in ordered], ordered=True)

    def _check_groups(self, asked: Sequence[Thing], archived: bool | None) -> None:
        for by in (AMOUNT, KIND):
            query, counted = Query("thing", archived=archived), Counter(thing.values.get(by.path) for thing in asked)
            found = self._allowed(by.path, lambda: records.groups(self.view, query, by))  # noqa: B023 - at once
            if found is None:
                continue
            assert ({each.value: each.count for each in found.groups}, found.rows) == (counted, len(asked))
            for group in found.groups:
                inside = [thing.id for thing in asked if thing.values.get(by.path) == group.value]
                self._ask(Query("thing", inside=Inside(by, group.token), archived=archived), by.path, inside)

    def _check_words(self, asked: Sequence[Thing], archived: bool | None) -> None:
        for word in ("x", "y"):
            found = [thing.id for thing in asked if thing.values.get("secret") == word and "secret" not in self.ajar]
            self._ask(Query("thing", words=word, archived=archived), "", found)
            if archived is False:
                hits = [record.id for hit in records.search(self.view, word, among=["thing"]) for record in hit.records]
                assert hits == found[:5]

    def _ask(self, query: Query, name: str, expected: Sequence[int], *, ordered: bool = False) -> None:
        """The list page by page, and its count."""
        found = self._allowed(name, lambda: self._walk(query))
        if found is not None:
            assert (found if ordered else sorted(found, reverse=True)) == list(expected)
            assert records.count(self.view, query) == len(expected)

    def _allowed(self, name: str, ask: Callable[[], T]) -> T | None:
        """What somebody hears who asks by the field `name`, and nothing where it may not be asked by."""
        if name not in self.shut:
            return ask()
        with pytest.raises(Invalid):
            ask()
        return None

    def _walk(self, query: Query) -> list[int]:
        found, after = [], None
        for limit in (1, 2, 3, 100):
            page = records.find(self.view, replace(query, limit=limit, after=after))
            found += [record.id for record in page.records]
            after = page.next
            if after is None:
                break
        return found
