"""Timers of steps: when they are due, and what they do, as far as the step can have it done."""

from __future__ import annotations

from engine.errors import Sentence
from engine.formula import Kind
from engine.loading.findings import Place
from engine.metadata import TIMER_DO, Due, Span, Timer, Who
from engine.metadata import declared as d

from .bench import Bench, listed
from .calendars import span
from .people import people
from .routes import Ground

TIMES = 100
"""How often a reminder without `times` is repeated at most."""
FIELD = "field:"


def timers(ground: Ground, at: tuple[str, str], declared: d.Step, place: Place) -> tuple[Timer, ...]:
    """The timers of a step, `at` its name and what it does; inside a branch they remind and escalate."""
    own = place.at("timers").path in place.document.values
    found = (_timer(ground, at, t, place.at("timers", i) if own else place) for i, t in enumerate(declared.timers))
    return tuple(timer for timer in found if timer is not None)


def due(bench: Bench, entity: str, after: str, place: Place) -> Due | None:
    """When something is due: a length of time, or `field:` with a date or time of the record."""
    if not after.startswith(FIELD):
        found = span(bench, after, place)
        return Due(found) if found else None
    name = after.removeprefix(FIELD)
    members = bench.catalog.members(entity)
    if name not in members:
        bench.findings.unknown(Sentence("field of {name}", name=entity), name, members, place)
    elif members[name].type.kind not in (Kind.DATE, Kind.DATETIME):
        bench.findings.add(
            "W425",
            Sentence("{name} is no time: it is {type}.", name=name, type=members[name].type),
            place,
            hint="name a date, or a date with its time",
        )
    else:
        return Due(field=name)
    return None


def _timer(ground: Ground, at: tuple[str, str], declared: d.Timer, place: Place) -> Timer | None:
    bench, (step, do) = ground.bench, at
    when = due(bench, ground.shell.name, declared.after, place.at("after"))
    every = span(bench, declared.every, place.at("every")) if declared.every is not None else None
    if declared.do not in TIMER_DO[do]:
        hint = Sentence("use one of: {known}", known=", ".join(TIMER_DO[do]))
        bench.findings.add("W426", Sentence("A timer of `do: {do}` cannot {wanted}.", do=do, wanted=declared.do), place.at("do"), hint=hint)
        return None
    repeated = declared.every is not None or declared.times is not None
    if repeated and declared.do != "remind":
        bench.findings.add("W426", "Only reminders repeat.", place.at("every" if declared.every else "times"), key=True)
    elif declared.times is not None and declared.every is None:
        bench.findings.add("W426", '"times" needs "every": how long between them?', place.at("times"), key=True)
    who, to = _aim(ground, step, declared, place)
    return Timer(when, declared.do, who, to, every, _times(declared, every)) if when else None


def _times(declared: d.Timer, every: Span | None) -> int:
    return declared.times or (TIMES if every else 1)


def _aim(ground: Ground, step: str, declared: d.Timer, place: Place) -> tuple[tuple[Who, ...], str]:
    """Whom an escalation asks, or where the timer leads."""
    bench, named = ground.bench, listed(declared.to)
    if declared.do in ("escalate", "return", "go") and not named:
        bench.findings.add("S202", Sentence('"to" is missing: {do} to whom, or where?', do=declared.do), place, hint="to: …", key=True)
    elif declared.do in ("remind", "approve", "reject") and named:
        bench.findings.add("W426", Sentence('"to" means nothing for {do}.', do=declared.do), place.at("to"), key=True)
    elif declared.do == "escalate":
        return people(bench, declared.to, place, "to", (ground.shell.name, ground.before(step))), ""
    elif named:
        allowed = ground.returnable(step) if declared.do == "return" else (*ground.names, *ground.declared.ends)
        if len(named) == 1 and named[0] in allowed:
            return (), named[0]
        bench.findings.unknown("earlier step" if declared.do == "return" else "step or end", str(named[0]), allowed, place.at("to"))
    return (), ""
