"""Demonstration data: a scenario of the folder `demo/`, played into a real database so that its story ends now.

It goes through the same doors as a person, with the connectors of the application; so there are histories, approvals on
their way, and open tasks for everybody. Its steps only `wait`: the clock begins as long ago as they wait in all.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.errors import BadDefinition
from engine.metadata import Metadata

from .checking import check
from .findings import Findings, Place
from .model import Scenario
from .moments import length
from .reading import read_library, runs_of
from .running import Result, run
from .world import Open

FOLDER = NAME = "demo"


def play_demonstration(root: Path, metadata: Metadata, now: datetime, open_world: Open) -> tuple[Scenario, Result] | None:
    """Play `demo/demo.yaml` of the application in `root`; None where there is none. Raises BadDefinition when it is wrong."""
    findings = Findings()
    library = read_library(root, findings, FOLDER)
    if NAME not in library.scenarios:
        return None
    document = library.scenarios[NAME]
    (scenario, *_) = runs_of(NAME, library, findings)
    check(scenario, library, metadata, findings)
    for step in scenario.steps:
        if "at" in step.keys:
            findings.add(Place(document, step.path), "T610", "A demonstration only waits: it ends now, whenever it is played.")
    if findings.sorted:
        raise BadDefinition(findings.sorted)
    return scenario, run(ending(scenario, now, metadata.zone), document, open_world)


def ending(scenario: Scenario, now: datetime, zone: ZoneInfo) -> Scenario:
    """The same story, beginning so long before `now` that it ends then (to the second)."""
    start = now
    for step in scenario.steps:
        if "wait" in step.keys:
            start -= length(step.keys["wait"])
    return replace(scenario, clock=start.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"))
