"""Workflows: their steps and their ends."""

from __future__ import annotations

from collections.abc import Mapping

from engine.loading.sourced import Sourced
from engine.metadata import USUAL_ENDS, End, Workflow
from engine.metadata import declared as d

from .bench import Bench
from .calendars import calendar_named
from .calling_out import consequences
from .effects import Acting
from .people import people
from .routes import Ground
from .shells import Shell
from .steps import step_of


def workflows(bench: Bench, shells: Mapping[str, Shell]) -> dict[str, Workflow]:
    """All workflows by name."""
    return {name: _workflow(bench, source, shells) for name, source in bench.declarations.workflows.items()}


def _workflow(bench: Bench, source: Sourced[d.Workflow], shells: Mapping[str, Shell]) -> Workflow:
    declared, place = source.declared, source.place
    shell = shells[declared.for_]
    ground = Ground(bench, shells, shell, declared, place)
    ground.check_names()
    steps = {name: step_of(ground, name) for name in ground.names}
    acting = Acting(bench, shells, shell, ground.names)
    ends = {}
    for name, end in declared.ends.items():
        here = place.at("ends", name)
        label = bench.label(end.label or USUAL_ENDS.get(name), here.at("label"), name)
        ends[name] = End(name, label, consequences(acting, end, here), end.lock)
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
