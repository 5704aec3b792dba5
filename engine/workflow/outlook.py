"""What will happen: the steps that lie ahead and the people who will be asked, as the record stands now. It may change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from engine.errors import Message, ObjectloomError, Text
from engine.formula import Formula, Root
from engine.frozen import frozen
from engine.metadata import Entity, Route, Step, Workflow
from engine.records import RecordFrame
from engine.unit_of_work import View

from .course import workflow_of
from .directory import Directory
from .effects import Row
from .machine import SKIP, moves_of
from .model import Instance
from .people import assign

FAR = 20


@frozen
class Ahead:
    """A step or end that lies ahead, with the people who will be asked there."""

    name: str
    label: Text
    people: tuple[int, ...] = ()
    end: bool = False


class Outlook:
    """The future of one instance over the record as it is."""

    def __init__(self, view: View, instance: Instance, row: Row, entity: str) -> None:
        self._entity = view.metadata.entities[entity]
        self._frame = RecordFrame(view)
        self._row = row
        self.workflow: Workflow = workflow_of(view, instance)
        self.instance = instance
        self._directory = Directory(view, entity, row, instance)

    def directory(self, step: str) -> Directory:
        """Where the people of a step are found."""
        return self._directory.turned(step)

    def expected(self) -> tuple[Ahead, ...]:
        """What comes after the present step when all goes well, to the end."""
        if not self.instance.open:
            return ()
        step = self.workflow.steps[self.instance.state]
        return tuple(self._from(self.after(step.name, step.success)))

    def after(self, state: str, outcome: str) -> str | None:
        """The step or end where `outcome` leads from `state`, steps that are skipped left out; None where nothing is known."""
        target: str | None = state
        for trigger in (outcome, *[SKIP] * FAR):
            target = self._lead(str(target), trigger)
            step = self.workflow.steps.get(target or "")
            if step is None or step.when is None or step.when.holds(self._row, self._frame):
                return target
        return None

    def ahead(self, name: str) -> Ahead:
        """A step or end by its name, without its people."""
        step = self.workflow.steps.get(name)
        return Ahead(name, moves_of(self.workflow).ends[name].label, end=True) if step is None else Ahead(name, step.label)

    def _from(self, target: str | None) -> Iterator[Ahead]:
        seen: set[str] = set()
        while target is not None and target not in seen:
            seen.add(target)
            step = self.workflow.steps.get(target)
            yield replace(self.ahead(target), people=self._people(step) if step else ())
            target = self.after(step.name, step.success) if step else None

    def _people(self, step: Step) -> tuple[int, ...]:
        """Who will be asked; in a parallel step, in the first step of each branch that is begun."""
        if step.call is not None:
            return ()
        begun = [branch for branch in step.branches if branch.when is None or branch.when.holds(self._row, self._frame)]
        first = [branch.steps[0] for branch in begun] if step.branches else [step]
        found = [person for one in first for person in assign(one, self.workflow.admin, self.directory(one.name)).people]
        return tuple(dict.fromkeys(found))

    def _lead(self, state: str, outcome: str) -> str | None:
        filled = _filled_at(self._entity, self.workflow.steps[state])

        def holds(route: Route) -> bool:
            if route.resumes:
                return (self.instance.resume or {}).get("to") == route.go
            return route.when is None or filled.is_read_by(route.when) or route.when.holds(self._row, self._frame)

        try:
            return moves_of(self.workflow).move(state, outcome, holds).go
        except ObjectloomError:
            return None


@frozen
class Filled:
    """What is only known when a step is over: fields, and the rows of an entity of which sheets are filed there."""

    fields: frozenset[str]
    sheets: str = ""

    def is_read_by(self, formula: Formula) -> bool:
        """Whether a formula asks for it; such a route is taken to hold, so that the best case is shown."""
        read = (reference for reference in formula.references if reference.root is Root.ROW)
        return any(
            (each.hops[0].name if each.hops else each.field) in self.fields or any(hop.target == self.sheets for hop in each.hops)
            for each in read
        )


@lru_cache(maxsize=1024)
def _filled_at(entity: Entity, step: Step) -> Filled:
    """What people and calls fill at a step and in its branches, with the fields that are computed from it."""
    inner = (step, *(each for branch in step.branches for each in branch.steps))
    fields = frozenset().union(*(one.edit | one.must | frozenset(one.call.save if one.call else ()) for one in inner))
    known = Filled(fields, step.sheet.entity if step.sheet else "")
    while more := {name for name, field in entity.fields.items() if field.formula and known.is_read_by(field.formula)} - known.fields:
        known = replace(known, fields=known.fields | more)
    return known


def in_words(outlook: Outlook, target: str | None) -> Message:
    """One sentence: where this leads."""
    if target is None:
        return Message("Then the administrator decides how it goes on.")
    ahead = outlook.ahead(target)
    return Message("Then it ends: {end}" if ahead.end else "Then: {step}", {"end" if ahead.end else "step": ahead.label})
