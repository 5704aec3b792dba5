"""What a print says of a record: the words of its blocks, as the definition reads them, in one language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from engine.errors import Message
from engine.formula import Wording
from engine.metadata import Print, PrintBlock, PrintField
from engine.records import RecordFrame
from engine.unit_of_work import View

from . import ledger
from .course import entity_id_of, workflow_of
from .effects import Row
from .machine import label_of
from .model import Event, Instance
from .words import moment, names_of

DECIDED: Mapping[str, str] = {"approve": "Approved", "reject": "Rejected", "return": "Returned", "submit": "Submitted"}
STARTED = "Started"


def stands(view: View, block: PrintBlock, row: Row, hide: Collection[str] = ()) -> bool:
    """Whether a block is shown: its condition holds, and it tells nothing of what is to be hidden."""
    told = {path.partition(".")[0] for path in block.read}
    return told.isdisjoint(hide) and (block.show is None or block.show.holds(row, RecordFrame(view)))


def words_of(view: View, about: tuple[Print, Row], blocks: Iterable[PrintBlock], language: str) -> dict[str, object]:
    """All that a print says of a record in these blocks."""
    sheet, row = about
    frame = RecordFrame(view)

    def said(words: Wording | None, otherwise: str) -> str:
        return otherwise if words is None else words.message(row, frame).render(language)

    title = frame.title(sheet.entity, int(str(row["id"])))
    return {
        "language": language,
        "paper": sheet.paper,
        "landscape": sheet.landscape,
        "title": said(sheet.title, f"{Message(sheet.label).render(language)} {title}"),
        "header": said(sheet.header, Message(view.metadata.label).render(language)),
        "footer": said(sheet.footer, ""),
        "at": moment(view, view.now),
        "blocks": [_block(view, block, about, language) for block in blocks],
    }


def _block(view: View, block: PrintBlock, about: tuple[Print, Row], language: str) -> dict[str, object]:
    sheet, row = about
    if block.approvals:
        heads = [Message(word).render(language) for word in ("Step", "Person", "Decision", "When")]
        rows = list(_approvals(view, sheet.entity, row, language))
        return {"kind": "table", "label": Message("Approvals").render(language), "heads": heads, "right": [False] * 4, "rows": rows}
    if block.ends_page:
        return {"kind": "break"}
    if block.text is not None:
        return {"kind": "text", "text": block.text.message(row, RecordFrame(view)).render(language)}
    if block.table is not None:
        found = row.get(block.table)
        lines = [_cells(view, block.fields, line, language) for line in found] if isinstance(found, list) else []
        label = Message(block.label or {}).render(language)
        heads = [Message(field.label).render(language) for field in block.fields]
        told: dict[str, object] = {
            "kind": "table",
            "label": label,
            "heads": heads,
            "right": [field.numeric for field in block.fields],
            "rows": lines,
        }
        return {**told, "total": _sums(view, block, row, language)} if lines and block.totals else told
    labels = [Message(field.label).render(language) for field in block.fields]
    return {"kind": "fields", "rows": [list(pair) for pair in zip(labels, _cells(view, block.fields, row, language), strict=True)]}


def _cells(view: View, fields: Iterable[PrintField], row: Row, language: str) -> list[str]:
    frame = RecordFrame(view)
    return [field.shows.message(row, frame).render(language) for field in fields]


def _sums(view: View, block: PrintBlock, row: Row, language: str) -> list[str]:
    frame = RecordFrame(view)
    return ["" if words is None else words.message(row, frame).render(language) for words in block.totals]


def _approvals(view: View, entity: str, row: Row, language: str) -> Iterator[list[str]]:
    """Who decided what, when, in all running work over the record so far."""
    for instance in ledger.instances(view.connection, entity_id_of(view, entity), int(str(row["id"]))):
        yield from _told(view, instance, language)


def _told(view: View, instance: Instance, language: str) -> Iterator[list[str]]:
    workflow = workflow_of(view, instance)
    events = [event for event in ledger.events_of(view.connection, [instance.id]) if _decision(event)]
    names = names_of(view, (event.actor for event in events))
    for event in events:
        who = names.get(event.actor, "")
        step = Message(workflow.label if event.kind == "started" else label_of(workflow, event.step)).render(language)
        name = who.render(language) if isinstance(who, Message) else who
        yield [step, name, Message(_decision(event)).render(language), moment(view, event.at)]


def _decision(event: Event) -> str:
    """What was decided, in a word; blank for what is no decision of a person."""
    if event.actor is None:
        return ""
    return STARTED if event.kind == "started" else DECIDED.get(str(event.detail.get("decision")), "") if event.kind == "decided" else ""
