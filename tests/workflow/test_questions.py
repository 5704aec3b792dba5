"""A connector that is asked no more than it must and may be: `cache`, `quota` and `admin` of `app.yaml`."""

from __future__ import annotations

from datetime import timedelta

from engine.plugins import CallFailed
from engine.workflow import incidents_of
from tests.applications import opened
from tests.workflow.papers import FILES, handed_in
from tests.workflow.small import PEOPLE, PLUGINS, Line, Small, hire, text_of
from tests.workflow.test_calls import CALL

FRUGAL = text_of({**FILES, "workflows/judging.yaml": CALL}).replace(
    "register: {provider: none}", "register: {provider: none, cache: 7 days, quota: 2 per day, admin: role:reader}"
)
MANY = {"hits": "many"}


def due(papers: Small, **later: int) -> int:
    return papers.runner.run_due(papers.clock.now() + timedelta(**later))


def test_an_answer_counts_for_a_while_and_nobody_asks_more_than_was_bought(database_url: str) -> None:
    """
    connectors:
      register: {provider: none, cache: 7 days, quota: 2 per day, admin: role:reader}
    """
    line = Line(answers=[MANY, MANY, MANY, MANY, CallFailed("refused", "No.")])
    with opened(FRUGAL, database_url, line, PLUGINS) as world:  # type: ignore[arg-type] # anything that connects
        papers = Small(world.app, world.clock, line=line)
        hire(papers, PEOPLE)
        first, again, other, third = (
            handed_in(papers),
            handed_in(papers),
            handed_in(papers, title="On wasps"),
            handed_in(papers, title="On ants"),
        )
        due(papers)
        assert [inputs["words"] for _, inputs, _ in line.asked] == ["On bees", "On wasps"], "the same is asked once, a third is too many"
        assert [papers.row("paper", number)["found"] for number in (first, again, other, third)] == ["many", "many", "many", None]
        due(papers, hours=24)
        assert papers.row("paper", third)["found"] == "many", "it was asked on the next day"
        assert due(papers, days=8) == 0
        later = handed_in(papers)
        due(papers)
        assert papers.row("paper", later)["found"] == "many"
        assert len(line.asked) == 4, "the answer is too old"
        refused = handed_in(papers, title="On flies")
        due(papers)
        found = papers.see("system", lambda view: incidents_of(view, "paper", refused))
        assert [incident.people for incident in found] == [(papers.people["bob"], papers.people["rita"])]
