"""Timers of states: when they are due, and what they fire or tell."""

from __future__ import annotations

from engine.errors import Sentence
from engine.formula import Kind
from engine.loading.findings import Place
from engine.metadata import StateTimer
from engine.metadata import declared as d

from .bench import listed
from .calendars import span
from .effects import Acting, notices
from .timers import TIMES, due


def state_timers(acting: Acting, declared: d.Lifecycle, state: str, place: Place) -> tuple[StateTimer, ...]:
    """The timers of a state; what is wrong in one leaves it out."""
    found = (_timer(acting, (declared, state), t, place.at(i)) for i, t in enumerate(declared.states[state].timers))
    return tuple(timer for timer in found if timer is not None)


def _timer(acting: Acting, of: tuple[d.Lifecycle, str], declared: d.StateTimer, place: Place) -> StateTimer | None:
    bench = acting.bench
    when = due(bench, acting.shell.name, declared.after, place.at("after"))
    every = span(bench, declared.every, place.at("every")) if declared.every is not None else None
    if declared.do is None and not declared.notify:
        bench.findings.add("S202", '"do" is missing: what happens then?', place, hint="do: ACTION, or notify: …", key=True)
    if declared.since is not None:
        _since(acting, declared.since, place.at("since"))
    if declared.do is not None:
        check_fired(acting, (of[0], (of[1],)), declared.do, place.at("do"))
    told = tuple(notices(acting, declared.notify, place))
    times = declared.times or (TIMES if every else 1)
    return StateTimer(when, declared.since or "", declared.do or "", told, every, times) if when else None


def _since(acting: Acting, name: str, place: Place) -> None:
    members = acting.bench.catalog.members(acting.shell.name)
    if name not in members:
        acting.bench.findings.unknown(Sentence("field of {name}", name=acting.shell.name), name, members, place)
    elif members[name].type.kind not in (Kind.DATE, Kind.DATETIME):
        acting.bench.findings.add("W425", Sentence("{name} is no time: it is {type}.", name=name, type=members[name].type), place)


def check_fired(acting: Acting, of: tuple[d.Lifecycle, tuple[str, ...]], name: str, place: Place) -> None:
    """An action that a timer fires must be there, possible in each of the states, and the engine's to fire."""
    lifecycle, states = of
    action = lifecycle.actions.get(name)
    if action is None:
        acting.bench.findings.unknown(Sentence("action of {name}", name=acting.shell.name), name, lifecycle.actions, place)
        return
    who = action.who if isinstance(action.who, tuple) else (action.who,)
    if "system" not in who:
        hint = Sentence("add system to `who` of {action}", action=name)
        acting.bench.findings.add("W403", Sentence("{name} may not be fired by a timer.", name=name), place, hint=hint)
    possible = listed(action.from_)
    for state in states if "any" not in possible else ():
        if state not in possible:
            acting.bench.findings.add("W426", Sentence("{name} is not possible in the state {state}.", name=name, state=state), place)
