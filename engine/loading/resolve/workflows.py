"""Workflows: steps with the defaults merged in, and the ends."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.formula import Context, Names
from engine.loading.declarations import Sourced
from engine.loading.findings import Place
from engine.metadata import End, Lifecycle, Step, Workflow
from engine.metadata import declared as d

from .access import check_field
from .bench import Bench
from .calendars import calendar_named
from .calls import call_of
from .entities import checks
from .people import people
from .routes import Ground, returns, routes
from .shells import Shell
from .steps import check_keys, kind_of
from .timers import timers


def workflows(bench: Bench, shells: Mapping[str, Shell], lifecycles: Mapping[str, Lifecycle]) -> dict[str, Workflow]:
    """All workflows by name."""
    return {
        name: _workflow(bench, source, shells[source.declared.for_], lifecycles.get(source.declared.for_))
        for name, source in bench.declarations.workflows.items()
    }


def _workflow(bench: Bench, source: Sourced[d.Workflow], shell: Shell, lifecycle: Lifecycle | None) -> Workflow:
    declared, place = source.declared, source.place
    ground = Ground(bench, shell, declared, place)
    ground.check_names()
    steps = {name: _step(ground, name) for name in ground.names}
    actions = lifecycle.actions if lifecycle else {}
    ends = {}
    for name, end in declared.ends.items():
        here = place.at("ends", name)
        if end.call is not None and end.call not in actions:
            bench.findings.unknown(f"action of {shell.name}", end.call, actions, here.at("call"))
        elif end.call is not None and not any(who.kind == "system" for who in actions[end.call].who):
            hint = f"add system to `who` of {end.call}"
            bench.findings.add("W403", f"{end.call} may not be fired by a workflow.", here.at("call"), hint=hint)
        ends[name] = End(name, bench.label(end.label, here.at("label"), name), end.call, end.lock)
    return Workflow(
        declared.workflow,
        bench.label(declared.label, place.at("label"), declared.workflow),
        shell.name,
        people(bench, declared.starters, place, "starters", (shell.name, ())),
        people(bench, declared.admin, place, "admin", (shell.name, ())),
        steps,
        ends,
        help=bench.words(declared.help, place.at("help")),
        calendar=calendar_named(bench, declared.calendar, place.at("calendar")),
        withdraw=declared.withdraw,
    )


def merged(own: d.Step, defaults: d.Step) -> d.Step:
    """A step with the defaults of its workflow for what it does not say."""
    given = {f: getattr(defaults, f) for f in d.Step.__struct_fields__ if getattr(own, f) == getattr(d.Step(), f)}
    return msgspec.structs.replace(own, **given)


def _step(ground: Ground, name: str) -> Step:
    place, own = ground.steps[name]
    bench, shell, declared = ground.bench, ground.shell, merged(own, ground.declared.defaults)
    do = kind_of(bench, declared, place)
    check_keys(bench, declared, do, place)
    scope = (shell.name, ground.before(name))
    return Step(
        name,
        bench.label(declared.label, place.at("label"), name),
        do,
        help=bench.words(declared.help, place.at("help")),
        who=people(bench, declared.who, place, "who", scope),
        agree=declared.agree or "any",
        excluded=people(bench, declared.except_, place, "except", scope),
        self_approval=declared.self_approval,
        if_nobody=people(bench, declared.if_nobody, place, "if_nobody", scope),
        edit=_fields(ground, declared.edit, place.at("edit")),
        must=_fields(ground, declared.must, place.at("must")),
        checks=tuple(checks(bench, shell, declared.checks, place.at("checks"))),
        when=bench.condition(declared.when, place.at("when"), Names(this=shell.name), Context.WHEN),
        then=routes(ground, name, do, declared),
        returns=returns(ground, name, declared) if do == "review" else (),
        call=call_of(bench, shell, declared, place) if do == "run" else None,
        comment=declared.comment or "on_reject",
        timers=timers(ground, name, do, declared),
        max_rounds=declared.max_rounds or 20,
        detour=name in ground.declared.detours,
    )


def _fields(ground: Ground, names: tuple[str, ...], place: Place) -> frozenset[str]:
    for index, name in enumerate(names):
        if not check_field(ground.bench, ground.shell, name, place.at(index)):
            continue
        member = ground.bench.catalog.members(ground.shell.name).get(name)
        if member is not None and member.computed:
            ground.bench.findings.add("W402", f"{name} is computed and cannot be filled in.", place.at(index))
    return frozenset(names)
