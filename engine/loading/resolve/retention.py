"""How long records are kept: the condition under which they have been kept long enough, and what of them is lost then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.errors import Sentence
from engine.formula import Context, Kind, Names
from engine.loading.findings import Place
from engine.metadata import ARCHIVED, TAKEN_BACK, WORD, Entity, Field, Retention
from engine.metadata import declared as d

from .bench import Bench
from .shells import Shell

WORDS = frozenset(
    {"text", "long_text", "rich_text", "email", "phone", "url", "tax_number", "bank", "location", "json", "file", "image", "signature"}
)
"""Kinds of fields that tell of people."""
FILLED = frozenset({"text", "long_text", "rich_text"})
"""Kinds whose value can be replaced by a word, where one must stand."""
RECENT = 'a list or a tab with `where: created_at > DATEADD(now(), -1, "years")` shows the recent ones alone'
NOW = {Kind.DATE: "today()", Kind.DATETIME: "now()"}


def retention(bench: Bench, shell: Shell, declared: d.Entity, fields: Mapping[str, Field]) -> Retention | None:
    """The rule of an entity. N301 for what is no field, N307 for no day or instant, S225 where the rule could never be followed."""
    written, place = declared.retention, shell.place.at("retention")
    if written is None:
        return None
    members = bench.catalog.members(shell.name)
    if written.since not in members:
        bench.findings.unknown(Sentence("field of {name}", name=shell.name), written.since, members, place.at("since"))
        return None
    kind = members[written.since].type.kind
    if kind not in NOW:
        bench.findings.add(
            "N307",
            Sentence("{since} is {type}: it must be a date or an instant.", since=written.since, type=members[written.since].type),
            place.at("since"),
        )
        return None
    _refuse_kept(bench, declared, place)
    number, unit = written.after.split()
    after = int(number), unit.removesuffix("s")
    words = _words(bench, fields, place.at("do")) if written.do == "anonymise" else ()
    text = " AND ".join((f"{written.since} <= {_ago(NOW[kind], after)}", *_left_to_do(written.do, words, after)))
    due = bench.condition(text, place.at("since"), Names(this=shell.name), Context.WHERE)
    named = tuple(f"{table}.{field.name}" if table else field.name for field, table in words)
    return None if due is None else Retention(due, written.do, named, after, written.since)


def _ago(now: str, after: tuple[int, str]) -> str:
    return f'DATEADD({now}, -{after[0]}, "{after[1]}s")'


def _left_to_do(do: str, words: tuple[tuple[Field, str], ...], after: tuple[int, str]) -> tuple[str, ...]:
    """The conditions that it has not been done yet; what somebody took back is archived again after the same time."""
    if do == "archive":
        return f"{ARCHIVED} = null", f"({TAKEN_BACK} = null OR {TAKEN_BACK} <= {_ago('now()', after)})"
    if do == "anonymise":
        return (f"({' OR '.join(_left(field, table) for field, table in words) or 'FALSE'})",)
    return ()


def _refuse_kept(bench: Bench, declared: d.Entity, place: Place) -> None:
    """S213, S225: records that nobody ever changes or deletes."""
    if declared.append_only:
        bench.findings.add(
            "S213", Sentence("{entity} is append_only, so its records stay as they are.", entity=declared.entity), place, hint=RECENT
        )
    elif declared.number is not None and declared.number.gapless and declared.retention is not None and declared.retention.do == "delete":
        bench.findings.add(
            "S225", Sentence("The numbers of {entity} have no gaps, so its records stay.", entity=declared.entity), place.at("do")
        )
    elif declared.retention is not None and declared.retention.since in (ARCHIVED, TAKEN_BACK):
        bench.findings.add("S225", "It cannot count from when a record begins to be archived.", place.at("since"))


def _words(bench: Bench, fields: Mapping[str, Field], place: Place) -> tuple[tuple[Field, str], ...]:
    """The fields that tell of people, each with its table; S225 where one must be filled and no word can stand there."""
    found = tuple(_telling(fields, ""))
    for field, _ in found:
        if field.required is not False and (field.kind not in FILLED or getattr(field.declared, "pattern", None)):
            bench.findings.add(
                "S225",
                Sentence("{name} must be filled, and no other word can stand there: it cannot be made anonymous.", name=field.name),
                place,
            )
    return found


def _telling(fields: Mapping[str, Field], table: str) -> Iterator[tuple[Field, str]]:
    for field in fields.values():
        if isinstance(field.table, Entity):
            yield from _telling(field.table.fields, field.name)
        elif field.kind in WORDS and not field.computed and field.name != "number":
            yield field, table


def _left(field: Field, table: str) -> str:
    """The condition that something is left of a field."""
    if field.required is not False:
        here = f'NOT STARTSWITH({field.name}, "{WORD.partition("{")[0]}")'
    else:
        here = f"COUNT({field.name}) > 0" if field.several else f"{field.name} <> null"
    return f"ANY({table}, {here})" if table else here
