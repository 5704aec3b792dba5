"""Lifecycles: states, and the actions that move a record between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.errors import Sentence
from engine.formula import Context, Names
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import Action, Guard, Lifecycle, State
from engine.metadata import declared as d

from .asking import Asked, asked, reads_asked, reads_change
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
            bench.findings.add(
                "N303", Sentence("{entity} has a lifecycle already: {name}.", entity=entity, name=found[entity].name), place.at("for")
            )
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
        color = bench.color(s.color, place.at("states", state, "color"))
        states[state] = State(state, label, color, s.final, s.lock, timers)
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
        bench.findings.add(
            "S202", Sentence('"who" is missing: who may {name}?', name=name.replace("_", " ")), place, hint="such as role:buyer", key=True
        )
    small = asked(bench, declared, place, shell)
    return Action(
        name,
        bench.label(declared.label, place.at("label"), name),
        _sources(bench, declared, place, states),
        declared.to,
        people(bench, declared.who, place, "who", (shell.name, ())),
        help=bench.words(declared.help, place.at("help")),
        guards=tuple(_guards(bench, declared, place, (shell, small))),
        ask=small.names,
        needed=small.needed,
        own=small.own,
        comment=declared.comment,
        effects=consequences(Acting(bench, shells, shell, asked=small.types, old=True), declared, place),
    )


def _sources(bench: Bench, declared: d.Action, place: Place, states: Mapping[str, State]) -> frozenset[str]:
    names = listed(declared.from_)
    if names == ("any",):
        return frozenset(states)
    for index, name in enumerate(names):
        if name not in states:
            bench.findings.unknown("state", name, [*states, "any"], place.item("from", index))
    return frozenset(names)


def _guards(bench: Bench, declared: d.Action, place: Place, around: tuple[Shell, Asked]) -> Iterator[Guard]:
    shell, small = around
    written = declared.when if isinstance(declared.when, tuple) else (declared.when,)
    for index, guard in enumerate(written):
        here = place.item("when", index)
        require = bench.condition(guard.require, here.at("require"), Names(this=shell.name, old=True, extra=small.types), Context.GUARD)
        of_answers = require is not None and reads_asked(require.tree)
        changed = require is not None and reads_change(require)
        extra = small.types if of_answers or changed else {}
        say = bench.wording(guard.say, here.at("say"), Names(this=shell.name, extra=extra))
        if require is not None:
            yield Guard(require, say, of_answers, changed)
