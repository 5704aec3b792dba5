"""What a print says is frozen when a step begins or an effect happens: the words as they are then, under their hash (WORKFLOW 1.2 row 37).

The sheet itself is made of these words after the commit (`engine.prints`), and says nothing that was changed meanwhile. What a step hides
is not in its print; sealed values are blank.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine import jobs
from engine.errors import Message, Text
from engine.formula import Wording
from engine.jobs import Work
from engine.metadata import Print, PrintBlock, PrintField, Step
from engine.records import RecordFrame
from engine.storage import add_print, canonical_json
from engine.unit_of_work import UnitOfWork

from . import ledger
from .course import Course, entity_id_of, workflow_of
from .effects import Row
from .machine import label_of
from .model import Event, Instance
from .troubles import tell_administrators
from .words import moment, names_of

JOB = "print"
DECIDED: Mapping[str, str] = {"approve": "Approved", "reject": "Rejected", "return": "Returned", "submit": "Submitted"}
STARTED = "Started"


@dataclass(frozen=True, slots=True)
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
    blocks = [block for block in sheet.blocks if _stands(uow, block, row, occasion)]
    content = _content(uow, (sheet, row), blocks)
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


def _stands(uow: UnitOfWork, block: PrintBlock, row: Row, occasion: Occasion) -> bool:
    """Whether a block is shown: its condition holds, and it tells nothing that the step hides."""
    told = {path.partition(".")[0] for path in block.read}
    return told.isdisjoint(occasion.hide) and (block.show is None or block.show.holds(row, RecordFrame(uow)))


def _content(uow: UnitOfWork, about: tuple[Print, Row], blocks: Iterable[PrintBlock]) -> dict[str, object]:
    """The words of a print, in the first language of the application."""
    sheet, row = about
    language = uow.metadata.languages[0]
    frame = RecordFrame(uow)

    def said(words: Wording | None, otherwise: str) -> str:
        return otherwise if words is None else words.message(row, frame).render(language)

    title = frame.title(sheet.entity, int(str(row["id"])))
    return {
        "language": language,
        "paper": sheet.paper,
        "landscape": sheet.landscape,
        "title": said(sheet.title, f"{Message(sheet.label).render(language)} {title}"),
        "header": said(sheet.header, Message(uow.metadata.label).render(language)),
        "footer": said(sheet.footer, ""),
        "at": moment(uow, uow.now),
        "blocks": [_block(uow, block, about, language) for block in blocks],
    }


def _block(uow: UnitOfWork, block: PrintBlock, about: tuple[Print, Row], language: str) -> dict[str, object]:
    sheet, row = about
    if block.approvals:
        heads = [Message(word).render(language) for word in ("Step", "Person", "Decision", "When")]
        rows = list(_approvals(uow, sheet.entity, row, language))
        return {"kind": "table", "label": Message("Approvals").render(language), "heads": heads, "right": [False] * 4, "rows": rows}
    if block.text is not None:
        return {"kind": "text", "text": block.text.message(row, RecordFrame(uow)).render(language)}
    if block.table is not None:
        found = row.get(block.table)
        lines = [_cells(uow, block.fields, line, language) for line in found] if isinstance(found, list) else []
        label = Message(block.label or {}).render(language)
        heads = [Message(field.label).render(language) for field in block.fields]
        return {"kind": "table", "label": label, "heads": heads, "right": [field.numeric for field in block.fields], "rows": lines}
    labels = [Message(field.label).render(language) for field in block.fields]
    return {"kind": "fields", "rows": [list(pair) for pair in zip(labels, _cells(uow, block.fields, row, language), strict=True)]}


def _cells(uow: UnitOfWork, fields: Iterable[PrintField], row: Row, language: str) -> list[str]:
    frame = RecordFrame(uow)
    return [field.shows.message(row, frame).render(language) for field in fields]


def _approvals(uow: UnitOfWork, entity: str, row: Row, language: str) -> Iterator[list[str]]:
    """Who decided what, when, in all running work over the record so far."""
    for instance in ledger.instances(uow.connection, entity_id_of(uow, entity), int(str(row["id"]))):
        yield from _told(uow, instance, language)


def _told(uow: UnitOfWork, instance: Instance, language: str) -> Iterator[list[str]]:
    workflow = workflow_of(uow, instance)
    events = [event for event in ledger.events_of(uow.connection, [instance.id]) if _decision(event)]
    names = names_of(uow, (event.actor for event in events))
    for event in events:
        who = names.get(event.actor, "")
        step = Message(workflow.label if event.kind == "started" else label_of(workflow, event.step)).render(language)
        name = who.render(language) if isinstance(who, Message) else who
        yield [step, name, Message(_decision(event)).render(language), moment(uow, event.at)]


def _decision(event: Event) -> str:
    """What was decided, in a word; blank for what is no decision of a person."""
    if event.actor is None:
        return ""
    return STARTED if event.kind == "started" else DECIDED.get(str(event.detail.get("decision")), "") if event.kind == "decided" else ""
