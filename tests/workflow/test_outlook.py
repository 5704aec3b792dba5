"""What is expected to come: the best case, as far as it depends on what people have not said yet."""

from __future__ import annotations

from engine.records import fetch
from engine.workflow import Answer, timeline
from tests.workflow.conftest import Opener
from tests.workflow.papers import FILES, handed_in
from tests.workflow.small import Small

SHEETS = {
    "models/opinion.yaml": """
entity: opinion
fields:
  paper: {type: link, to: paper, required: true, inverse: opinions, on_delete: cascade}
  points: {type: integer, required: true}
access:
  everybody: {read: true}
""",
    "models/paper.yaml": FILES["models/paper.yaml"].replace(
        "access:",
        """  points: {type: decimal, digits: 1, formula: 'ROUND(AVERAGE(opinions.points), 1)'}
  grade: {type: integer, formula: 'IF(points >= 8, 1, 2)'}
  length: {type: integer, formula: 'LEN(verdict)'}
access:""",
    ),
    "workflows/judging.yaml": """
workflow: judging
for: paper
starters: role:writer
admin: role:boss
steps:
  check:
    do: parallel
    branches:
      one: {who: role:judge, edit: [verdict], must: [verdict]}
    then:
      approve:
        - {when: length > 10, go: judge}
        - {go: rejected}
  judge:
    who: role:judge
    do: fill
    agree: all
    form: opinion
    then:
      submit:
        - {when: grade = 1 AND pages > 0, go: print_it}
        - {go: rejected}
  print_it: {who: role:boss, do: review}
ends:
  accepted: {call: accept}
  rejected: {call: refuse}
  withdrawn: {call: take_back}
  cancelled: {call: take_back}
""",
}


def expected(papers: Small, number: int) -> list[str]:
    (story,) = papers.see("bob", lambda view: timeline(view, "paper", fetch(view, "paper", number)))
    return [ahead.name for ahead in story.expected]


def test_what_is_computed_from_what_will_be_filed_is_taken_to_turn_out_well(small: Opener) -> None:
    papers = small({**FILES, **SHEETS})
    number = handed_in(papers)
    assert expected(papers, number) == ["judge", "print_it", "accepted"]
    papers.decide("jack", "paper", number, Answer("approve", {"verdict": "A very good one."}))
    assert papers.row("paper", number)["grade"] == 2, "nobody has filed a sheet"
    assert expected(papers, number) == ["print_it", "accepted"]


def test_what_nobody_will_say_any_more_decides(small: Opener) -> None:
    judging = SHEETS["workflows/judging.yaml"].replace("grade = 1 AND pages > 0", "pages > 1000")
    papers = small({**FILES, **SHEETS, "workflows/judging.yaml": judging})
    assert expected(papers, handed_in(papers)) == ["judge", "rejected"]
