"""What is explained, as lines for a terminal and as data for programs."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from engine.formula import Row, RowStep, Step, Value, written
from engine.records import Answer, Explanation, ListExplanation

INDENT = "  "
CLOSED = "(not visible to this person)"


def explanation_lines(found: Explanation, target: str, zone: ZoneInfo) -> Iterator[str]:
    """The value, its formula, and below it each part with its value and the rows it was made of."""
    yield f"{target} = {_shown(found.value, zone)}{f' ({found.step.why_null})' if found.step.why_null else ''}"
    yield f"{INDENT}formula: {found.step.text}"
    if found.drifted:
        yield f"{INDENT}the formula gives {_shown(found.step.value, zone)} now: the stored value is older"
    yield from _below(found.step, zone, 1)


def _below(step: Step, zone: ZoneInfo, depth: int) -> Iterator[str]:
    for part in step.parts:
        yield f"{INDENT * depth}{part.text} = {_value(part, zone)}"
        yield from _below(part, zone, depth + 1)
    for number, row in enumerate(step.rows, 1):
        yield f"{INDENT * depth}{number}. {_row(step, row)}{f': {row.step.text} = {_value(row.step, zone)}' if row.step else ''}"
        if row.step is not None:
            yield from _below(row.step, zone, depth + 1)
    if step.unseen:
        yield f"{INDENT * depth}and rows that are not visible to this person"


def _row(step: Step, row: RowStep) -> str:
    return _name(step.source.target if step.source else "", row.row)


def _name(entity: str, row: Row) -> str:
    document, _, table = entity.rpartition(".")
    return f"{document}/{row.get('document_id')} {table} #{row.get('id')}" if document else f"{entity}/{row.get('id')}"


def _value(step: Step, zone: ZoneInfo) -> str:
    lost = f" ({step.why_null})" if step.why_null else ""
    return _shown(step.value, zone) + lost if step.known else CLOSED


def _shown(value: Value, zone: ZoneInfo) -> str:
    found = written(value, zone)
    return "null" if found is None else str(found).upper() if isinstance(found, bool) else str(found)


def explanation_data(found: Explanation, zone: ZoneInfo) -> dict[str, object]:
    """The same as JSON: a part has `text`, `type`, `value` and `known`; an aggregate its `rows`."""
    return {
        "entity": found.entity.name,
        "id": found.record["id"],
        "field": found.field.name,
        "value": written(found.value, zone),
        "drifted": found.drifted,
        **_data(found.step, zone, with_value=False),
    }


def _data(step: Step, zone: ZoneInfo, *, with_value: bool = True) -> dict[str, object]:
    own: dict[str, object] = {"value": written(step.value, zone), "known": step.known} if with_value else {}
    if step.why_null:
        own["why_null"] = str(step.why_null)
    rows = {"rows": [_row_data(step, row, zone) for row in step.rows], "unseen": step.unseen} if step.source else {}
    return {"formula": step.text, "type": str(step.type), **own, "parts": [_data(part, zone) for part in step.parts], **rows}


def _row_data(step: Step, row: RowStep, zone: ZoneInfo) -> dict[str, object]:
    place = {"entity": step.source.target if step.source else "", "id": row.row.get("id")}
    return place | (_data(row.step, zone) if row.step is not None else {})


def answer_lines(answer: Answer, zone: ZoneInfo) -> Iterator[str]:
    """Whether something is allowed, each reason below, and below that its condition taken apart."""
    yield f"{answer.what}: {'yes' if answer.allowed else 'no'}"
    for reason in answer.because:
        yield f"{INDENT}{reason.words}"
        if reason.step is not None:
            yield from _below(reason.step, zone, 2)


def answer_data(answer: Answer, zone: ZoneInfo) -> dict[str, object]:
    """The same as JSON."""
    because = [{"words": str(one.words), **({"condition": _data(one.step, zone)} if one.step else {})} for one in answer.because]
    return {"what": answer.what, "allowed": answer.allowed, "because": because}


def list_data(found: ListExplanation) -> dict[str, object]:
    """How a list is found, as data."""
    statements = [{"sql": s.sql, "plan": list(s.plan), "indexes": list(s.indexes), "whole": list(s.whole)} for s in found.statements]
    return {"statements": statements, "proposed": [list(fields) for fields in found.proposed]}


def list_lines(found: ListExplanation, entity: str) -> Iterator[str]:
    """The same for people."""
    for statement in found.statements:
        yield statement.sql
        yield from (f"    {line}" for line in statement.plan)
        yield f"  indexes: {', '.join(statement.indexes) or 'none'}"
        if statement.whole:
            yield f"  read as a whole: {', '.join(statement.whole)}"
    if found.proposed:
        wanted = ", ".join(f"[{', '.join(fields)}]" for fields in found.proposed)
        yield f"  proposed for {entity}: index: [{wanted}]"
