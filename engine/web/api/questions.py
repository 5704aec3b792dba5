"""What the address of a list asks for: `where`, `search`, `sort`, `fields`, `limit`, `after`, `count`, `titles`, `as_of`, `archived`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from flask import Request

from engine.errors import Forbidden, Invalid, Message, Problem
from engine.formula import Context, Names, compile
from engine.frozen import frozen
from engine.metadata import Entity, Metadata, SortKey
from engine.records import PATH, Query

from .cursors import Cursors, Question
from .scope import Scope
from .shape import SYSTEM

LIMIT = 50
MOST = 500
KNOWN = frozenset({"where", "search", "sort", "fields", "limit", "after", "count", "titles", "as_of"})
ARCHIVED = {"": False, "false": False, "true": True, "all": None}
"""What is asked of the archive: nothing of it, only it, or it too."""
YES = {"true": True, "1": True, "false": False, "0": False, "": False}


@frozen
class Asked:
    """A question as read; `question` is what its cursors belong to."""

    query: Query
    fields: tuple[str, ...] | None
    titles: bool
    count: bool
    question: Question


def read_list(request: Request, entity: Entity, question: Question, cursors: Cursors, *, also: tuple[str, ...] = ()) -> Asked:
    """The question in the address of a list, which may have the parameters `also`.

    Raises Invalid with a problem per parameter, RequestProblem for a wrong cursor.
    """
    problems = parameters(request, {*KNOWN, *also, "archived"})
    archived = asked_of_archive(request, entity, problems)
    fields = _fields(request, entity, problems, paths=True)
    limit = _limit(request, problems)
    flags = {name: _flag(request, name, problems) for name in ("count", "titles")}
    sort = _sort(request, entity, problems)
    at = _instant(request, "as_of", problems)
    if at is not None and archived is not None and "archived" in request.args:
        problems.append(wrong("archived", "A list as it was holds archived records too."))
    if problems:
        raise Invalid(problems)
    where, search = request.args.get("where", "").strip(), request.args.get("search", "").strip()
    given = (request.args.get(name, "") for name in ("sort", "as_of", "archived"))
    question = replace(question, asked=(entity.name, where, search, *given))
    after = request.args.get("after")
    query = Query(
        entity.name,
        typed=(where,) if where else (),
        search=search,
        sort=sort,
        limit=limit,
        after=cursors.read(question, after) if after else None,
        tables=fields is not None and any(field.name in fields for field in entity.tables),
        titles=flags["titles"],
        paths=tuple(name for name in fields or () if "." in name),
        at=at,
        archived=archived,
    )
    return Asked(query, fields, flags["titles"], flags["count"], question)


def parameters(request: Request, known: Collection[str]) -> list[Problem]:
    """What is wrong with the parameters as such: unknown ones, and those that stand there twice, of which one would not count."""
    found = []
    for name, values in request.args.lists():
        if name not in known:
            found.append(wrong(name, "There is no such parameter.", "unknown_field"))
        elif len(values) > 1:
            found.append(wrong(name, "Please give this parameter only once."))
    return found


def read_one(request: Request, entity: Entity) -> tuple[tuple[str, ...] | None, bool, datetime | None]:
    """The fields, whether titles are asked for, and at which instant, in the address of one record. Raises Invalid."""
    if not request.query_string:
        return None, False, None
    problems = parameters(request, {"fields", "titles", "as_of"})
    fields, titles = _fields(request, entity, problems), _flag(request, "titles", problems)
    at = _instant(request, "as_of", problems)
    if problems:
        raise Invalid(problems)
    return fields, titles, at


def _instant(request: Request, name: str, problems: list[Problem]) -> datetime | None:
    text = request.args.get(name, "")
    try:
        given = datetime.fromisoformat(text) if text else None
        found = given.astimezone(UTC) if given is not None and given.tzinfo is not None else None
    except (ValueError, OverflowError):
        found = None
    if text and found is None:
        problems.append(wrong(name, "Please write an instant with its zone, such as 2026-03-02T09:00:00Z."))
    return found


def within(scope: Scope, metadata: Metadata, query: Query, paths: Iterable[str] = ()) -> None:
    """A token for some entities may not ask about others by way of a link. Raises Forbidden."""
    if scope.words is None or scope.allows("read", "*"):
        return
    named = [key.path for key in query.sort] + [path for path in (*query.paths, *paths) if PATH.match(path)]
    for text, context in [(text, Context.FILTER) for text in query.typed] + [(path, Context.MEASURE) for path in named]:
        formula = compile(text, Names(this=query.entity), metadata.catalog, context)
        for name in {hop.target for reference in formula.references for hop in reference.hops}:
            if not scope.allows("read", name.split(".", 1)[0]):
                raise Forbidden(Message("This token may not be used for that: its scope is {scope}.", {"scope": str(scope)}))


def wrong(path: str, words: str, code: str = "value") -> Problem:
    """What is wrong with a parameter."""
    return Problem(path, code, Message(words))


def _fields(request: Request, entity: Entity, problems: list[Problem], *, paths: bool = False) -> tuple[str, ...] | None:
    text = request.args.get("fields", "")
    names = tuple(sorted({name.strip() for name in text.split(",") if name.strip()}))
    behind = [name for name in names if paths and "." in name and PATH.match(name)]
    unknown = [name for name in names if name not in entity.fields and name not in SYSTEM and name not in behind]
    problems.extend(Problem("fields", "unknown_field", Message("There is no field {name}.", {"name": name})) for name in unknown)
    return names or None


def asked_of_archive(request: Request, entity: Entity | None, problems: list[Problem]) -> bool | None:
    """Whether archived records are asked for: not, alone, or (None) too; of all entities, or of one that has an archive."""
    text = request.args.get("archived", "")
    if "archived" in request.args and entity is not None and not entity.archives:
        problems.append(wrong("archived", "There is no such parameter.", "unknown_field"))
    elif text not in ARCHIVED:
        problems.append(wrong("archived", "Please write true, false or all."))
    return ARCHIVED.get(text, False)


def _limit(request: Request, problems: list[Problem]) -> int:
    text = request.args.get("limit", str(LIMIT))
    if text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST:
        return int(text)
    problems.append(Problem("limit", "value", Message("Please ask for 1 to {most} records.", {"most": MOST})))
    return LIMIT


def _flag(request: Request, name: str, problems: list[Problem]) -> bool:
    text = request.args.get(name, "")
    if text not in YES:
        problems.append(wrong(name, "Please write true or false."))
    return YES.get(text, False)


def _sort(request: Request, entity: Entity, problems: list[Problem]) -> tuple[SortKey, ...]:
    keys = []
    for word in filter(None, (part.strip() for part in request.args.get("sort", "").split(","))):
        key = SortKey(word.removeprefix("-"), word.startswith("-"))
        if not all(part.isidentifier() for part in key.path.split(".")):
            problems.append(wrong("sort", "Please name fields, such as -total,number."))
        keys.append(key)
    return tuple(keys)
