"""The page of an import put together, and its form read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from engine import storage
from engine.metadata import Entity
from engine.records import naming_fields
from engine.transfer import Habits, Import, Kind, Meaning, Options, faults, heading_of, sample, targets
from engine.unit_of_work import View

from .views import Choice, ColumnLine, ImportPage, ProblemLine, SheetLines
from .visit import visit
from .words import _

KINDS: dict[str, Kind] = {"xlsx": "xlsx", "csv": "csv"}
SHOWN = 100
"""How many different problems are shown."""
LOOKED_AT = 500
OWNER = "^"


def import_page(view: View, doing: Import, problem: str) -> ImportPage:
    """An import as its owner sees it."""
    address = f"/imports/{doing.id}"
    working = {"checking": _("Checking …"), "running": _("Importing …")}.get(doing.state, "")
    failed = doing.counts.get(storage.FAILED, 0)
    return ImportPage(
        label=visit().words(doing.entity.plural),
        file=doing.file,
        address=address,
        back=f"/records/{doing.entity.name}",
        facts=tuple(_facts(doing)),
        sheets=tuple(_sheets(view, doing)),
        options=tuple(_options(doing)),
        working=working,
        seen=doing.seen,
        total=doing.total,
        ended=_ended(doing),
        error=doing.error,
        problem=problem or _lacking(doing),
        problems=tuple(_problems(view, doing)) if failed and not working else (),
        failed=tuple(Choice(kind.upper(), value=f"{address}/failed?as={kind}") for kind in KINDS) if failed and not working else (),
        over=doing.state == "done" and not failed,
    )


def _lacking(doing: Import) -> str:
    """What is in the way before anything was checked: no rows, or columns that cannot be read as they are meant."""
    if doing.state != "staged":
        return ""
    if not doing.total:
        return _("There are headings, but no rows below them.")
    return " ".join(visit().words(problem.message) for problem in faults(doing.entity, doing.meanings, doing.options.key))


def _facts(doing: Import) -> Iterator[tuple[str, str]]:
    words = {
        storage.GOOD: _("can be imported"),
        storage.DONE: _("imported"),
        storage.SAME: _("unchanged"),
        storage.FAILED: _("with problems"),
        storage.WAITING: _("not yet looked at"),
    }
    yield from ((f"{doing.counts[state]:,}", label) for state, label in words.items() if doing.counts.get(state))


def _ended(doing: Import) -> str:
    return {"checked": _("Checked"), "done": _("Imported"), "cancelled": _("Stopped")}.get(doing.state, "")


def _sheets(view: View, doing: Import) -> Iterator[SheetLines]:
    examples = sample(view, doing)
    for number, ((name, headings), meaning) in enumerate(zip(doing.headings, doing.meanings, strict=True)):
        columns = tuple(
            ColumnLine(f"column-{number}-{at}", heading, examples.get((number, at), ""), _choices(doing.entity, meaning, at))
            for at, heading in enumerate(headings)
            if heading and not (number > 0 and at == 0)
        )
        tables = _tables(doing.entity, meaning) if number > 0 else ()
        yield SheetLines(f"table-{number}", name, columns, tables)


def _tables(entity: Entity, meaning: Meaning) -> tuple[Choice, ...]:
    none = Choice(_("not read"), value="", selected=not meaning.used)
    return (none, *(Choice(visit().words(t.label), value=t.name, selected=t.name == meaning.table) for t in entity.tables))


def _choices(entity: Entity, meaning: Meaning, at: int) -> tuple[Choice, ...]:
    chosen = meaning.paths[at]
    found = [Choice(_("not read"), value="", selected=not chosen)]
    for path, target in targets(entity).items():
        table = path.rpartition(".")[0]
        if table == meaning.table or not meaning.table:
            words = heading_of(entity, path, visit().language)
            shown = words if target.taken else _("%(field)s (compared only)", field=words)
            found.append(Choice(shown, value=path, selected=path == chosen))
    return tuple(found)


def _options(doing: Import) -> Iterator[tuple[str, str, tuple[Choice, ...]]]:
    options = doing.options
    named = [field.name for field in naming_fields(doing.entity) if field.name in doing.meanings[0].paths]
    keys = [("", _("by Id only")), *((name, heading_of(doing.entity, name, visit().language)) for name in named)]
    yield "key", _("Records are found"), _chosen(keys, ",".join(options.key))
    what = "both" if options.make and options.change else "make" if options.make else "change"
    ways = [("both", _("make new ones and change those that are there")), ("make", _("only make new ones")), ("change", _("only change"))]
    yield "what", _("What to do"), _chosen(ways, what)
    whole = [("", _("row by row: the good ones come in")), ("yes", _("all or none"))]
    yield "whole", _("If a row has a problem"), _chosen(whole, "yes" if options.whole else "")
    if doing.entity.tables:
        drop = [("", _("stay")), ("yes", _("are removed"))]
        yield "drop", _("Rows of tables that the file does not have"), _chosen(drop, "yes" if options.drop else "")
    days = [("ymd", "2026-03-31"), ("dmy", "31.03.2026, 31/03/2026"), ("mdy", "03/31/2026")]
    yield "days", _("Days that are texts are written"), _chosen(days, options.habits.days)
    yield (
        "decimals",
        _("Numbers that are texts are written"),
        _chosen([("point", "1,250.00"), ("comma", "1.250,00")], options.habits.decimals),
    )


def _chosen(offered: Sequence[tuple[str, str]], now: str) -> tuple[Choice, ...]:
    return tuple(Choice(words, value=value, selected=value == now) for value, words in offered)


def _problems(view: View, doing: Import) -> Iterator[ProblemLine]:
    """The problems of the first rows that failed, each once."""
    found: dict[tuple[str, str, str, str], list[int]] = {}
    for problem in storage.staged_problems(view.connection, doing.id, LOOKED_AT):
        key = (problem["path"], problem["value"], problem["words"], problem["suggest"])
        found.setdefault(key, []).append(problem["line"])
    for (path, value, words, suggest), lines in list(found.items())[:SHOWN]:
        where = ", ".join(str(line) for line in lines[:5]) + (" …" if len(lines) > 5 else "")
        column = heading_of(doing.entity, path, visit().language) if path in targets(doing.entity) else ""
        yield ProblemLine(column, where, value, words, suggest, path if suggest else "")


def sent(doing: Import, form: Mapping[str, str]) -> tuple[tuple[Meaning, ...], Options]:
    """What the form says the columns mean and how it is to be done."""
    meanings = []
    for number, (_name, headings) in enumerate(doing.headings):
        table = form.get(f"table-{number}", "") if number else ""
        if number and not table:
            meanings.append(Meaning("", ("",) * len(headings)))
            continue
        paths = [form.get(f"column-{number}-{at}", "") for at in range(len(headings))]
        if number:
            paths = [OWNER, *(path if path.startswith(table + ".") else "" for path in paths[1:])]
        meanings.append(Meaning(table, tuple(paths)))
    what = form.get("what", "both")
    return tuple(meanings), Options(
        key=tuple(name for name in form.get("key", "").split(",") if name),
        whole=form.get("whole") == "yes",
        make=what != "change",
        change=what != "make",
        drop=form.get("drop") == "yes",
        habits=Habits(_days(form.get("days", "")), "comma" if form.get("decimals") == "comma" else "point"),
        instead=doing.options.instead,
    )


def _days(text: str) -> Literal["ymd", "dmy", "mdy"]:
    return "dmy" if text == "dmy" else "mdy" if text == "mdy" else "ymd"
