"""The one grammar wherever people are named: `submitter`, `system`, `role:buyer`, `field:owner`, `user:ann`, `actor:STEP`."""

from __future__ import annotations

from collections.abc import Collection

from engine.formula import Kind, Type
from engine.loading.findings import Place
from engine.loading.unbuilt import WHO
from engine.metadata import NAMED, PLAIN, Who

from .bench import Bench, listed

PERSON_WORDS = sorted(PLAIN) + sorted(f"{kind}:…" for kind in NAMED)


def people(bench: Bench, written: str | tuple[str, ...], place: Place, key: str, scope: tuple[str, Collection[str]]) -> tuple[Who, ...]:
    """The people named under `key`; `scope` is the entity whose fields, and the steps whose actors, may be named."""
    found = []
    for index, text in enumerate(listed(written)):
        who = _one(bench, text, place.item(key, index), scope)
        if who is not None:
            found.append(who)
    return tuple(found)


def _one(bench: Bench, text: str, place: Place, scope: tuple[str, Collection[str]]) -> Who | None:
    kind, colon, name = text.partition(":")
    if kind in WHO:
        bench.findings.add("S209", f'"{kind}" as a way of naming people is not built yet.', place)
    elif not colon and kind in PLAIN:
        return Who(kind)  # type: ignore[arg-type] # PLAIN are kinds
    elif colon and kind in NAMED:
        if not name:
            bench.findings.add("N304", f'"{text}" names nobody.', place, hint=f"write a name after {kind}:")
        elif _exists(bench, kind, name, place, scope):
            return Who(kind, name)  # type: ignore[arg-type] # NAMED are kinds
    else:
        hint = f'did you mean "role:{text}"?' if text in bench.roles else f"people are named by {', '.join(PERSON_WORDS)}"
        bench.findings.add("N304", f'"{text}" names nobody.', place, hint=hint)
    return None


def _exists(bench: Bench, kind: str, name: str, place: Place, scope: tuple[str, Collection[str]]) -> bool:
    entity, steps = scope
    if kind == "role" and name not in bench.roles:
        bench.findings.unknown("role", name, bench.roles, place)
        return False
    if kind == "actor" and name not in steps:
        bench.findings.unknown("step", name, steps, place)
        return False
    return kind != "field" or _is_person(bench, entity, name, place)


def _is_person(bench: Bench, entity: str, path: str, place: Place) -> bool:
    """Whether a path ends at a person, or at a partner whose portal users are meant."""
    here: str | None = entity
    type_: Type | None = None
    for part in path.split("."):
        members = bench.catalog.members(here or "")
        if part not in members:
            bench.findings.unknown(f"field of {here}", part, members, place)
            return False
        type_ = members[part].type
        here = type_.entity if type_.kind is Kind.REF else None
    if here is None:
        bench.findings.add(
            "N304", f'"{path}" is no person: it is {type_}.', place, hint="name a field of type user, or a link to a partner"
        )
        return False
    return True
