"""Running work keeps the definition it began with; what starts afterwards uses the new one."""

from __future__ import annotations

import re

import pytest

from engine import migration
from engine.errors import Invalid, Refusal
from engine.loading import load_sources
from engine.workflow import Answer, Standing, events_of, fire, instances_of, move_back, move_over, standings
from engine.workflow.replay import replay
from tests.applications import sources
from tests.workflow.conftest import Opener
from tests.workflow.papers import ENTITY, FILES, WORKFLOW, handed_in
from tests.workflow.small import APP, PLUGINS, Files, Small, text_of

TWO_STEPS = WORKFLOW.replace("ends:\n", "  sign: {who: role:boss, do: review}\nends:\n")


def apply(papers: Small, files: Files, **moves: dict[str, str]) -> migration.Plan:
    written = sources(text_of(files))
    return migration.apply(papers.database, written, load_sources(written, plugins=PLUGINS), "tests", papers.clock.now(), moves=moves)


def planned(papers: Small, files: Files, **moves: dict[str, str]) -> migration.Plan:
    written = sources(text_of(files))
    with papers.database.read() as connection:
        return migration.plan(connection, written, load_sources(written, plugins=PLUGINS), moves=moves)


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


NAMES = {"paper": "essay", "title": "heading", "pages": "sheets", "verdict": "finding", "in_review": "under_review", "judge": "referee"}


def renamed(text: str) -> str:
    """The same declarations in which the things of `NAMES` are called otherwise, and say so."""
    for old, new in NAMES.items():
        text = re.sub(rf"(?<!workflow: )\b{old}\b(?!:\n    who)", new, text)
    for old, new in NAMES.items():
        text = re.sub(rf"^(  {new}: \{{)(\S)", rf"\1was: {old}, \2", text, flags=re.MULTILINE)
        text = re.sub(rf"^(  {new}: \{{)\}}", rf"\1was: {old}}}", text, flags=re.MULTILINE)
    return text.replace("entity: essay", "entity: essay\nwas: paper").replace("lifecycle: essay", "lifecycle: essay\nwas: paper")


def test_running_work_reads_the_records_under_their_names_of_today(small: Opener) -> None:
    """Entity, fields, role and state are called otherwise; what began before goes on with its own steps."""
    whole = {"app.yaml": APP, **FILES}
    whole["workflows/judging.yaml"] = TWO_STEPS.replace("do: review}", "do: review, when: 'state = \"in_review\" AND LEN(title) > 0'}")
    papers = small(whole)
    number = handed_in(papers)
    texts = {path.replace("paper", "essay"): renamed(text) for path, text in whole.items()}
    apply(papers, texts)
    papers.app.serving.reload()
    papers.decide("jack", "essay", number, Answer("return", comment="Too short"))
    papers.decide("wendy", "essay", number, Answer("submit", {"heading": "On wasps", "sheets": 20}))
    for name in ("jack", "jill", "bob"):
        papers.decide(name, "essay", number, Answer("approve", {"finding": "Good"}))
    assert papers.asked("essay", number) == {"sign": ["bob"]}
    papers.decide("bob", "essay", number, Answer("approve"))
    row = papers.row("essay", number)
    assert (row["state"], row["heading"], row["secret"]) == ("accepted", "On wasps", "On wasps!")


def test_what_running_work_needs_cannot_be_removed(small: Opener) -> None:
    papers = small(FILES)
    number = handed_in(papers)
    without = {**FILES, "models/paper.yaml": ENTITY.replace("  verdict: {type: long_text}\n", "")}
    without["workflows/judging.yaml"] = WORKFLOW.replace("    edit: [verdict]\n    must: [verdict]\n", "")
    with pytest.raises(Refusal, match=r"1 running instance of workflow judging.*needs field paper.verdict. End them first"):
        apply(papers, without)
    for name in ("jack", "jill", "bob"):
        papers.decide(name, "paper", number, Answer("approve", {"verdict": "Good"}))
    apply(papers, without)


def test_running_work_goes_over_to_a_newer_definition_and_back(small: Opener) -> None:
    papers = small(FILES)
    number = handed_in(papers)
    papers.decide("jack", "paper", number, Answer("approve", {"verdict": "Good"}))
    newer = TWO_STEPS.replace("  judge:\n", "  referee:\n")
    apply(papers, {**FILES, "workflows/judging.yaml": newer})
    papers.app.serving.reload()
    instance = papers.see("ada", lambda view: instances_of(view, "paper", number))[0]
    assert papers.see("ada", lambda view: standings(view.connection)) == [Standing("judging", 1, "judge", 1)]
    with pytest.raises(Invalid, match="is gone"):
        papers.run("ada", lambda uow: move_over(uow, instance.id, 2, {}))
    papers.run("ada", lambda uow: move_over(uow, instance.id, 2, {"judge": "referee"}))
    assert papers.asked("paper", number) == {"referee": ["bob", "jill"]}
    papers.run("ada", lambda uow: move_back(uow, instance.id))
    assert papers.asked("paper", number) == {"judge": ["bob", "jill"]}
    papers.run("ada", lambda uow: move_over(uow, instance.id, 2, {"judge": "referee"}))
    for name in ("jill", "bob"):
        papers.decide(name, "paper", number, Answer("approve"))
    assert papers.asked("paper", number) == {"sign": ["bob"]}
    events = papers.see("ada", lambda view: events_of(view, "paper", number))
    told = replay(events)
    assert (told.state, told.visits) == ("sign", {"write": 1, "referee": 1, "sign": 1})


