"""An application with one entity, a lifecycle and a workflow, which most tests of running work use in some variation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from engine.records import save
from engine.unit_of_work import UnitOfWork
from engine.workflow import fire
from tests.workflow.small import Small

ENTITY = """
entity: paper
fields:
  title: {type: text, required: true}
  pages: {type: integer}
  verdict: {type: long_text}
  found: {type: text}
  secret: {type: text}
access:
  everybody: {read: true}
  writer: {create: true, update: created_by = user}
  boss: {update: true, delete: true}
"""

LIFECYCLE = """
lifecycle: paper
for: paper
states:
  draft: {}
  in_review: {}
  accepted: {final: true, lock: true}
  refused: {}
actions:
  submit:
    from: [draft, refused]
    to: in_review
    who: [field:created_by, role:boss]
    when: {require: pages > 0, say: {en: A paper has pages, zh: 论文须有页数}}
    start: judging
  accept: {from: in_review, to: accepted, who: system, set: {secret: '=title & "!"'}}
  refuse: {from: in_review, to: refused, who: system}
  take_back: {from: in_review, to: draft, who: system}
  shorten:
    from: [draft]
    who: [role:writer]
    ask: [pages]
    comment: required
    set: {title: '=title & " (" & TEXT(pages, "0") & ")"'}
"""

WORKFLOW = """
workflow: judging
for: paper
starters: [role:writer, role:boss]
admin: role:boss
steps:
  write:
    who: submitter
    do: fill
    edit: [title, pages]
    must: [title]
    checks: [{require: pages < 100, field: pages, say: {en: Too long, zh: 过长}}]
  judge:
    who: role:judge
    do: review
    agree: all
    edit: [verdict]
    must: [verdict]
    then: {return: [write]}
ends:
  accepted: {call: accept}
  rejected: {call: refuse}
  withdrawn: {call: take_back}
  cancelled: {call: take_back}
"""

FILES = {"models/paper.yaml": ENTITY, "workflows/paper.yaml": LIFECYCLE, "workflows/judging.yaml": WORKFLOW}


def handed_in(papers: Small, name: str = "wendy", **values: object) -> int:
    """A paper that `name` wrote and submitted."""
    number = papers.create(name, "paper", {"title": "On bees", "pages": 12, **values})
    papers.run(name, lambda uow: fire(uow, "paper", number, "submit"))
    return number


def many_handed_in(papers: Small, count: int, step: timedelta = timedelta()) -> list[int]:
    """So many papers, written and submitted by wendy in one transaction; `due` is `step` later from each to the next."""

    def work(uow: UnitOfWork) -> list[int]:
        due = (uow.now + step * at for at in range(1, count + 1))
        values = ({"title": "On bees", "pages": 12, **({"due": at} if step else {})} for at in due)
        numbers = [int(str(save(uow, "paper", None, each)["id"])) for each in values]
        for number in numbers:
            fire(uow, "paper", number, "submit")
        return numbers

    return papers.run("wendy", work)


def update(papers: Small, name: str, number: int, values: Mapping[str, object]) -> None:
    """Change a paper as `name`."""
    papers.run(name, lambda uow: save(uow, "paper", number, values))
