"""Pages of workflows: the picture of one that runs, and of a definition with how long its steps take."""

from __future__ import annotations

from engine.frozen import frozen

from .cells import Choice


@frozen
class ProcessPage:
    """A workflow that runs over a record: its picture as SVG, and where it stands; `back` leads to the record."""

    title: str
    record: str
    back: str
    state: Choice
    picture: str


@frozen
class StepLine:
    """One step with how often it was done, how many stand there, and how long it took."""

    label: str
    visits: int
    now: int
    median: str = ""
    nine_of_ten: str = ""
    longest: str = ""


@frozen
class RunningLine:
    """One that runs: the record, the picture of its way (blank for who may not see the record), where it stands and since when."""

    title: str
    href: str
    step: str
    since: str
    instant: str


@frozen
class WorkflowPage:
    """A definition: its picture as SVG, its steps, and what runs; `more` runs besides."""

    title: str
    help: str
    entity: str
    picture: str
    steps: tuple[StepLine, ...]
    running: tuple[RunningLine, ...]
    more: int


@frozen
class WorkflowsPage:
    """All workflows: label, what it is about, how many run, address."""

    lines: tuple[tuple[str, str, int, str], ...]
