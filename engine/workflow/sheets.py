"""Sheets: the row of a child entity that each person of a step files as their part (`form:` of a step).

One row per record and person: in a later round the person corrects the same row, and its history keeps what it said before.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.metadata import Sheet, Step
from engine.records import Demands, Opened, Row, fetch, fill_in
from engine.unit_of_work import UnitOfWork, View

from . import ledger
from .course import workflow_of
from .model import Task


def sheet_of(view: View, task: Task) -> str | None:
    """The entity of which the person of a task files a row; None where they write the record itself."""
    instance = ledger.instance_of(view.connection, task.instance_id)
    step = workflow_of(view, instance).step(task.step) if instance is not None else None
    return step.sheet.entity if step is not None and step.sheet is not None else None


def own_sheet(view: View, sheet: Sheet, record: int) -> Row | None:
    """The row that the acting person has filed for a record; None where they have not yet."""
    table = view.tables.table(sheet.entity)
    mine = (table.c[sheet.link] == record) & (table.c["created_by"] == view.actor.id)
    number = view.connection.execute(table.select().with_only_columns(table.c["id"]).where(mine).order_by(table.c["id"])).scalar()
    return None if number is None else fetch(view, sheet.entity, number)


def file_sheet(uow: UnitOfWork, step: Step, record: int, values: Mapping[str, object]) -> Row:
    """File the acting person's row, complete. Raises Invalid with every problem."""
    assert step.sheet is not None
    row = own_sheet(uow, step.sheet, record)
    if row is not None:
        row = fetch(uow, step.sheet.entity, int(str(row["id"])), lock=True)
    opened = Opened(step.edit | step.must, {step.sheet.link: record}, Demands(must=step.must, checks=step.checks))
    return fill_in(uow, step.sheet.entity, row, values, opened)
