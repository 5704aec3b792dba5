"""Prints that people make themselves: offered to whoever may read all that they tell, in their language, and not kept."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import Forbidden, Invisible, Message
from engine.metadata import Print, PrintBlock
from engine.records import Record, RecordFrame, fetch, load, may_be_told, may_print
from engine.unit_of_work import View

from .effects import Row
from .sheet_words import stands, words_of


def own_prints(view: View, record: Record, row: Row) -> list[Print]:
    """The prints of a record that the actor may make now."""
    return [sheet for sheet in view.metadata.prints.values() if sheet.entity == record.entity and _may(view, sheet, record, row)]


def print_for_reader(view: View, name: str, number: int) -> dict[str, object]:
    """The words of a print of a record for the actor. Raises Invisible for a record or print that is not there, Forbidden."""
    sheet = view.metadata.prints.get(name)
    if sheet is None:
        raise Invisible
    record, row = load(view, sheet.entity, number), fetch(view, sheet.entity, number)
    if not _may(view, sheet, record, row):
        raise Forbidden(Message("You may not print this now."))
    return words_of(view, (sheet, row), _standing(view, sheet, row), view.actor.language)


def _may(view: View, sheet: Print, record: Record, row: Row) -> bool:
    """Whether the print is for one of the actor's roles, may be made now, and tells nothing that is hidden from them."""
    if sheet.roles and not (view.actor.administrator or any(view.actor.plays(role) for role in sheet.roles)):
        return False
    if sheet.when is not None and not sheet.when.holds(row, RecordFrame(view)):
        return False
    if not may_print(view, view.metadata.entities[sheet.entity], dict(row)):
        return False
    blocks = _standing(view, sheet, row)
    return may_be_told(view, record, _told(sheet, blocks), within=any(block.approvals for block in blocks))


def _standing(view: View, sheet: Print, row: Row) -> list[PrintBlock]:
    return [block for block in sheet.blocks if stands(view, block, row)]


def _told(sheet: Print, blocks: Iterable[PrintBlock]) -> frozenset[str]:
    return sheet.read.union(*(block.read for block in blocks))
