"""What a workflow step calls: the connectors of `app.yaml` and the typed contracts that plugins give them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, cast

import msgspec
from msgspec.inspect import BoolType, DateTimeType, DateType, DecimalType, IntType, LiteralType, StrType, UnionType, type_info
from msgspec.inspect import Type as Inspected

from engine.errors import Sentence
from engine.formula import Context, Kind, Names, Type
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import TIMED, WEBHOOK, Call, Connector, Given, Quota, Who
from engine.metadata import declared as d
from engine.plugins import Action
from engine.plugins import Connector as Offered

from .access import check_field
from .bench import Bench
from .shells import Shell

_WAIT = re.compile(r"(\d{1,4}) (second|minute|hour|day)s?", re.ASCII)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_KINDS: Mapping[type, Kind] = {
    StrType: Kind.TEXT,
    IntType: Kind.NUMBER,
    DecimalType: Kind.NUMBER,
    BoolType: Kind.BOOLEAN,
    DateType: Kind.DATE,
    DateTimeType: Kind.DATETIME,
}
_ANY = Type(Kind.TEXT)


def connectors(bench: Bench, app: Sourced[d.App]) -> dict[str, Connector]:
    """The connectors that the application uses, each with a provider that a plugin offers and options it knows."""
    for name, written in app.declared.connectors.items():
        place = app.place.at("connectors", name)
        offered = bench.offered
        if written.provider == WEBHOOK:
            _check_webhook(bench, written, place)
            continue
        if offered is None:
            continue
        if name not in offered:
            bench.findings.unknown("connector among the plugins", name, offered, place, key=True)
        elif written.provider not in offered[name].providers:
            bench.findings.unknown(
                Sentence("provider of {name}", name=name), written.provider, offered[name].providers, place.at("provider")
            )
        elif wrong := offered[name].wrong_options(written.provider, written.options):
            bench.findings.add("P502", Sentence("The options do not fit: {wrong}.", wrong=wrong), place.at("options"))
    return {name: _connector(bench, name, c, app.place.at("connectors", name)) for name, c in app.declared.connectors.items()}


def _check_webhook(bench: Bench, written: d.Connector, place: Place) -> None:
    """P503: a connector that lets messages in has a secret, and nothing of what is for questions."""
    if written.secret is None:
        hint = "secret: NAME of an environment variable"
        bench.findings.add("P503", "Messages are signed with a secret: which one?", place, hint=hint, key=True)
    for key in ("cache", "quota", "options"):
        if getattr(written, key) and not (key == "options" and written.options in ({TIMED: True}, {TIMED: False})):
            bench.findings.add(
                "P503",
                Sentence('"{key}" means nothing for {provider}: it asks nothing.', key=key, provider=WEBHOOK),
                place.at(key),
                key=True,
            )


def _connector(bench: Bench, name: str, written: d.Connector, place: Place) -> Connector:
    role = written.admin.removeprefix("role:") if written.admin else None
    if role is not None and role not in bench.roles:
        bench.findings.unknown("role", role, bench.roles, place.at("admin"))
    cache = timedelta(seconds=_seconds(bench, written.cache, place.at("cache"))) if written.cache else None
    return Connector(
        name, written.provider, written.secret, written.options, cache, _quota(written.quota), (Who("role", role),) if role else ()
    )


def _quota(written: str | None) -> Quota | None:
    if written is None:
        return None
    most, per = written.split(" per ")
    return Quota(int(most), cast(Literal["minute", "hour", "day", "month"], per))


def call_of(bench: Bench, shell: Shell, declared: d.Step, places: tuple[Place, Place]) -> Call | None:
    """The call of a `run` step, and where it says whom it calls; None with issues when it cannot be made."""
    place, named = places
    if declared.run is None:
        bench.findings.add("S202", '"run" is missing: which connector is called?', place, hint="run: CONNECTOR.ACTION", key=True)
        return None
    connector, _, name = declared.run.partition(".")
    action = _action(bench, connector, name, named)
    retry = declared.retry or d.Retry()
    return Call(
        connector,
        name,
        _inputs(bench, shell, declared, (action, place)),
        _answers(bench, shell, declared, (action, place)),
        retry.times,
        _seconds(bench, retry.wait, place.at("retry", "wait")),
        bench.formula(declared.once, place.at("once"), Names(this=shell.name), (Context.VALUE, None)),
    )


def _action(bench: Bench, connector: str, name: str, place: Place) -> Action | None:
    app = bench.declarations.app
    used = app.declared.connectors if app else {}
    if connector not in used:
        bench.findings.unknown("connector", connector, used, place)
        return None
    if used[connector].provider == WEBHOOK:
        bench.findings.add(
            "P503",
            Sentence("{connector} only lets messages in: it cannot be asked.", connector=connector),
            place,
            hint="trigger: {message: …}",
        )
        return None
    offered: Offered | None = (bench.offered or {}).get(connector)
    if offered is not None and name not in offered.actions:
        bench.findings.unknown(Sentence("action of {connector}", connector=connector), name, offered.actions, place)
    return offered.actions.get(name) if offered else None


def _inputs(bench: Bench, shell: Shell, declared: d.Step, around: tuple[Action | None, Place]) -> dict[str, Given]:
    action, place = around
    wanted = {f.name: f for f in msgspec.structs.fields(action.takes)} if action else None
    found = {}
    for name, written in declared.with_.items():
        here = place.at("with", name)
        if wanted is not None and name not in wanted:
            bench.findings.unknown(Sentence("input of {run}", run=declared.run), name, wanted, here, key=True)
            continue
        expected = (type_of(wanted[name].type) if wanted else None) or _ANY
        if given := bench.given(written, here, Names(this=shell.name), (Context.VALUE, expected)):
            found[name] = given
    misspelt = wanted is not None and not declared.with_.keys() <= wanted.keys()
    for name in (n for n, f in (wanted or {}).items() if f.required and n not in declared.with_ and not misspelt):
        bench.findings.add(
            "S202",
            Sentence('"{name}" is missing: {run} needs it.', name=name, run=declared.run),
            place.at("with"),
            hint=f"with: {{{name}: =…}}",
        )
    return found


def _answers(bench: Bench, shell: Shell, declared: d.Step, around: tuple[Action | None, Place]) -> dict[str, str]:
    action, place = around
    given = {f.name: f.type for f in msgspec.structs.fields(action.gives)} if action else None
    for name, answer in declared.save.items():
        here = place.at("save", name)
        known = check_field(bench, shell, name, here, key=True)
        if given is not None and answer not in given:
            bench.findings.unknown(Sentence("answer of {run}", run=declared.run), answer, given, here)
        elif given is not None and known and name in shell.fields and (wrong := _misfit(type_of(given[answer]), shell.fields[name].type)):
            bench.findings.add(
                "W413",
                Sentence("{answer} of {run} does not fit {name}: {wrong}.", answer=answer, run=declared.run, name=name, wrong=wrong),
                here,
            )
    return dict(declared.save)


def type_of(annotation: object) -> Type | None:
    """The type of a value of a contract in formulas; None for what formulas do not know."""
    found = _plain(type_info(annotation))
    if isinstance(found, LiteralType) and all(isinstance(v, str) for v in found.values):
        return Type(Kind.TEXT, choices=tuple(str(v) for v in found.values))
    kind = _KINDS.get(type(found))
    return Type(kind) if kind else None


def _plain(found: Inspected) -> Inspected:
    """The one type beside null."""
    if isinstance(found, UnionType):
        rest = [inner for inner in found.types if type(inner).__name__ != "NoneType"]
        return rest[0] if len(rest) == 1 else found
    return found


def _misfit(answer: Type | None, field: Type) -> str | None:
    """Why an answer cannot be kept in a field."""
    if answer is None:
        return Sentence("it is no single value")
    if field.kind is Kind.CHOICE and answer.kind is Kind.TEXT:
        missing = [code for code in answer.choices if code not in field.choices]
        if answer.choices and not missing:
            return None
        return (
            Sentence("{choice_set} has no code {missing}", choice_set=field.choice_set, missing=", ".join(missing))
            if missing
            else Sentence("any text may come, and only codes fit")
        )
    return None if answer.kind is field.kind else Sentence("it is {answer}, the field is {field}", answer=answer, field=field)


def _seconds(bench: Bench, text: str, place: Place) -> int:
    found = _WAIT.fullmatch(text)
    if found is None:
        bench.findings.add(
            "W404", Sentence('"{text}" is not a length of time.', text=text), place, hint="write such as 2 minutes, 90 seconds, 1 hour"
        )
        return 60
    return int(found[1]) * _SECONDS[found[2]]
