"""A workflow as a machine: its steps and ends are the states, what may come out of a step the triggers.

One flat machine per workflow and revision serves all instances and all threads: it holds no instance, and a move touches
only the token it is given. The library gives the table of moves; the phases of a move are these:

1. find   the moves of this outcome that leave the present step, in file order
2. ask    their conditions, each by the `holds` of the caller, which records what it was asked and what it answered
3. take   the first that holds; without any the token stays and `Stuck` is raised
4. move   the token, and hand back the route that was taken

Whatever follows from a move (tasks, jobs, locks, effects) is done by the caller afterwards, in its transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from types import MappingProxyType

from transitions import EventData, Machine, MachineError

from engine.errors import Message, ObjectloomError, Refusal, Text
from engine.metadata import USUAL_ENDS, End, Route, Step, Workflow

SKIP = "skip"
WITHDRAW = "withdraw"
CANCEL = "cancel"
BUILT_IN_ENDS = MappingProxyType({WITHDRAW: "withdrawn", CANCEL: "cancelled"})
RETURN = "return_to__"

Holds = Callable[[Route], bool]


class Stuck(ObjectloomError):
    """No route of an outcome holds: a mistake in the definition that a person must see; never leaves the room."""

    code = "stuck"


class _Token:
    """Where one instance stands, for the length of one move."""

    __slots__ = ("state", "taken")

    def __init__(self, state: str) -> None:
        self.state = state
        self.taken: Route | None = None


class Moves:
    """The compiled moves of one workflow."""

    def __init__(self, workflow: Workflow) -> None:
        self.ends = ends_of(workflow)
        self._machine = Machine(
            model=None,
            states=[*workflow.steps, *self.ends],
            initial=next(iter(workflow.steps)),
            auto_transitions=False,
            send_event=True,
            queued=False,
        )
        for step in workflow.steps.values():
            for trigger, route in _moves(workflow, step):
                self._machine.add_transition(trigger, step.name, route.go, conditions=_asking(route), before=_taking(route))

    def move(self, state: str, outcome: str, holds: Holds) -> Route:
        """The route that leads on from `state` after `outcome`. Raises Refusal where that is impossible there, Stuck without a route."""
        token = _Token(state)
        try:
            moved = self._machine.events[outcome].trigger(token, holds=holds)
        except (MachineError, KeyError, ValueError) as error:
            words = Message("“{outcome}” is not possible at “{state}”.", {"outcome": outcome, "state": state})
            raise Refusal(words) from error
        if not moved or token.taken is None:
            raise Stuck(Message("No route of “{outcome}” holds at “{state}”.", {"outcome": outcome, "state": state}))
        return token.taken


def _moves(workflow: Workflow, step: Step) -> Iterator[tuple[str, Route]]:
    for other in workflow.steps.values():
        if step.name in other.returns and other.after_return != "redo":
            yield step.success, Route(other.name, resumes=True)
    for outcome, routes in step.then.items():
        yield from ((outcome, route) for route in routes)
    yield from ((RETURN + target, Route(target)) for target in step.returns)
    yield from ((SKIP, route) for route in _skipping(workflow, step))
    yield from ((trigger, Route(end)) for trigger, end in BUILT_IN_ENDS.items())


def _skipping(workflow: Workflow, step: Step) -> tuple[Route, ...]:
    """A skipped step of the happy path falls through to the next; a skipped detour goes where its success leads."""
    if step.detour:
        return next(iter(step.then.values()))
    following = workflow.path[workflow.path.index(step.name) + 1 :]
    return (Route(following[0] if following else workflow.success),)


def _asking(route: Route) -> Callable[[EventData], bool]:
    def holds(event: EventData) -> bool:
        return bool(event.kwargs["holds"](route))

    return holds


def _taking(route: Route) -> Callable[[EventData], None]:
    def take(event: EventData) -> None:
        token = event.model
        assert isinstance(token, _Token)
        token.taken = route

    return take


def ends_of(workflow: Workflow) -> dict[str, End]:
    """The ends of a workflow, the built-in ones among them."""
    return {**{name: End(name, USUAL_ENDS[name]) for name in BUILT_IN_ENDS.values()}, **workflow.ends}


@lru_cache(maxsize=512)
def moves_of(workflow: Workflow) -> Moves:
    """The moves of a workflow, compiled at the first use."""
    return Moves(workflow)


def label_of(workflow: Workflow, state: str) -> Text:
    """What a step or end is called."""
    if workflow.has(state):
        return workflow.step(state).label
    end = moves_of(workflow).ends.get(state)
    return end.label if end else {"en": state}
