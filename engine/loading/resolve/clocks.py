"""Clocks of a lifecycle: where they run and pause, how long they may, and what happens at which share of it (LANGUAGE 5.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from engine.errors import Sentence
from engine.formula import Context, Kind, Type
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import Clock, ClockTimer
from engine.metadata import declared as d

from .calendars import calendar_named
from .effects import Acting, notices
from .state_timers import check_fired

_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)%", re.ASCII)


def clocks(acting: Acting, source: Sourced[d.Lifecycle]) -> tuple[Clock, ...]:
    """The clocks of a lifecycle, in order; what is wrong in one leaves it out."""
    declared, place = source.declared, source.place.at("clocks")
    found = (_clock(acting, (declared, name), clock, place.at(name)) for name, clock in declared.clocks.items())
    return tuple(clock for clock in found if clock is not None)


def _clock(acting: Acting, of: tuple[d.Lifecycle, str], declared: d.Clock, place: Place) -> Clock | None:
    bench, (lifecycle, name) = acting.bench, of
    _check_states(acting, lifecycle.states, declared, place)
    limit = bench.formula(declared.limit, place.at("limit"), acting.names, (Context.VALUE, Type(Kind.DURATION)))
    if declared.calendar is None and (bench.declarations.app is None or bench.declarations.app.declared.calendar is None):
        message = "A clock counts working time: there is no calendar that says what that is."
        bench.findings.add("W445", message, place, hint="calendar: NAME, here or in app.yaml", key=True)
    calendar = calendar_named(bench, declared.calendar, place.at("calendar"))
    timers = (_timer(acting, (lifecycle, declared.runs), t, place.at("timers", i)) for i, t in enumerate(declared.timers))
    found = tuple(timer for timer in timers if timer is not None)
    label = bench.label(declared.label, place.at("label"), name)
    runs, pauses = frozenset(declared.runs), frozenset(declared.pauses)
    return Clock(name, label, runs, pauses, limit, calendar, declared.restart, found) if limit else None


def _check_states(acting: Acting, states: Mapping[str, object], declared: d.Clock, place: Place) -> None:
    for key, names in (("runs", declared.runs), ("pauses", declared.pauses)):
        for index, name in enumerate(names):
            if name not in states:
                acting.bench.findings.unknown("state", name, states, place.at(key, index))
            elif key == "pauses" and name in declared.runs:
                acting.bench.findings.add(
                    "W443", Sentence("The clock runs and pauses in the state {name}.", name=name), place.at(key, index)
                )


def _timer(acting: Acting, of: tuple[d.Lifecycle, tuple[str, ...]], declared: d.ClockTimer, place: Place) -> ClockTimer | None:
    lifecycle, runs = of
    share = _SHARE.fullmatch(declared.after)
    if share is None:
        message = Sentence('"{after}" is no share of the limit of the clock.', after=declared.after)
        acting.bench.findings.add("W444", message, place.at("after"), hint="write such as 80% or 100%")
    if declared.do is None and not declared.notify:
        acting.bench.findings.add("S202", '"do" is missing: what happens then?', place, hint="do: ACTION, or notify: …", key=True)
    if declared.do is not None:
        check_fired(acting, (lifecycle, runs), declared.do, place.at("do"))
    told = tuple(notices(acting, declared.notify, place))
    return ClockTimer(Decimal(share[1]) / 100, declared.do or "", told) if share else None
