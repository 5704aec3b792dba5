"""Running one scenario: step by step under its own clock, everything that is otherwise than written noted with its line."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from engine.access import SYSTEM
from engine.clock import VirtualClock
from engine.errors import ObjectloomError
from engine.formula import FormulaErrors
from engine.frozen import frozen
from engine.loading import Document, Path
from engine.records import plan_retention

from .acting import act, begin
from .expecting import failures
from .failing import kind_of, wrong_failure
from .model import Scenario, Step
from .moments import later, moment
from .setting import set_the_scene
from .values import Unknown
from .witness import Witness
from .world import Answers, Open, World

EARLY = datetime(1970, 1, 1, tzinfo=UTC)


@frozen
class Failure:
    """Something that is not as written, at its line."""

    file: str
    line: int
    message: str


@dataclass
class Result:
    """What came of one run."""

    name: str
    failures: list[Failure] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether everything was as written."""
        return not self.failures


class _Run:
    def __init__(self, scenario: Scenario, document: Document, world: World, witness: Witness | None) -> None:
        self.scenario = scenario
        self.document = document
        self.world = world
        self.witness = witness
        self.result = Result(scenario.title)

    def fail(self, path: Path, message: str) -> None:
        line = self.document.mark(path).line + 1
        self.result.failures.append(Failure(self.document.file, line, message))

    def take(self, step: Step) -> None:
        """One step; if the engine itself breaks, that is a failure of this scenario and not the end of all others."""
        try:
            self.step(step)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told with its line
            self.fail(step.path, f"the engine broke: {type(error).__name__}: {error}")

    def step(self, step: Step) -> None:
        self.move_clock(step)
        if step.verb == "race":
            self.race(step)
        elif step.verb is not None:
            self.act(step)
        for expectation in step.expect:
            if self.witness is not None:
                self.witness.expected(self.world, expectation)
            for message in failures(self.world, expectation):
                self.fail(expectation.path, message)
        for name in self.world.answers.unexpected:
            self.fail(step.path, f"{name} was called and the scenario has no answer for it")
        self.world.answers.unexpected.clear()

    def move_clock(self, step: Step) -> None:
        clock, zone = self.world.clock, self.world.metadata.zone
        if "at" in step.keys:
            until = moment(step.keys["at"], zone)
        elif "wait" in step.keys:
            until = later(clock.now(), step.keys["wait"], self.world.metadata.calendar_named(""))
        else:
            return
        self.world.application.run_due(until)
        clock.move_to(max(until, clock.now()))
        if any(entity.retention and not entity.system for entity in self.world.metadata.documents):
            self.world.application.run(SYSTEM, plan_retention)
            self.world.application.run_due(clock.now())

    def act(self, step: Step) -> None:
        wanted = step.keys.get("fails")
        if self.witness is not None:
            self.witness.before(self.world, step)
        try:
            done = act(self.world, begin(self.world, step))
        except (ObjectloomError, FormulaErrors, Unknown) as error:
            if self.witness is not None:
                self.witness.refused(self.world, step)
            if wanted is None or (wrong := wrong_failure(self.world, wanted, error)):
                self.fail(step.path, f"{step.verb} {step.target} failed: {kind_of(error)}: {error}" if wanted is None else str(wrong))
            return
        if wanted is not None:
            self.fail(step.path, f"{step.verb} {step.target} succeeded; it should have failed: {wanted}")
        self.compare_warnings(step, [message.render(self.world.metadata.languages[0]) for message in done.warnings])
        self.name_made(step, done.made)
        if self.witness is not None:
            self.witness.made(self.world, step, done.made)

    def compare_warnings(self, step: Step, warnings: list[str]) -> None:
        wanted = step.keys.get("warns")
        if wanted is not None and not any(str(wanted) in warning for warning in warnings):
            self.fail(step.path, f"it should have warned {wanted!r}; it warned {warnings or 'of nothing'}")

    def name_made(self, step: Step, made: list[tuple[str, int]]) -> None:
        names = step.keys.get("names")
        for entity, wanted in names.items() if isinstance(names, Mapping) else ():
            ids = [number for of, number in made if of == entity]
            listed = wanted if isinstance(wanted, list) else [wanted]
            if len(ids) != len(listed):
                self.fail(step.path, f"records of {entity} that this step made: {len(ids)}, not {len(listed)}")
            for name, number in zip(listed, ids, strict=False):
                self.world.name(str(name), entity, number)

    def race(self, step: Step) -> None:
        """All at the same time: each has begun before any has finished."""
        start = threading.Barrier(len(step.together))
        errors: list[Exception | None] = [None] * len(step.together)

        def contend(place: int, part: Step) -> None:
            try:
                begun = begin(self.world, part)
                start.wait(30)
                act(self.world, begun)
            except Exception as error:  # noqa: BLE001 - what a thread raises is judged by the main one
                errors[place] = error

        threads = [threading.Thread(target=contend, args=(place, part)) for place, part in enumerate(step.together)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.judge(step, errors)

    def judge(self, step: Step, errors: list[Exception | None]) -> None:
        for part, error in zip(step.together, errors, strict=True):
            if error is not None and kind_of(error) not in ("conflict", "refused", "invalid"):
                self.fail(part.path, f"{part.verb} {part.target} failed: {kind_of(error)}: {error}")
        won, wanted = errors.count(None), step.keys.get("wins", len(errors))
        if won != wanted:
            reasons = "; ".join(str(error) for error in errors if error is not None)
            self.fail(step.path, f"{won} of the steps succeeded, not {wanted} ({reasons or 'nothing failed'})")


def run(scenario: Scenario, document: Document, open_world: Open, witness: Witness | None = None) -> Result:
    """Run a scenario that was checked in a world of its own; what goes wrong is in the result, never raised.

    A `witness` sees what it covers.
    """
    answers = Answers.of(scenario)
    clock = VirtualClock(EARLY)
    with open_world(clock, answers) as application:
        world = World(application, clock, answers, witness=witness)
        clock.move_to(moment(scenario.clock, world.metadata.zone))
        application.subscribe(world.hear)
        running = _Run(scenario, document, world, witness)
        try:
            set_the_scene(world, scenario)
        except (ObjectloomError, FormulaErrors, Unknown) as error:
            which = ", ".join(getattr(error, "__notes__", ())) or "what is given"
            running.fail(("given",), f"{which} cannot be made: {kind_of(error)}: {error}")
            return running.result
        for step in scenario.steps:
            running.take(step)
            if not running.result.good:
                break
        if witness is not None:
            witness.finish(world)
    return running.result
