"""How a workflow and a lifecycle become pictures, in one language: each way that is written, and none that is built in."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import in_language, translate
from engine.metadata import Action, Lifecycle, Metadata, Route, Step, Workflow

from .graph import Edge, Graph, Inside, Node
from .people import Naming

OUTCOMES = {"submit": "Submitted", "approve": "Approved", "reject": "Rejected", "return": "Returned", "ok": "Done", "failed": "Failed"}


def flow_of(workflow: Workflow, metadata: Metadata, language: str) -> Graph:
    """The steps of a workflow with who is asked, where each outcome leads, and its ends."""
    naming = Naming(metadata, language, metadata.entities.get(workflow.entity), workflow)
    steps = tuple(_step(step, naming) for step in workflow.steps.values())
    edges = tuple(edge for step in workflow.steps.values() for edge in _ways(step, language))
    reached = {edge.target for edge in edges}
    ends = tuple(
        Node(end.name, in_language(end.label, language), place="end")
        for end in workflow.ends.values()
        if end.name in reached or end.name == workflow.success
    )
    known = {node.name for node in (*steps, *ends)}
    return Graph(in_language(workflow.label, language), (*steps, *ends), tuple(edge for edge in edges if edge.target in known))


def _step(step: Step, naming: Naming) -> Node:
    language = naming.language
    inside = tuple(Inside(inner.name, in_language(inner.label, language)) for branch in step.branches for inner in branch.steps)
    note = naming.people(step.who) or (f"{step.call.connector}.{step.call.action}" if step.call else "")
    return Node(step.name, in_language(step.label, language), note, "side" if step.detour else "path", inside, maybe=step.when is not None)


def _ways(step: Step, language: str) -> Iterator[Edge]:
    """The lines out of a step: the usual way on has no word unless another outcome goes it too, a way back says so once."""
    shared = _shared(step)
    for outcome, routes in step.then.items():
        for route in routes:
            bare = outcome == step.success and step.do != "review" and route.go not in shared
            yield Edge(step.name, route.go, _word("" if bare else outcome, route, len(routes) > 1, language))
    for target in step.returns:
        yield Edge(step.name, target, translate(OUTCOMES["return"], language))
    for timer in step.timers:
        if timer.to and timer.to not in step.returns:
            yield Edge(step.name, timer.to, translate("Time is up", language))


def _shared(step: Step) -> set[str]:
    """Where several outcomes of a step lead."""
    targets = [{route.go for route in routes} for routes in step.then.values()]
    return {go for at, found in enumerate(targets) for go in found if any(go in other for other in targets[:at])}


def _word(outcome: str, route: Route, several: bool, language: str) -> str:
    outcome_word = translate(OUTCOMES[outcome], language) if outcome else ""
    if route.when is None:
        return outcome_word or (translate("Otherwise", language) if several else "")
    condition = " ".join(route.when.text.split())
    return f"{outcome_word}: {condition}" if outcome_word else condition


def states_of(lifecycle: Lifecycle, language: str) -> Graph:
    """The states of a record, and the actions that lead from one to another; final states are the ends."""
    nodes = tuple(
        Node(state.name, in_language(state.label, language), place="end" if state.final else "path") for state in lifecycle.states.values()
    )
    return Graph(in_language(lifecycle.label, language), nodes, tuple(_moves(lifecycle, language)))


def _moves(lifecycle: Lifecycle, language: str) -> Iterator[Edge]:
    for action in lifecycle.actions.values():
        for state in lifecycle.states:
            if state in action.sources and _leads_on(action, state):
                yield Edge(state, str(action.to), in_language(action.label, language))


def _leads_on(action: Action, state: str) -> bool:
    return action.to is not None and action.to != state
