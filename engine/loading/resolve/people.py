"""The one grammar wherever people are named: `submitter`, `role:buyer`, `head:submitter`, `formula:…`, `{pick_by: …}` (WORKFLOW 5.3)."""

from __future__ import annotations

from collections.abc import Collection

from engine.errors import Sentence
from engine.formula import Context, Kind, Member, Names, Type, Via
from engine.loading.findings import Place
from engine.loading.nearest import nearest
from engine.metadata import NAMED, PLAIN, VERDICTS, Picking, Who
from engine.metadata import declared as d

from .bench import Bench

Scope = tuple[str, Collection[str]]
"""The entity whose fields, and the steps whose actors, may be named."""
USER = "user"
PERSON_WORDS = sorted(PLAIN) + sorted(f"{kind}:…" for kind in NAMED)
WITHOUT_TASK = frozenset({"who", "except", "if_nobody", "starters", "admin", "from"})
"""Keys that name people before there is a task, so that `assignee` means nobody there."""
_PREFIX = "formula:"


def people(bench: Bench, written: d.People, place: Place, key: str, scope: Scope) -> tuple[Who, ...]:
    """The people named under `key`."""
    found = []
    for index, one in enumerate(written if isinstance(written, tuple) else (written,)):
        here = place.item(key, index)
        who = _naming(bench, one, here, scope) if isinstance(one, d.Naming) else one_of(bench, one, here, key, scope)
        if who is not None:
            found.append(who)
    return tuple(found)


def one_of(bench: Bench, text: str, place: Place, key: str, scope: Scope) -> Who | None:
    """The people that one word or `kind:name` means; None with an issue where that is nobody."""
    kind, colon, _ = text.partition(":")
    if not colon and (kind in PLAIN or (kind in VERDICTS and key == "if_nobody")):
        return _plain(bench, kind, place, key)
    if text == "head:assignee" and key in WITHOUT_TASK:
        return _plain(bench, "assignee", place, key)
    if colon and kind in NAMED:
        return _named(bench, text, place, scope)
    near = _near(bench, text)
    hint = Sentence('did you mean "{near}"?', near=near) if near else Sentence("people are named by {words}", words=", ".join(PERSON_WORDS))
    bench.findings.add("N304", Sentence('"{text}" names nobody.', text=text), place, hint=hint)
    return None


def _near(bench: Bench, text: str) -> str | None:
    """What was probably meant: a role without its kind, a word or a kind that is misspelt."""
    kind, colon, name = text.partition(":")
    if colon:
        return f"{near}:{name}" if (near := nearest(kind, NAMED)) else None
    return f"role:{text}" if text in bench.roles else nearest(text, PLAIN)


def _named(bench: Bench, text: str, place: Place, scope: Scope) -> Who | None:
    kind, _, name = text.partition(":")
    if not name.strip():
        bench.findings.add(
            "N304", Sentence('"{text}" names nobody.', text=text), place, hint=Sentence("write a name after {kind}:", kind=kind)
        )
        return None
    if kind == "formula":
        return _formula(bench, name, place, scope)
    return Who(kind, name) if _exists(bench, kind, name, place, scope) else None  # type: ignore[arg-type] # NAMED are kinds


def _plain(bench: Bench, kind: str, place: Place, key: str) -> Who | None:
    if kind == "assignee" and key in WITHOUT_TASK:
        bench.findings.add("N304", "Here nobody has been asked yet, so there is no assignee.", place, hint="submitter, or field:PATH")
        return None
    return Who(kind)  # type: ignore[arg-type] # PLAIN are kinds


def _formula(bench: Bench, text: str, place: Place, scope: Scope) -> Who | None:
    padded = " " * len(_PREFIX) + text  # so that what is wrong in it is pointed at where it stands in the file
    compiled = bench.formula(padded, place, Names(this=scope[0]), (Context.VALUE, Type(Kind.REF, entity=USER)))
    return Who("formula", text.strip(), formula=compiled) if compiled else None


def _naming(bench: Bench, written: d.Naming, place: Place, scope: Scope) -> Who | None:
    if (written.pick_by is None) == (written.heads_of is None):
        hint = "{pick_by: submitter, from: role:x} or {heads_of: submitter, up_to: 2}"
        bench.findings.add("N304", "People are picked, or they are heads: write one of both.", place, hint=hint)
        return None
    if written.heads_of is not None:
        if not _leads(bench, written.heads_of, place.at("heads_of"), scope):
            return None
        return Who("heads", written.heads_of, up_to=None if written.up_to in (None, "top") else int(written.up_to))
    return _picking(bench, written, place, scope)


def _picking(bench: Bench, written: d.Naming, place: Place, scope: Scope) -> Who | None:
    by = written.pick_by or ""
    kind, _, step = by.partition(":")
    if by != "submitter" and (kind != "actor" or not _exists(bench, "actor", step, place.at("pick_by"), scope)):
        if kind != "actor":
            bench.findings.add("N304", Sentence('"{by}" cannot pick people.', by=by), place.at("pick_by"), hint="submitter, or actor:STEP")
        return None
    if not written.from_:
        bench.findings.add("S202", '"from" is missing: among whom are they picked?', place, hint="from: role:x", key=True)
        return None
    most = written.max or written.min
    if most < written.min:
        bench.findings.add("N304", Sentence("At most {most} is fewer than at least {min}.", most=most, min=written.min), place.at("max"))
    return Who("picked", by, picking=Picking(by, people(bench, written.from_, place, "from", scope), written.min, most))


def _decides(bench: Bench, name: str, place: Place, entity: str) -> bool:
    """Whether a decision of that name gives people for records of the entity."""
    tables = bench.declarations.decisions
    fitting = [table for table, source in tables.items() if source.declared.gives == "who" and source.declared.for_ == entity]
    if name not in fitting:
        bench.findings.unknown(Sentence("decision about {entity} that gives people", entity=entity), name, fitting, place)
    return name in fitting


def _exists(bench: Bench, kind: str, name: str, place: Place, scope: Scope) -> bool:
    entity, steps = scope
    if kind == "role" and name not in bench.roles:
        bench.findings.unknown("role", name, bench.roles, place)
        return False
    if kind == "decide":
        return _decides(bench, name, place, entity)
    if kind == "actor" and name not in steps:
        bench.findings.unknown("step", name, steps, place)
        return False
    if kind == "head":
        return _leads(bench, name, place, scope)
    return kind != "field" or _is_person(bench, entity, name, place)


def _leads(bench: Bench, name: str, place: Place, scope: Scope) -> bool:
    """Whether somebody or a department is meant, whose head can be found."""
    return name in ("submitter", "assignee") or _is_person(bench, scope[0], name, place)


def _several(member: Member) -> str | None:
    """The entity of the records that a field of several leads to; None for any other collection."""
    return member.way[-1].target if member.way and member.way[0].via is Via.TABLE else None


def _is_person(bench: Bench, entity: str, path: str, place: Place) -> bool:
    """Whether a path ends at a person, or at a partner (or department) whose people are meant; an own field may lead to several."""
    here: str | None = entity
    type_: Type | None = None
    for part in path.split("."):
        members = bench.catalog.members(here or "")
        if part not in members:
            bench.findings.unknown(Sentence("field of {name}", name=here), part, members, place)
            return False
        type_ = members[part].type
        here = type_.entity if type_.kind is Kind.REF else _several(members[part]) if part == path else None
    if here is None:
        bench.findings.add(
            "N304",
            Sentence('"{path}" is no person: it is {type}.', path=path, type=type_.word if type_ is not None else None),
            place,
            hint="name a field of type user, or a link to a partner",
        )
        return False
    return True
