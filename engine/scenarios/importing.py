"""A table of rows comes in as a file does: staged, its records found by a key, all of it or nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from engine import storage
from engine.access import Actor
from engine.errors import Invalid, Message, Problem, Refusal
from engine.metadata import Entity
from engine.transfer import Meaning, begin, change, load_import, stage
from engine.unit_of_work import UnitOfWork

from .model import Step
from .world import World

MOST = 50
"""Rows of which it is told what is wrong with them."""


def import_rows(world: World, actor: Actor, step: Step) -> None:
    """What the step says. Raises Forbidden, Invalid with the problems of all rows, or Refusal; then nothing came in."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{step.target}.csv"
        number = _staged(world, actor, step, file)
    world.application.run_due(world.clock.now())
    with world.application.look(actor) as view:
        doing = load_import(view, number)
        told = storage.staged_problems(view.connection, number, MOST)
    problems = [Problem(str(each["path"]), "invalid", Message(str(each["words"]))) for each in told]
    if problems:
        raise Invalid(problems)
    if doing.state != "done":
        raise Refusal(Message(doing.error or f"The import is {doing.state}."))


def _staged(world: World, actor: Actor, step: Step, file: Path) -> int:
    entity = world.application.metadata.entities[str(step.target)]
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(_lines(world, entity, step))
    number = stage(world.application.ground, actor, entity.name, (file, file.name))
    world.application.run(actor, lambda uow: _begun(uow, step, number))
    return number


def _begun(uow: UnitOfWork, step: Step, number: int) -> None:
    options = replace(load_import(uow, number, counted=False).options, key=step.named("by"), whole=True)
    change(uow, number, [Meaning("", headings_of(step))], options)
    begin(uow, number, rehearse=False)


def headings_of(step: Step) -> tuple[str, ...]:
    """The first row: what the columns mean."""
    return tuple(str(heading) for heading in rows_of(step)[0]) if rows_of(step) else ()


def rows_of(step: Step) -> list[list[object]]:
    """The table, its headings first; a row that is no list counts as blank."""
    rows = step.keys.get("rows")
    return [row if isinstance(row, list) else [] for row in rows] if isinstance(rows, list) else []


def _lines(world: World, entity: Entity, step: Step) -> Iterator[list[str]]:
    headings, *rows = rows_of(step)
    paths = headings_of(step)
    yield [str(heading) for heading in headings]
    for row in rows:
        yield [_cell(world, entity, path, cell) for path, cell in zip(paths, row, strict=False)]


def _cell(world: World, entity: Entity, path: str, written: object) -> str:
    """A cell as it stands in a file; a record that the scenario has a name for is named by its number."""
    if path == "id" and str(written) in world.ids:
        return str(world.ids[str(written)])
    table, _, name = path.rpartition(".")
    owner = entity.fields[table].table if table in entity.fields else entity
    field = owner.fields.get(name) if owner is not None else None
    links = field is not None and (field.link is not None or field.relation is not None)
    cells = [_named(world, each) if links else each for each in (written if isinstance(written, list) else [written])]
    return ", ".join("" if each is None else str(each).lower() if isinstance(each, bool) else str(each) for each in cells)


def _named(world: World, written: object) -> object:
    return f"#{world.ids[written]}" if isinstance(written, str) and written in world.ids else written


def is_table(step: Step) -> bool:
    """Whether `rows` is a list of lists, the first of them the headings, none of the others longer."""
    rows = step.keys.get("rows")
    width = len(rows[0]) if isinstance(rows, list) and rows and isinstance(rows[0], list) else 0
    return isinstance(rows, list) and width > 0 and all(isinstance(row, list) and len(row) <= width for row in rows)
