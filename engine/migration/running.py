"""Running work when its workflow changes: it keeps the definition that it began with, or goes over to the new one where that is asked for.

Which step is which is known by their ids for life, or said with the wish. Nothing is lost on the way: what cannot go over blocks the
wish, tasks and votes stay, each move is an event of its instance and can be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from engine.errors import Message
from engine.frozen import frozen
from engine.loading import Sources
from engine.metadata import Metadata, Workflow
from engine.storage import Connection
from engine.workflow import rehearse, standings

from .change import Change, Step
from .stored import stored

Moves = Mapping[str, Mapping[str, str]]
"""The workflows whose running instances are to go over, each with what steps are called now where nothing else tells it."""
Earlier = Callable[[int], Metadata | None]
NO_STEP = "There is no step “{step}”."
_DECLARED = re.compile(rb"^workflow:\s*[\"']?([a-z][a-z0-9_]*)", re.MULTILINE)


@frozen
class Running:
    """The instances of a workflow on one earlier revision: how many at which step, and what steps are called in the new definition.

    `workflow` is what it is called there, `asked` says whether they are to go over to it; `reasons` are in the way of that.
    """

    workflow: str
    revision: int
    at: Mapping[str, int]
    names: Mapping[str, str]
    reasons: tuple[Message, ...]
    asked: bool

    @property
    def rows(self) -> int:
        """How many there are."""
        return sum(self.at.values())

    @property
    def step(self) -> Step:
        """What becomes of them, as a step of a plan; `blocked` where they are to go over and cannot."""
        words = (
            "{rows:running instance|running instances} of workflow {workflow} {rows:|keeps|keep} revision {number}, under "
            "which {rows:|it|they} began: {steps}."
        )
        if self.asked:
            words = (
                "{rows:running instance|running instances} of workflow {workflow} {rows:|goes|go} over from revision {number} "
                "to the new one: {steps}."
            )
        if self.asked and self.reasons:
            words = (
                "{rows:running instance|running instances} of workflow {workflow} cannot go over from revision {number} to the "
                "new one: {steps}."
            )
        params = {"rows": self.rows, "workflow": self.workflow, "number": self.revision, "steps": ", ".join(map(self._at, self.at))}
        blocked = self.asked and bool(self.reasons)
        kind, lock = ("move", "later") if self.asked else ("keep", "none")
        message = Message(words, params)
        return Step(kind, f"workflow:{self.workflow}", message, self.rows, blocked, lock, self.reasons if blocked else ())  # type: ignore[arg-type]

    def _at(self, step: str) -> str:
        called = self.names.get(step, step) if self.asked else step
        return f"{step} ({self.at[step]})" if called == step else f"{step} → {called} ({self.at[step]})"


@frozen
class _Began:
    """A workflow of an earlier revision on which instances run; `name` is what it is called in the definition that is served."""

    name: str
    revision: int
    metadata: Metadata
    workflow: Workflow
    at: Mapping[str, int]


def running(connection: Connection, change: Change, sources: tuple[Sources, int], earlier: Earlier, moves: Moves) -> Iterator[Running]:
    """What runs under another text of its workflow than `sources`, which become the revision of that number; and all that is to move."""
    wanted, number = _written(sources[0]), sources[1]
    found = list(_began(connection, change, number, earlier))
    for began in found:
        name = change.workflow_now(began.name)
        if name in moves or wanted.get(name) != _written(stored(connection, began.revision).sources).get(began.workflow.name):
            said = moves.get(name, {})
            old = [one.workflow for one in found if one.name == began.name]
            unknown = [Message(NO_STEP, {"step": step}) for step in said if not any(workflow.has(step) for workflow in old)]
            names = {**_names(began, change), **{step: called for step, called in said.items() if began.workflow.has(step)}}
            reasons = (*_reasons(connection, began, change.metadata.workflows.get(name), names), *unknown)
            yield Running(name, began.revision, began.at, names, reasons, name in moves)


def _began(connection: Connection, change: Change, number: int, earlier: Earlier) -> Iterator[_Began]:
    places: dict[tuple[str, int], dict[str, int]] = {}
    for standing in standings(connection):
        places.setdefault((standing.workflow, standing.revision), {})[standing.step] = standing.count
    for (name, revision), at in places.items():
        metadata = earlier(revision) if revision != number else None
        workflow = change.workflow_then(metadata, name) if metadata is not None else None
        if metadata is not None and workflow is not None:
            yield _Began(name, revision, metadata, workflow, at)


def _written(sources: Sources) -> Mapping[str, bytes]:
    """The files of all workflows by their names."""
    found = ((_DECLARED.search(content), content) for content in sources.declarations.values())
    return {match[1].decode(): content for match, content in found if match is not None}


def _names(began: _Began, change: Change) -> Mapping[str, str]:
    """What the steps are called now, where they are called otherwise: by their ids, or because one says `was:`."""
    today = {number: key for key, number in change.ids.identity.numbers.items()}
    found = {}
    for step in began.workflow.steps:
        key = f"step:{began.workflow.name}.{step}"
        now = today.get(began.metadata.identity.number(key) or 0) or change.ids.successors.get(key, key)
        found[step] = now.partition(".")[2]
    found |= {name: f"{found[block]}.{rest}" for name in began.workflow.inner for block, _, rest in [name.partition(".")]}
    return {step: called for step, called in found.items() if step != called}


def _reasons(connection: Connection, began: _Began, new: Workflow | None, names: Mapping[str, str]) -> Iterator[Message]:
    """Each reason that stands in the way of somebody, once."""
    hindered = rehearse(connection, began.revision, replace(began.workflow, name=began.name), new, names)
    yield from {str(reason): reason for found in hindered.values() for reason in found}.values()
