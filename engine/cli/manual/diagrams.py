"""Diagrams of an application in the words of Mermaid, which code hosts and many editors draw: relations, states, workflows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.errors import Text, in_language
from engine.metadata import Entity, Lifecycle, Workflow


def relations(entities: Iterable[Entity], language: str) -> str:
    """Which entity leads to which: each link as a line, its label on it."""
    shown = list(entities)
    names = {entity.name for entity in shown}
    lines = ["erDiagram", *(f"  {entity.name}[{_quoted(entity.label, language)}]" for entity in shown)]
    for entity in shown:
        for path, target, label in _links(entity, language):
            if target in names:
                lines.append(f"  {target} ||--o{{ {entity.name} : {_quoted(label, language) if path else ''}")
    return _block(lines)


def _links(entity: Entity, language: str) -> Iterator[tuple[str, str, Text]]:
    for field in entity.links:
        assert field.link is not None
        yield field.name, field.link.entity.split(".", 1)[0], field.label
    for table in entity.tables:
        assert table.table is not None
        for field in table.table.links:
            assert field.link is not None
            label = {language: f"{in_language(table.label, language)}: {in_language(field.label, language)}"}
            yield f"{table.name}.{field.name}", field.link.entity.split(".", 1)[0], label


def states(lifecycle: Lifecycle, language: str) -> str:
    """The states of a record and the actions between them."""
    lines = ["stateDiagram-v2"]
    lines += [f"  state {_quoted(state.label, language)} as {state.name}" for state in lifecycle.states.values()]
    lines.append(f"  [*] --> {lifecycle.start}")
    for action in lifecycle.actions.values():
        label = _plain(in_language(action.label, language))
        lines += [f"  {source} --> {action.to or source}: {label}" for source in lifecycle.states if source in action.sources]
    lines += [f"  {state.name} --> [*]" for state in lifecycle.states.values() if state.final]
    return _block(lines)


def steps(workflow: Workflow, language: str) -> str:
    """The steps of a workflow and where each outcome leads."""
    lines = ["flowchart TD"]
    lines += [f"  {_id(step.name)}[{_quoted(step.label, language)}]" for step in workflow.all_steps]
    lines += [f"  {_id(end.name)}([{_quoted(end.label, language)}])" for end in workflow.ends.values()]
    known = {step.name for step in workflow.all_steps} | set(workflow.ends)
    for step in workflow.all_steps:
        for outcome, routes in step.then.items():
            for route in routes:
                if route.go in known:
                    when = f"{outcome}: {route.when.text}" if route.when else outcome
                    lines.append(f'  {_id(step.name)} -->|"{_plain(when)}"| {_id(route.go)}')
    return _block(lines)


def _id(name: str) -> str:
    """A name as a node: no word of Mermaid's own."""
    return "n_" + name.replace(".", "_")


def _quoted(label: Text, language: str) -> str:
    return f'"{_plain(in_language(label, language))}"'


def _plain(text: str) -> str:
    return " ".join(text.split()).replace('"', "'").replace(";", ",").replace("#", " ").replace(":", " ")


def _block(lines: list[str]) -> str:
    return "\n".join(["```mermaid", *lines, "```", ""])
