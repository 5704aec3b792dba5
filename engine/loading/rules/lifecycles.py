"""Rules on lifecycles."""

from __future__ import annotations

from engine.errors import Sentence
from engine.metadata import declared as d

from .loaded import Loaded


def states_nobody_reaches(loaded: Loaded) -> None:
    """W414 (warning): an action leads to every state but the first."""
    for source in loaded.declarations.lifecycles.values():
        reached = {action.to for action in source.declared.actions.values()}
        for name in list(source.declared.states)[1:]:
            if name not in reached:
                loaded.findings.warn("W414", Sentence("No action leads to the state {name}.", name=name), source.place.at("states", name))


def states_nobody_leaves(loaded: Loaded) -> None:
    """W441 (warning): what comes to a state goes on from it, unless it is final or the only one."""
    for source in loaded.declarations.lifecycles.values():
        moves = [(_sources(action), action.to) for action in source.declared.actions.values() if action.to is not None]
        for name, state in source.declared.states.items():
            way = next((action for action in source.declared.actions if source.declared.actions[action].to == name), None)
            left = any(to != name and (name in sources or "any" in sources) for sources, to in moves)
            if not state.final and not left and way is not None:
                message = Sentence("Nothing leads out of the state {name}: after {way} it stays there.", name=name, way=way)
                loaded.findings.warn("W441", message, source.place.at("states", name), hint="final: true, if it ends there")


def _sources(action: d.Action) -> tuple[str, ...]:
    return action.from_ if isinstance(action.from_, tuple) else (action.from_,)


def final_states_are_left(loaded: Loaded) -> None:
    """W415: nothing is possible in a final state."""
    for source in loaded.declarations.lifecycles.values():
        for name, action in source.declared.actions.items():
            sources = action.from_ if isinstance(action.from_, tuple) else (action.from_,)
            for state in sources:
                known = source.declared.states.get(state)
                if known is not None and known.final and action.to not in (None, state):
                    place = source.place.at("actions", name, "from")
                    loaded.findings.add(
                        "W415",
                        Sentence("{state} is final, but {name} leaves it.", state=state, name=name),
                        place,
                        hint="drop `final`, or this `from`",
                    )


def started_workflow_fits(loaded: Loaded) -> None:
    """W416: an action starts a workflow over its own kind of record."""
    for source in loaded.declarations.lifecycles.values():
        for name, action in source.declared.actions.items():
            workflow = loaded.declarations.workflows.get(action.start or "")
            known = (
                workflow is not None
                and workflow.declared.for_ in loaded.metadata.entities
                and loaded.shells[source.declared.for_].document is None
            )
            if workflow is not None and known and workflow.declared.for_ != source.declared.for_:
                message = Sentence(
                    "{workflow} is a workflow for {its}, not for {wanted}.",
                    workflow=action.start,
                    its=workflow.declared.for_,
                    wanted=source.declared.for_,
                )
                loaded.findings.add("W416", message, source.place.at("actions", name, "start"))
