"""Lifecycles: states, and the actions that move a record between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.formula import Context, Names
from engine.loading.declarations import Sourced
from engine.loading.findings import Place
from engine.metadata import Action, Given, Guard, Lifecycle, LiteralOrFormula, State
from engine.metadata import declared as d

from .bench import Bench, listed
from .people import people
from .shells import Shell


def lifecycles(bench: Bench, shells: Mapping[str, Shell]) -> dict[str, Lifecycle]:
    """The lifecycles by entity; N303 for a second one of an entity."""
    found: dict[str, Lifecycle] = {}
    for name, source in bench.declarations.lifecycles.items():
        entity, place = source.declared.for_, source.place
        if entity in found:
            bench.findings.add("N303", f"{entity} has a lifecycle already: {found[entity].name}.", place.at("for"))
        else:
            found[entity] = _lifecycle(bench, name, source, shells[entity])
    return found


def _lifecycle(bench: Bench, name: str, source: Sourced[d.Lifecycle], shell: Shell) -> Lifecycle:
    declared, place = source.declared, source.place
    states = {
        state: State(state, bench.label(s.label, place.at("states", state, "label"), state), s.color or "secondary", s.final, s.lock)
        for state, s in declared.states.items()
    }
    actions = {
        action: _action(bench, action, Sourced(a, place.at("actions", action)), (shell, states)) for action, a in declared.actions.items()
    }
    return Lifecycle(name, shell.name, bench.label(declared.label, place.at("label"), name), states, actions)


def _action(bench: Bench, name: str, source: Sourced[d.Action], around: tuple[Shell, Mapping[str, State]]) -> Action:
    shell, states = around
    declared, place = source.declared, source.place
    if declared.to is not None and declared.to not in states:
        bench.findings.unknown("state", declared.to, states, place.at("to"))
    if not declared.who:
        bench.findings.add("S202", f'"who" is missing: who may {name.replace("_", " ")}?', place, hint="such as role:buyer", key=True)
    if declared.start is not None and declared.start not in bench.declarations.workflows:
        bench.findings.unknown("workflow", declared.start, bench.declarations.workflows, place.at("start"))
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
        set=assigned(bench, declared.set, place.at("set"), shell),
        start=declared.start,
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


def assigned(bench: Bench, written: Mapping[str, LiteralOrFormula], place: Place, shell: Shell) -> dict[str, Given]:
    """The right sides of `set`, each of its field's type; nobody sets `state`, and computed fields are computed."""
    found = {}
    for name, value in written.items():
        here, field = place.at(name), shell.fields.get(name)
        if name == "state":
            bench.findings.add("W401", "Nobody sets the state: an action goes `to` it.", here, key=True)
        elif field is None:
            bench.findings.unknown(f"field of {shell.name}", name, shell.fields, here, key=True)
        elif bench.catalog.members(shell.name)[name].computed:
            bench.findings.add("W402", f"{name} is computed and cannot be set.", here, key=True)
        elif given := bench.given(value, here, Names(this=shell.name), (Context.VALUE, field.type)):
            found[name] = given
    return found
