"""Automations: what starts them, and what they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.errors import Sentence
from engine.formula import Context, Names
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import Automation, Effects, Lifecycle, Source, Trigger
from engine.metadata import declared as d

from .bench import Bench, listed
from .calling_out import consequences
from .effects import Acting
from .inbound import inbound, record_of, types_of
from .schedules import schedule
from .shells import Shell


def automations(bench: Bench, shells: Mapping[str, Shell], lifecycles: Mapping[str, Lifecycle]) -> dict[str, Automation]:
    """All automations by name; what is wrong in one leaves it out."""
    found = {name: _automation(bench, source, shells, lifecycles) for name, source in bench.declarations.automations.items()}
    return {name: one for name, one in found.items() if one is not None}


def _automation(
    bench: Bench, written: Sourced[d.Automation], shells: Mapping[str, Shell], lifecycles: Mapping[str, Lifecycle]
) -> Automation | None:
    declared, place = written.declared, written.place
    trigger = _trigger(bench, declared, place)
    entity = _entity(bench, declared, place, trigger, shells)
    if trigger is None or entity is None:
        return None
    _check_names(bench, trigger, (shells[entity], lifecycles.get(entity)), place.at("trigger"))
    message = inbound(bench, declared, place)
    if message is None and trigger.kind == "message":
        return None
    acting = Acting(bench, shells, shells[entity], old=trigger.kind == "changed", message=types_of(message))
    items = declared.do if isinstance(declared.do, tuple) else (declared.do,)
    do = tuple(_effect(acting, item, place.item("do", index)) for index, item in enumerate(items))
    when = bench.condition(declared.when, place.at("when"), acting.names, Context.WHEN)
    label = bench.label(declared.label, place.at("label"), declared.automation)
    match = record_of(bench, declared, (place, shells[entity]), message) if message else None
    rows = _rows(acting, declared, place)
    return Automation(declared.automation, label, entity, trigger, do, when, rows, declared.repeat or 1, message, match)


def _effect(acting: Acting, declared: d.Effect, place: Place) -> Effects:
    when = acting.bench.condition(declared.when, place.at("when"), acting.names, Context.WHEN)
    return replace(consequences(acting, declared, place), when=when)


def _entity(bench: Bench, declared: d.Automation, place: Place, trigger: Trigger | None, shells: Mapping[str, Shell]) -> str | None:
    """The entity of the record it acts on: `for`, or that of the rows of a schedule."""
    if trigger is None:
        return None
    if trigger.kind == "time":
        return _entity_of_rows(bench, declared, place, shells)
    if declared.from_ is not None:
        bench.findings.add("W428", "`from` is for schedules; here it acts on the record.", place.at("from"), key=True)
    if declared.for_ is None:
        bench.findings.add("S202", '"for" is missing: which records?', place, hint="for: ENTITY", key=True)
    elif declared.for_ not in shells:
        bench.findings.unknown("entity", declared.for_, [n for n, s in shells.items() if s.document is None], place.at("for"))
    elif trigger.kind in ("ended", "message") and shells[declared.for_].document is not None:
        what = Sentence("work that ends" if trigger.kind == "ended" else "messages that look for it")
        bench.findings.add(
            "W428", Sentence("A row of {document} has no {what}.", document=shells[declared.for_].document, what=what), place.at("for")
        )
    else:
        return declared.for_
    return None


def _entity_of_rows(bench: Bench, declared: d.Automation, place: Place, shells: Mapping[str, Shell]) -> str | None:
    if declared.for_ is not None:
        bench.findings.add("W428", "A schedule has no record: it runs over the rows of `from`.", place.at("for"), key=True)
    if declared.from_ is None:
        hint = "from: {entity: …, where: …}"
        bench.findings.add("S202", '"from" is missing: over which rows does it run?', place, hint=hint, key=True)
    elif declared.from_.entity not in shells:
        bench.findings.unknown("entity", declared.from_.entity, shells, place.at("from", "entity"))
    else:
        return declared.from_.entity
    return None


def _rows(acting: Acting, declared: d.Automation, place: Place) -> Source | None:
    if declared.from_ is None:
        return None
    where = acting.bench.condition(declared.from_.where, place.at("from", "where"), Names(this=acting.shell.name), Context.WHERE)
    return Source(acting.shell.name, where=where, sort=declared.from_.sort)


def _trigger(bench: Bench, declared: d.Automation, place: Place) -> Trigger | None:
    written, here = declared.trigger, place.at("trigger")
    if isinstance(written, str):
        return Trigger(written)
    said = [key for key in ("changed", "entered", "ended", "message", "every", "cron") if getattr(written, key)]
    if len(said) != 1:
        hint = "created, deleted, or one of changed, entered, ended, message, every, cron"
        bench.findings.add("W428", "A trigger says one thing that starts it.", here, hint=hint)
        return None
    if written.cron or written.every:
        cron = schedule(bench, written, here)
        return Trigger("time", cron=cron) if cron else None
    kind = said[0]
    for key in ("fields", "key"):
        if kind != "message" and getattr(written, key):
            bench.findings.add("W428", Sentence('"{key}" is for messages.', key=key), here.at(key), key=True)
    return Trigger(kind, listed(getattr(written, kind)))  # type: ignore[arg-type] # the kinds are those of the struct


def _check_names(bench: Bench, trigger: Trigger, about: tuple[Shell, Lifecycle | None], place: Place) -> None:
    shell, lifecycle = about
    known = {
        "changed": (Sentence("field of {name}", name=shell.name), bench.catalog.members(shell.name)),
        "entered": (Sentence("state of {name}", name=shell.name), lifecycle.states if lifecycle else ()),
        "ended": ("workflow", [n for n, s in bench.declarations.workflows.items() if s.declared.for_ == shell.name]),
    }.get(trigger.kind)
    for index, name in enumerate(trigger.names if known else ()):
        assert known is not None
        if name not in known[1]:
            bench.findings.unknown(known[0], name, known[1], place.item(trigger.kind, index))
