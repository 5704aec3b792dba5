"""Seeing what scenarios cover while they are played: from the events of each run, and from what its people were asked and refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.access import SYSTEM, Actor, granting
from engine.errors import ObjectloomError
from engine.frozen import frozen
from engine.metadata import Entity, Metadata
from engine.records import Query, RecordFrame, Row, fetch_if_there, find
from engine.unit_of_work import Entered, Event, Fired, View
from engine.workflow import Event as Happened
from engine.workflow import actions_of, events_of, instances_of

from . import points
from .acting import actor_of
from .model import Expectation, Step
from .points import Kind, Point
from .values import Unknown, record_of
from .world import World

MANY = 500
RIGHTS = {"update": "update", "delete": "delete", "archive": "delete", "take_back": "delete"}
"""Verbs that name their record, and the right that each asks for."""
READS = frozenset({"sees", "misses", "list"})


@dataclass
class Witness:
    """What all runs so far have covered of an application."""

    metadata: Metadata
    seen: set[Point] = field(default_factory=set)

    def hear(self, event: Event) -> None:
        """Something happened to a record."""
        lifecycle = self.metadata.entities[event.entity].lifecycle
        if lifecycle is None or self.metadata.entities[event.entity].system:
            return
        if isinstance(event, Entered):
            self.seen.add(points.state_of(lifecycle, event.state))
        elif isinstance(event, Fired):
            self.seen.add(points.action_of(lifecycle, event.action))
            action = lifecycle.actions[event.action]
            self.seen.update(points.guard_of(lifecycle, action, number, held=True) for number in range(len(action.guards)))

    def before(self, world: World, step: Step) -> None:
        """A step is about to be done: what the rules of access and the guards say to its person now."""
        target = step.target if step.verb in RIGHTS else step.keys.get("record")
        if isinstance(target, str):
            for verb in ("read", RIGHTS.get(str(step.verb), step.verb)):
                self._ask(world, step.actor, [target], str(verb))
            if step.verb == "do":
                self._stopped(world, step.actor, target, str(step.target))

    def made(self, world: World, step: Step, made: Iterable[tuple[str, int]]) -> None:
        """A step has made records."""
        for entity, number in made if step.verb == "create" else ():
            if entity == step.target:
                self._rules(world, actor_of(world, step.actor), (entity, [number]), "create")

    def refused(self, world: World, step: Step) -> None:
        """A step was refused: whoever may not create was denied by every rule that could have granted it.

        Guards that wait for what is given stopped who was not stopped by others.
        """
        target, wanted = step.keys.get("record"), step.keys.get("fails")
        if step.verb == "do" and isinstance(target, str) and (wanted == "refused" or (isinstance(wanted, Mapping) and "refused" in wanted)):
            self._stopped(world, step.actor, target, str(step.target), given=True)
        if step.verb == "create":
            entity, actor = self.metadata.entities[str(step.target)], actor_of(world, step.actor)
            grants = [grant for grant in granting(entity, "create", actor) if grant.where is not None]
            self.seen.update(points.rule_of(entity, grant.rule, "create", held=False) for grant in grants)

    def expected(self, world: World, expectation: Expectation) -> None:
        """An expectation was compared."""
        person, target = expectation.keys.get("as"), expectation.target
        if person is None:
            return
        if expectation.kind == "list":
            entity = self.metadata.lists[str(target)].entity if str(target) in self.metadata.lists else str(target)
            with world.application.look(SYSTEM) as view:
                everything = [record.id for record in find(view, Query(entity, limit=MANY, titles=False, archived=None)).records]
            self._rules(world, actor_of(world, str(person)), (entity, everything), "read")
        elif expectation.kind in READS:
            self._ask(world, str(person), target if isinstance(target, list) else [target], "read")
        elif expectation.kind in ("may", "may_not"):
            self._stopped(world, str(person), str(expectation.keys["record"]), str(target))

    def _ask(self, world: World, person: str, names: Iterable[object], verb: str) -> None:
        with world.application.look(SYSTEM) as view:
            places = [found for name in names if (found := _place(world, view, str(name)))]
        for entity, number in places:
            self._rules(world, actor_of(world, person), (entity, [number]), verb)

    def _rules(self, world: World, actor: Actor, records: tuple[str, Iterable[int]], verb: str) -> None:
        """What each rule of the actor says to these records."""
        entity = self.metadata.entities[records[0]]
        with world.application.look(actor) as view:
            for row in (row for number in records[1] if (row := fetch_if_there(view, entity.name, number))):
                for grant in granting(entity, verb, actor):
                    held = grant.where is None or grant.where.holds(row, RecordFrame(view))
                    self.seen.add(points.rule_of(entity, grant.rule, verb, held=held))

    def _stopped(self, world: World, person: str, name: str, action_name: str, *, given: bool = False) -> None:
        """Which guards of an action stop this person now, or did with what they gave, where its state does not."""
        with world.application.look(actor_of(world, person)) as view:
            place = _place(world, view, name)
            entity = self.metadata.entities[place[0]] if place else None
            row = fetch_if_there(view, *place) if place else None
            action = actions_of(self.metadata, entity).get(action_name) if entity else None
            if entity is None or entity.lifecycle is None or row is None or action is None or row.get("state") not in action.sources:
                return
            frame, guards = RecordFrame(view), list(enumerate(action.guards))
            stopping = [number for number, guard in guards if not guard.waits and not guard.require.holds(row, frame)]
            if given and not stopping:
                stopping = [number for number, guard in guards if guard.waits]
            self.seen.update(points.guard_of(entity.lifecycle, action, number, held=False) for number in stopping)

    def finish(self, world: World) -> None:
        """A run is over: what its running work went through, which states records are in, which rows of decisions hold for them."""
        with world.application.look(SYSTEM) as view:
            for entity in self.metadata.documents:
                if entity.workflows or entity.lifecycle or any(d.entity == entity.name for d in self.metadata.decisions.values()):
                    for record in find(view, Query(entity.name, limit=MANY, titles=False, archived=None)).records:
                        self._record(view, entity, record.id)

    def _record(self, view: View, entity: Entity, number: int) -> None:
        row = fetch_if_there(view, entity.name, number)
        if row is None:
            return
        if entity.lifecycle is not None and row.get("state"):
            self.seen.add(points.state_of(entity.lifecycle, str(row["state"])))
        self._decisions(view, entity, row)
        workflows = {instance.id: instance.workflow for instance in instances_of(view, entity.name, number)}
        for happened in events_of(view, entity.name, number) if workflows else ():
            self._happened(workflows[happened.instance_id], happened)

    def _decisions(self, view: View, entity: Entity, row: Row) -> None:
        for decision in self.metadata.decisions.values():
            if decision.entity == entity.name:
                holding = (number for number, each in enumerate(decision.rows) if each.holds(row, RecordFrame(view)))
                self.seen.update(points.row_of(decision, number) for number in list(holding)[: 1 if decision.hit == "first" else None])

    def _happened(self, workflow: str, event: Happened) -> None:
        detail = event.detail
        if event.kind == "entered":
            self.seen.add(points.step_of(workflow, event.step))
        elif event.kind == "ended":
            self.seen.add(points.end_of(workflow, event.step))
        elif event.kind == "timed":
            step = self.metadata.workflows[workflow].step(event.step)
            own = step.name if step.timers else step.block  # that of a parallel step asks in its branches
            self.seen.add(points.timer_of(workflow, own, str(detail["do"]), str(detail.get("to") or "")))
        elif event.kind == "skipped" and event.cause == "when":
            self.seen.add(points.route_of(workflow, event.step, "skip", "the next"))
        elif event.kind == "routed":
            outcome = "return" if str(detail["outcome"]).startswith("return_to__") else str(detail["outcome"])
            self.seen.add(points.route_of(workflow, event.step, outcome, str(detail["to"])))


@frozen
class Share:
    """How much of one kind was covered, and what was not."""

    of: str
    kind: Kind
    covered: int
    missed: tuple[str, ...]

    @property
    def all(self) -> int:
        """How many there are."""
        return self.covered + len(self.missed)


def shares(metadata: Metadata, seen: Iterable[Point]) -> list[Share]:
    """For each workflow, lifecycle, decision and entity how much was covered, by kind, in the order of the files."""
    known, groups = frozenset(seen), dict[tuple[str, Kind], list[Point]]()
    for point in dict.fromkeys(points.points(metadata)):
        groups.setdefault((point.of, point.kind), []).append(point)
    return [
        Share(of, kind, sum(point in known for point in group), tuple(point.what for point in group if point not in known))
        for (of, kind), group in groups.items()
    ]


def _place(world: World, view: View, name: str) -> tuple[str, int] | None:
    try:
        return record_of(world, view, name)
    except (Unknown, ObjectloomError):
        return None
