"""Running work keeps the definition it began with; what starts afterwards uses the new one."""

from __future__ import annotations

from engine import migration
from engine.loading import load_sources
from engine.workflow import Answer, fire, instances_of
from tests.applications import sources
from tests.workflow.conftest import Opener
from tests.workflow.papers import FILES, WORKFLOW, handed_in
from tests.workflow.small import PLUGINS, Files, Small, text_of

TWO_STEPS = WORKFLOW.replace("ends:\n", "  sign: {who: role:boss, do: review}\nends:\n")


def apply(papers: Small, files: Files) -> None:
    written = sources(text_of(files))
    migration.apply(papers.database, written, load_sources(written, plugins=PLUGINS), "tests", papers.clock.now())


def test_running_work_keeps_its_definition(small: Opener) -> None:
    papers = small(FILES)
    before = handed_in(papers)
    apply(papers, {**FILES, "workflows/judging.yaml": TWO_STEPS})
    after = handed_in(papers)
    for number in (before, after):
        papers.decide("jack", "paper", number, Answer("approve", {"verdict": "Good"}))
        papers.decide("jill", "paper", number, Answer("approve"))
        papers.decide("bob", "paper", number, Answer("approve"))
    assert papers.row("paper", before)["state"] == "accepted"
    assert papers.asked("paper", after) == {"sign": ["bob"]}
    revisions = [papers.see("ada", lambda view: instances_of(view, "paper", number))[0].revision for number in (before, after)]  # noqa: B023
    assert revisions == [1, 2]


def test_work_goes_on_at_a_step_that_the_new_definition_does_not_have(small: Opener) -> None:
    papers = small({**FILES, "workflows/judging.yaml": TWO_STEPS})
    number = handed_in(papers)
    for name in ("jack", "jill", "bob"):
        papers.decide(name, "paper", number, Answer("approve", {"verdict": "Good"}))
    apply(papers, FILES)
    assert papers.asked("paper", number) == {"sign": ["bob"]}
    papers.decide("bob", "paper", number, Answer("reject", comment="No"))
    papers.run("wendy", lambda uow: fire(uow, "paper", number, "submit"))
    assert papers.asked("paper", number) == {"judge": ["bob", "jack", "jill"]}
