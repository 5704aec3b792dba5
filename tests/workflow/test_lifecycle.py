"""Actions of a lifecycle: who, when, what they ask and set; and why a button cannot be pressed."""

from __future__ import annotations

import pytest

from engine.errors import Conflict, Forbidden, Invalid, Invisible, Refusal
from engine.records import fetch
from engine.storage import comments_of
from engine.workflow import Answer, Possible, Said, actions, fire, submit
from tests.workflow.conftest import Opener
from tests.workflow.papers import ENTITY, FILES, LIFECYCLE, WORKFLOW, handed_in
from tests.workflow.small import Small


def buttons(papers: Small, name: str, number: int) -> dict[str, Possible]:
    found = papers.see(name, lambda view: actions(view, "paper", fetch(view, "paper", number)))
    return {each.action.name: each for each in found}


def test_right_sides_see_the_record_as_before_with_the_asked_values(small: Opener) -> None:
    papers = small(FILES)
    number = papers.create("wendy", "paper", {"title": "On bees", "pages": 12})
    after = papers.run("wendy", lambda uow: fire(uow, "paper", number, "shorten", Said({"pages": "9"}, "Too long")))
    assert (after["title"], after["pages"], after["state"]) == ("On bees (9)", 9, "draft")
    entity = papers.metadata.identity.number("entity:paper")
    with papers.database.glance() as connection:
        assert [comment.body for comment in comments_of(connection, entity or 0, number)] == ["Too long"]


@pytest.mark.parametrize(
    ("name", "action", "said", "error"),
    [
        ("wendy", "shorten", Said({"pages": 3}), Invalid),
        ("wendy", "shorten", Said({"pages": "many"}, "x"), Invalid),
        ("wendy", "shorten", Said({"title": "x"}, "x"), Invalid),
        ("wendy", "shorten", Said({"pages": 3}, "x", version=7), Conflict),
        ("rita", "shorten", Said({"pages": 3}, "x"), Forbidden),
        ("wendy", "accept", Said(), Forbidden),
        ("ada", "accept", Said(), Forbidden),
        ("wendy", "burn", Said(), Refusal),
        ("walt", "submit", Said(), Forbidden),
    ],
)
def test_what_an_action_refuses(small: Opener, name: str, action: str, said: Said, error: type[Exception]) -> None:
    papers = small(FILES)
    number = papers.create("wendy", "paper", {"title": "On bees", "pages": 12})
    with pytest.raises(error):
        papers.run(name, lambda uow: fire(uow, "paper", number, action, said))
    assert papers.row("paper", number)["pages"] == 12


def test_invisible_comes_before_everything(small: Opener) -> None:
    entity = ENTITY.replace("everybody: {read: true}", "everybody: {read: created_by = user}")
    papers = small({**FILES, "models/paper.yaml": entity})
    number = papers.create("wendy", "paper", {"title": "On bees", "pages": 12})
    with pytest.raises(Invisible):
        papers.run("rita", lambda uow: fire(uow, "paper", number, "shorten"))


def test_a_guard_that_is_null_says_no_with_its_reason(small: Opener) -> None:
    papers = small(FILES)
    number = papers.create("wendy", "paper", {"title": "On bees"})
    with pytest.raises(Refusal, match="A paper has pages"):
        papers.run("wendy", lambda uow: fire(uow, "paper", number, "submit"))
    button = buttons(papers, "wendy", number)["submit"]
    assert (button.allowed, button.hidden, str(button.reason)) == (False, False, "A paper has pages")
    assert button.reason is not None
    assert button.reason.render("zh") == "论文须有页数"


def test_a_button_of_a_wrong_role_is_hidden_one_of_a_wrong_state_disabled(small: Opener) -> None:
    papers = small(FILES)
    number = handed_in(papers)
    assert buttons(papers, "rita", number)["submit"].hidden
    own = buttons(papers, "wendy", number)
    assert (own["submit"].hidden, own["submit"].allowed) == (False, False)
    assert str(own["submit"].reason) == "“Submit” is not possible in the state “In review”."
    assert own["accept"].hidden, "only the system fires it"


def test_starters_limit_who_may_fire_an_action_that_starts(small: Opener) -> None:
    papers = small({**FILES, "workflows/paper.yaml": LIFECYCLE.replace("who: [field:created_by, role:boss]", "who: anybody")})
    number = papers.create("wendy", "paper", {"title": "On bees", "pages": 2})
    with pytest.raises(Forbidden, match="start"):
        papers.run("rita", lambda uow: fire(uow, "paper", number, "submit"))


def test_save_and_fire_are_one(small: Opener) -> None:
    papers = small(FILES)
    with pytest.raises(Refusal):
        papers.run("wendy", lambda uow: submit(uow, "paper", None, "submit", Said({"title": "Empty"})))
    number = papers.create("wendy", "paper", {"title": "On bees"})
    with pytest.raises(Refusal):
        papers.run("wendy", lambda uow: submit(uow, "paper", number, "submit", Said({"title": "On wasps", "pages": 0})))
    assert papers.row("paper", number)["title"] == "On bees"
    papers.run("wendy", lambda uow: submit(uow, "paper", number, "submit", Said({"title": "On wasps", "pages": 4})))
    row = papers.row("paper", number)
    assert (row["title"], row["state"]) == ("On wasps", "in_review")
    papers.decide("jack", "paper", number, Answer("reject", comment="Wasps"))


def test_without_a_lifecycle_a_workflow_is_started_by_its_name(small: Opener) -> None:
    files = {
        "paper": ENTITY,
        "judging": WORKFLOW.replace("{call: accept}", "{}").replace("{call: refuse}", "{lock: true}").replace("{call: take_back}", "{}"),
    }
    papers = small(files)
    number = papers.create("wendy", "paper", {"title": "On bees"})
    assert {name: (b.allowed, b.hidden) for name, b in buttons(papers, "wendy", number).items()} == {"judging": (True, False)}
    assert buttons(papers, "rita", number)["judging"].hidden
    papers.run("wendy", lambda uow: fire(uow, "paper", number, "judging"))
    assert papers.asked("paper", number) == {"judge": ["bob", "jack", "jill"]}
    assert "already running" in str(buttons(papers, "wendy", number)["judging"].reason)
    with pytest.raises(Refusal, match="already running"):
        papers.run("wendy", lambda uow: fire(uow, "paper", number, "judging"))
    papers.decide("jack", "paper", number, Answer("reject", comment="No"))
    with pytest.raises(Refusal):
        papers.save("wendy", "paper", number, title="Locked by the end")


def test_all_that_is_against_an_action_is_told(small: Opener) -> None:
    second = "{require: title <> null, say: {en: A paper has a title, zh: 论文须有题目}}"
    both = LIFECYCLE.replace("when: {require: pages > 0,", f"when: [{second}, {{require: pages > 0,").replace(
        "论文须有页数}}", "论文须有页数}}]"
    )
    papers = small(
        {**FILES, "workflows/paper.yaml": both, "models/paper.yaml": ENTITY.replace("{type: text, required: true}", "{type: text}")}
    )
    number = papers.create("wendy", "paper", {})
    reason = buttons(papers, "wendy", number)["submit"].reason
    assert reason is not None
    assert str(reason) == "A paper has a title · A paper has pages"
    assert reason.render("zh") == "论文须有题目 · 论文须有页数"
