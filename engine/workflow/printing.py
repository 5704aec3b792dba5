"""What a print says is frozen when a step begins or an effect happens: the words as they are then, under their hash (WORKFLOW 1.2 row 37).

The sheet itself is made of these words after the commit (`engine.prints`), and says nothing that was changed meanwhile. What a step hides
is not in its print; sealed values are blank.
"""

from __future__ import annotations

import hashlib

from engine import jobs
from engine.errors import Text
from engine.frozen import frozen
from engine.jobs import Work
from engine.metadata import Step
from engine.storage import add_print, canonical_json
from engine.unit_of_work import UnitOfWork

from .course import Course, entity_id_of
from .effects import Row
from .sheet_words import stands, words_of
from .troubles import tell_administrators

JOB = "print"


@frozen
class Occasion:
    """When a print is made: in which running work, at which step, and what that step hides."""

    instance: int | None = None
    step: Text | None = None
    hide: frozenset[str] = frozenset()


NO_OCCASION = Occasion()


def print_step(course: Course, step: Step) -> None:
    """Freeze what a step has printed, as it begins."""
    if step.print is None:
        return
    course.save()  # what happened until now stands in the print
    occasion = Occasion(course.instance.id, step.label, step.hide)
    digest = print_record(course.uow, course.entity, course.row, step.print, occasion)
    if digest:
        course.note_at(step.name, "printed", print=step.print, hash=digest)


def print_record(uow: UnitOfWork, entity: str, row: Row, name: str, occasion: Occasion = NO_OCCASION) -> str:
    """Freeze a print of a record and ask for its sheet; the hash of its words. Administrators are told where it is gone."""
    sheet, number = uow.metadata.prints.get(name), int(str(row["id"]))
    if sheet is None:
        tell_administrators(uow, entity, number, ({"en": name}, "this print does not exist any more"))
        return ""
    blocks = [block for block in sheet.blocks if stands(uow, block, row, occasion.hide)]
    content = words_of(uow, (sheet, row), blocks, uow.metadata.languages[0])
    digest = hashlib.sha256(canonical_json(content).encode()).hexdigest()
    values = {
        "entity_id": entity_id_of(uow, entity),
        "record_id": number,
        "instance_id": occasion.instance,
        "name": name,
        "label": dict(sheet.label),
        "step": None if occasion.step is None else dict(occasion.step),
        "content": content,
        "hash": digest,
        "made_of": sorted(sheet.read.union(*(block.read for block in blocks))),
        "within": any(block.approvals for block in blocks),
        "at": uow.now,
    }
    made = add_print(uow.connection, values)
    jobs.put(uow.connection, Work(JOB, uow.now, {"print": made}, f"{JOB}:{made}", f"{JOB}:{name}"))
    return digest
