"""Records into a file: those that the person may read and export, under the filter and in the order of a list.

Records are read page by page in one snapshot and written as they come, so that the memory does not grow with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO, Literal

from engine.errors import Message, Refusal
from engine.metadata import FileKind
from engine.records import Query, Record, exportable, find, titles
from engine.sheets import CsvBook, XlsxBook
from engine.unit_of_work import View

from .cells import PEOPLE, Writer
from .columns import Plan

PAGE = 500
Kind = Literal["csv", "xlsx"]
BOOKS: dict[Kind, type[CsvBook | XlsxBook]] = {"csv": CsvBook, "xlsx": XlsxBook}
"""The kinds of file that records are written to."""
MIMES: Mapping[FileKind, str] = {**{kind: book.mime for kind, book in BOOKS.items()}, "pdf": "application/pdf"}


def export(view: View, query: Query, plan: Plan, kind: Kind, stream: BinaryIO) -> int:
    """Write the records of `query` into `stream`; how many there were.

    Raises Forbidden where nothing may be exported, Refusal when there are more than a sheet holds, and what `find` raises.
    """
    book = BOOKS[kind](stream, plan.part, plan.parts)
    writer = Writer(plan, view.zone)
    count = 0
    try:
        for records in _pages(view, replace(query, paths=plan.paths), tables=bool(plan.tables)):
            for record in _with_people(view, plan, records):
                book.add(*writer.record(record))
                count += 1
    except OverflowError as more:
        raise Refusal(Message("There are more rows than a sheet can hold. Please filter the list, or export it as CSV.")) from more
    finally:
        book.close()
    return count


def everything(view: View, query: Query, *, tables: bool) -> Iterator[Record]:
    """All records of a question that the actor may read and export, one after the other."""
    for records in _pages(view, query, tables=tables):
        yield from records


def _pages(view: View, query: Query, *, tables: bool) -> Iterator[Sequence[Record]]:
    entity = view.metadata.entities[query.entity]
    query = replace(query, where=(*query.where, *exportable(view, entity)), limit=PAGE, tables=tables, titles=True)
    while True:
        page = find(view, query)
        yield page.records
        if page.next is None:
            return
        query = replace(query, after=page.next)


def _with_people(view: View, plan: Plan, records: Sequence[Record]) -> Sequence[Record]:
    """The same with the names of those who made and changed them, where the file has such a column."""
    columns = [place.name for place in plan.main if place.name in PEOPLE]
    ids = {number for record in records for name in columns if isinstance(number := record.values.get(name), int)}
    if not ids:
        return records
    names = {("user", number): title for number, title in titles(view, "user", ids).items()}
    return [record._replace(titles={**record.titles, **names}) for record in records]
