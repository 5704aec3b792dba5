"""Lifecycles: states, and the actions that move a record between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.formula import Context, Names
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import Action, Guard, Lifecycle, State
from engine.metadata import declared as d

from .bench import Bench, listed
from .calling_out import consequences
from .clocks import clocks
from .effects import Acting
from .people import people
from .shells import Shell
from .state_timers import state_timers


def lifecycles(bench: Bench, shells: Mapping[str, Shell]) -> dict[str, Lifecycle]:
    """The lifecycles by entity; N303 for a second one of an entity."""
    found: dict[str, Lifecycle] = {}
    for name, source in bench.declarations.lifecycles.items():
        entity, place = source.declared.for_, source.place
        if entity in found:
            bench.findings.add("N303", f"{entity} has a lifecycle already: {found[entity].name}.", place.at("for"))
        else:
            found[entity] = _lifecycle(bench, name, source, (shells[entity], shells))
    return found


def _lifecycle(bench: Bench, name: str, source: Sourced[d.Lifecycle], around: tuple[Shell, Mapping[str, Shell]]) -> Lifecycle:
    shell, shells = around
    declared, place = source.declared, source.place
    acting = Acting(bench, shells, shell)
    states = {}
    for state, s in declared.states.items():
        label = bench.label(s.label, place.at("states", state, "label"), state)
        timers = state_timers(acting, declared, state, place.at("states", state, "timers"))
        states[state] = State(state, label, s.color or "secondary", s.final, s.lock, timers)
    actions = {
        action: _action(bench, action, Sourced(a, place.at("actions", action)), (shell, shells, states))
        for action, a in declared.actions.items()
    }
    return Lifecycle(name, shell.name, bench.label(declared.label, place.at("label"), name), states, actions, clocks(acting, source))


def _action(bench: Bench, name: str, source: Sourced[d.Action], around: tuple[Shell, Mapping[str, Shell], Mapping[str, State]]) -> Action:
    shell, shells, states = around
    declared, place = source.declared, source.place
    if declared.to is not None and declared.to not in states:
        bench.findings.unknown("state", declared.to, states, place.at("to"))
    if not declared.who:
        bench.findings.add("S202", f'"who" is missing: who may {name.replace("_", " ")}?', place, hint="such as role:buyer", key=True)
    return Action(
        name,
        bench.label(declared.label, place.at("label"), name),
        _sources(bench, declared, place, states),
        declared.to,
        people(bench, declared.who, place, "who", (shell.name, ())),
        help=bench.words(declared.help, place.at("help")),
        guards=tuple(_guards(bench, declared, place, shell)),
        ask=_asked(bench, declared, place, shell),
        comment=declared.comment,
        effects=consequences(Acting(bench, shells, shell), declared, place),
    )


def _sources(bench: Bench, declared: d.Action, place: Place, states: Mapping[str, State]) -> frozenset[str]:
    names = listed(declared.from_)
    if names == ("any",):
        return frozenset(states)
    for index, name in enumerate(names):
        if name not in states:
            bench.findings.unknown("state", name, [*states, "any"], place.item("from", index))
    return frozenset(names)


def _guards(bench: Bench, declared: d.Action, place: Place, shell: Shell) -> Iterator[Guard]:
    written = declared.when if isinstance(declared.when, tuple) else (declared.when,)
    for index, guard in enumerate(written):
        here = place.item("when", index)
        require = bench.condition(guard.require, here.at("require"), Names(this=shell.name, old=True), Context.GUARD)
        say = bench.wording(guard.say, here.at("say"), Names(this=shell.name))
        if require is not None:
            yield Guard(require, say)


def _asked(bench: Bench, declared: d.Action, place: Place, shell: Shell) -> tuple[str, ...]:
    for index, name in enumerate(declared.ask):
        if name not in shell.fields:
            bench.findings.unknown(f"field of {shell.name}", name, shell.fields, place.at("ask", index))
    return declared.ask
