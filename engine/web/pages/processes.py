"""Seeing workflows: the picture of one that runs, and for analysts each definition with how long its steps take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from flask import abort, render_template

from engine import drawing
from engine.metadata import Workflow
from engine.records import titles
from engine.unit_of_work import View
from engine.web.display import Display
from engine.web.frame import is_analyst, shell
from engine.web.views import Choice, Crumb, ProcessPage, RunningLine, StepLine, WorkflowPage, WorkflowsPage
from engine.web.visit import visit
from engine.web.words import _
from engine.workflow import Dwell, Trail, dwelling, standings, trail, underway

from .blueprint import Answer, pages

FIRST = 50
"""How many of those that run a page shows."""


@pages.get("/processes/<int:instance>")
def process(instance: int) -> Answer:
    """The picture of one workflow that runs or ran over a record."""
    here = visit()
    with here.look() as view:
        found = trail(view, instance)
        record, address = found.instance.record_id, f"/records/{found.entity}/{found.instance.record_id}"
        title = titles(view, found.entity, [record]).get(record) or _("(untitled)")
        graph = marked(drawing.flow_of(found.workflow, view.metadata, here.language), found)
        state = next((node.label for node in graph.nodes if node.name == found.instance.state), found.instance.state)
        page = ProcessPage(
            here.words(found.workflow.label),
            title,
            address,
            Choice(state, "blue" if found.instance.open else "secondary"),
            drawing.svg(graph),
        )
        crumbs = (Crumb(here.words(view.metadata.entities[found.entity].plural), f"/records/{found.entity}"), Crumb(title, address))
        return render_template("process.html", page=page, shell=shell(view, *crumbs, Crumb(page.title)))


def marked(graph: drawing.Graph, found: Trail) -> drawing.Graph:
    """The picture of a definition with where one instance has been, is, and is expected to come to, and who acts there."""
    here = visit()

    def people(name: str) -> str:
        return ", ".join(here.words(one) for one in found.people.get(name, ()))

    def node(one: drawing.Node) -> drawing.Node:
        inside = tuple(
            replace(each, mark=found.stands.get(each.name, ""), label=_with(each.label, people(each.name))) for each in one.inside
        )
        return replace(one, mark=found.stands.get(one.name, ""), note=people(one.name), inside=inside)

    edges = tuple(replace(edge, taken=(edge.source, edge.target) in found.taken) for edge in graph.edges)
    return replace(graph, nodes=tuple(node(one) for one in graph.nodes), edges=edges)


def _with(label: str, people: str) -> str:
    return f"{label}: {people}" if people else label


@pages.get("/workflows")
def workflows() -> Answer:
    """All workflows that are defined, and how many of each run."""
    here = visit()
    with here.look() as view:
        _only_for_analysts(view)
        running: dict[str, int] = {}
        for standing in standings(view.connection):
            running[standing.workflow] = running.get(standing.workflow, 0) + standing.count
        lines = tuple(
            (here.words(each.label), here.words(view.metadata.entities[each.entity].plural), running.get(name, 0), f"/workflows/{name}")
            for name, each in view.metadata.workflows.items()
        )
        return render_template("workflows.html", page=WorkflowsPage(lines), shell=shell(view, Crumb(_("Workflows"))))


@pages.get("/workflows/<name>")
def workflow(name: str) -> Answer:
    """One definition: its picture, and how long its steps take."""
    here = visit()
    with here.look() as view:
        _only_for_analysts(view)
        defined = view.metadata.workflows.get(name)
        if defined is None:
            abort(404)
        display, found = here.display(view, {}), dwelling(view, defined)
        labels = {step.name: here.words(step.label) for step in defined.all_steps}
        inside = {step.name for step in defined.all_steps if step.block}
        running = sum(standing.count for standing in standings(view.connection) if standing.workflow == name)
        page = WorkflowPage(
            here.words(defined.label),
            here.words(defined.help),
            here.words(view.metadata.entities[defined.entity].plural),
            drawing.svg(drawing.flow_of(defined, view.metadata, here.language)),
            tuple(_line(each, ("– " if each.step in inside else "") + labels.get(each.step, each.step), display) for each in found),
            tuple(_running(view, defined, labels, display)),
            max(0, running - FIRST),
        )
        return render_template("workflow.html", page=page, shell=shell(view, Crumb(_("Workflows"), "/workflows"), Crumb(page.title)))


def _running(view: View, defined: Workflow, labels: Mapping[str, str], display: Display) -> Iterator[RunningLine]:
    """The instances that have run longest; of a record that the reader may not see only that there is one."""
    found = underway(view, defined, FIRST)
    names = titles(view, defined.entity, [each.instance.record_id for each in found])
    for each in found:
        title = names.get(each.instance.record_id)
        href = f"/processes/{each.instance.id}" if title is not None else ""
        inner = [step for step, _since in each.steps if "." in step] or [step for step, _since in each.steps]
        steps = " · ".join(labels.get(step, step) for step in inner)
        since = min((since for _step, since in each.steps), default=each.instance.started_at)
        yield RunningLine(title or display.words["hidden_record"], href, steps, display.ago(since), display.instant(since))


def _only_for_analysts(view: View) -> None:
    if not is_analyst(view):
        abort(404)


def _line(each: Dwell, label: str, display: Display) -> StepLine:
    took = (each.median, each.nine_of_ten, each.longest)
    return StepLine(label, each.visits, each.now, *("" if one is None else display.lasted(one) for one in took))