def told(found: migration.Plan) -> list[str]:
    return [str(line) for one in found.running for line in (one.step.message, *one.step.examples)]


def test_a_plan_moves_what_is_running(small: Opener) -> None:
    """Without a word it stays; asked to move it is checked first, goes over in the background, and comes back."""
    papers = small(FILES)
    number = handed_in(papers)
    newer = {**FILES, "workflows/judging.yaml": TWO_STEPS.replace("  judge:\n", "  referee:\n")}
    assert told(planned(papers, FILES)) == []
    assert told(planned(papers, newer)) == ["1 running instance of workflow judging keeps revision 1, under which it began: judge (1)."]
    cannot = "1 running instance of workflow judging cannot go over from revision 1 to the new one: judge (1)."
    assert told(planned(papers, newer, judging={})) == [cannot, "The step “judge” is gone: name the step in its place."]
    assert planned(papers, newer, judging={"judge": "referee", "other": "sign"}).blocked
    with pytest.raises(Refusal, match=r"cannot go over"):
        apply(papers, newer, judging={})
    found = apply(papers, newer, judging={"judge": "referee"})
    assert told(found) == ["1 running instance of workflow judging goes over from revision 1 to the new one: judge → referee (1)."]
    assert found.as_data("zh")["running"][0]["at"] == {"judge": 1}  # type: ignore[index]
    papers.app.serving.reload()
    papers.app.jobs.run_due()
    assert papers.asked("paper", number) == {"referee": ["bob", "jack", "jill"]}
    assert planned(papers, newer, judging={}).running == ()
    assert migration.ask_to_move_back(papers.database, "judging", papers.clock.now()) == 1
    papers.app.jobs.run_due()
    assert papers.asked("paper", number) == {"judge": ["bob", "jack", "jill"]}
    assert migration.ask_to_move_back(papers.database, "judging", papers.clock.now()) == 0
    found = apply(papers, newer, judging={"judge": "referee"})
    assert (found.nothing, found.number) == (True, 2)
    papers.app.jobs.run_due()
    assert papers.asked("paper", number) == {"referee": ["bob", "jack", "jill"]}


def test_a_workflow_that_is_called_otherwise_takes_what_is_running_along(small: Opener) -> None:
    """It keeps its definition under the new name, goes over to the new one when asked, and comes back."""
    papers = small(FILES)
    number, other = handed_in(papers), handed_in(papers)
    refereeing = TWO_STEPS.replace("workflow: judging", "workflow: refereeing\nwas: judging")
    files = {path: text.replace("start: judging", "start: refereeing") for path, text in FILES.items()} | {
        "workflows/judging.yaml": refereeing
    }
    found = apply(papers, files)
    said = {str(step.message): step.rows for step in found.steps}
    assert said == {"workflow judging is now called refereeing.": 2, "New: step refereeing.sign.": 0}
    assert [(one.workflow, one.rows, one.asked) for one in found.running] == [("refereeing", 2, False)]
    for name in ("jack", "jill", "bob"):
        papers.decide(name, "paper", number, Answer("approve", {"verdict": "Good"}))
    assert papers.row("paper", number)["state"] == "accepted"
    (one,) = apply(papers, files, refereeing={}).running
    assert (one.rows, one.reasons) == (1, ())
    papers.app.jobs.run_due(papers.clock.now())
    (instance,) = papers.see("ada", lambda view: instances_of(view, "paper", other))
    assert (instance.workflow, instance.revision) == ("refereeing", 2)
    papers.run("ada", lambda uow: move_back(uow, instance.id))
    for name in ("jack", "jill", "bob"):
        papers.decide(name, "paper", other, Answer("approve", {"verdict": "Good"}))
    assert papers.row("paper", other)["state"] == "accepted"


def test_a_step_that_says_what_it_was_takes_over(small: Opener) -> None:
    """`was:` is enough, also where the step has been called otherwise twice."""
    papers = small(FILES)
    number = handed_in(papers)
    first, second = (
        TWO_STEPS.replace("  judge:\n", f"  {new}:\n    was: {old}\n") for old, new in (("judge", "referee"), ("referee", "assess"))
    )
    apply(papers, {**FILES, "workflows/judging.yaml": first})
    apply(papers, {**FILES, "workflows/judging.yaml": second})
    apply(papers, {**FILES, "workflows/judging.yaml": second}, judging={})
    papers.app.serving.reload()
    papers.app.jobs.run_due()
    assert papers.asked("paper", number) == {"assess": ["bob", "jack", "jill"]}


PARALLEL = """
workflow: judging
for: paper
starters: [role:writer]
admin: role:boss
steps:
  look:
    do: parallel
    branches: {form: {who: role:judge, do: review}, words: {who: role:boss, do: review}}
ends:
  accepted: {call: accept}
  rejected: {call: refuse}
  cancelled: {call: take_back}
"""


def test_the_steps_of_branches_go_over_with_their_block(small: Opener) -> None:
    papers = small({**FILES, "workflows/judging.yaml": PARALLEL})
    number = handed_in(papers)
    newer = {**FILES, "workflows/judging.yaml": PARALLEL.replace("  look:\n", "  check:\n    was: look\n")}
    assert not apply(papers, newer, judging={}).blocked
    papers.app.serving.reload()
    papers.app.jobs.run_due()
    assert papers.asked("paper", number) == {"check.form": ["bob", "jack", "jill"], "check.words": ["bob"]}
