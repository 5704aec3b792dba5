"""Pictures of definitions: every box and line of it, nothing on top of anything else, and words that cannot break out."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.drawing import Edge, Graph, Inside, Naming, Node, flow_of, standalone, states_of, svg
from engine.drawing.around import Surroundings
from engine.drawing.graph import Place
from engine.drawing.layout import BOX, Box, Plan, plan_of
from engine.drawing.letters import fit, lines, width
from engine.loading import load

ROOT = Path(__file__).parents[2]
NAMES = ("a", "b", "c", "d", "e", "f")
PLACES: tuple[Place, ...] = ("path", "path", "side", "end")


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Some boxes, at least one of them on the path, and lines between any that do not begin at an end."""
    places = [draw(st.sampled_from(PLACES)) for _ in NAMES[1:]]
    words = st.text(max_size=40)
    nodes = [Node("a", draw(words))]
    nodes += [
        Node(name, draw(words), draw(words), place, tuple(Inside(f"{name}{at}", "x") for at in range(draw(st.integers(0, 3)))))
        for name, place in zip(NAMES[1:], places, strict=True)
    ]
    sources = [node.name for node in nodes if node.place != "end"]
    edges = draw(st.lists(st.builds(Edge, st.sampled_from(sources), st.sampled_from(NAMES), words), max_size=12))
    return Graph("g", tuple(nodes), tuple(edges))


@given(graphs())
def test_boxes_are_apart_and_no_line_runs_through_one(graph: Graph) -> None:
    plan = plan_of(graph)
    assert {box.node.name for box in plan.boxes} == {node.name for node in graph.nodes}
    assert all(not _over(one, other) for one, other in combinations(plan.boxes, 2))
    assert {(line.edge.source, line.edge.target) for line in plan.lines} == {(edge.source, edge.target) for edge in graph.edges}
    assert [line.edge for line in plan.lines if any(_through(line.points, box) for box in plan.boxes)] == []
    assert _inside_the_picture(plan)
    ET.fromstring(svg(graph).translate({code: None for code in range(32)}))  # noqa: S314, C420 - our own text; XML has no controls


@given(st.lists(st.text(max_size=60), max_size=40), st.lists(st.text(max_size=60), max_size=40), st.text(max_size=60))
def test_what_is_around_an_entity_stands_apart_too(leads: list[str], leading: list[str], label: str) -> None:
    """Long names and forty entities: no box lies on another, no line runs through one."""
    sides = [{f"{side}{at}": words for at, words in enumerate(found)} for side, found in (("to", leads), ("from", leading))]
    plan = Surroundings("x", {"x": label, **sides[0], **sides[1]}, *sides).plan()
    assert {box.node.name for box in plan.boxes} == {"x", *sides[0], *sides[1]}
    assert all(not _over(one, other) for one, other in combinations(plan.boxes, 2))
    assert [line.edge for line in plan.lines if any(_through(line.points, box) for box in plan.boxes)] == []
    assert _inside_the_picture(plan)


def _over(one: Box, other: Box) -> bool:
    return abs(one.x - other.x) < BOX and one.y < other.bottom and other.y < one.bottom


def _through(points: tuple[tuple[float, float], ...], box: Box) -> bool:
    """Whether a straight piece passes through the inside of a box."""
    for (a, b), (c, d) in pairwise(points):
        low_x, high_x, low_y, high_y = min(a, c), max(a, c), min(b, d), max(b, d)
        if low_x < box.right - 1 and high_x > box.x + 1 and low_y < box.bottom - 1 and high_y > box.y + 1:
            return True
    return False


def _inside_the_picture(plan: Plan) -> bool:
    return all(0 <= x <= plan.width and 0 <= y <= plan.height for line in plan.lines for x, y in line.points)


def test_the_bundled_definitions_are_drawn_whole() -> None:
    metadata = load(ROOT)
    for workflow in metadata.workflows.values():
        picture = standalone(flow_of(workflow, metadata, "zh"))
        assert all(f"<title>{step.label['zh']}" in picture for step in workflow.steps.values())
        assert workflow.ends[workflow.success].label["zh"] in picture
    lifecycles = [entity.lifecycle for entity in metadata.documents if entity.lifecycle]
    assert lifecycles
    for lifecycle in lifecycles:
        graph = states_of(lifecycle, "en")
        ways = {(edge.source, edge.target) for edge in graph.edges}
        assert all(
            (source, move.to) in ways for move in lifecycle.actions.values() for source in move.sources if move.to not in (None, source)
        )


def test_a_way_that_several_outcomes_take_says_all_of_them() -> None:
    """Not only *Failed*, as if nobody decided after a register that answers."""
    metadata = load(ROOT)
    found = plan_of(flow_of(metadata.workflows["application_review"], metadata, "en"))
    assert [line.edge.label for line in found.lines if line.edge.source == "registry_lookup"] == ["Done / Failed"]


def test_people_are_named_in_words() -> None:
    """Never as they are written in a declaration, in either language."""
    metadata = load(ROOT)
    for language, known in (("en", "head above Category / Responsible department"), ("zh", "品类 / 归口部门的主管")):
        said = {
            Naming(metadata, language, metadata.entities[workflow.entity], workflow).people(step.who)
            for workflow in metadata.workflows.values()
            for step in workflow.all_steps
        }
        assert known in said
        assert not any(":" in words for words in said)


def test_marks_become_classes_and_words_stay_words() -> None:
    graph = Graph("<g>", (Node("a", "<script>", mark="now"), Node("b", "B", mark="stuck")), (Edge("a", "b", '"&', taken=True),))
    picture = svg(graph)
    assert "<script>" not in picture
    assert 'class="node now"' in picture
    assert 'class="node stuck"' in picture
    assert 'class="edge taken"' in picture
    assert "style" not in picture, "a page has the colours, and its policy forbids others"


@pytest.mark.parametrize(
    ("text", "found"), [("Review of the contract by the legal department", 2), ("准入", 1), ("法务与质量评审法务与质量评审法务", 2)]
)
def test_words_are_broken_where_they_may(text: str, found: int) -> None:
    broken = lines(text, 13, 172)
    assert len(broken) == found
    assert all(width(line, 13) <= 172 for line in broken)


def test_what_does_not_fit_says_so() -> None:
    assert fit("short", 11, 100) == "short"
    assert fit("a very long condition", 11, 60).endswith("…")
