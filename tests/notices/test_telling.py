"""What people are told: tasks, reminders and words of the definition, each once, as they like it, never of what they may not see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.notices import Notice, notices, told_to
from engine.workflow import fire, inbox
from tests.applications import World, opened
from tests.postbox import Box, box

__all__ = ["box"]

OFFICE = """
app: office
label: {en: Office, zh: 办公}
languages: [en, zh]
timezone: Asia/Shanghai
roles: {clerk: {}, boss: {}, guest: {}, intern: {}}
---
entity: paper
title: title
fields:
  title: {type: text, required: true}
  fee: {type: integer, default: 12}
access:
  clerk: {read: true, create: true, update: true}
  boss: {read: true}
  intern: {read: true, hide: [fee]}
---
lifecycle: paper
for: paper
states: {draft: {}, judged: {}, done: {}}
actions:
  submit: {from: draft, to: judged, who: role:clerk, start: judging}
  accept: {from: any, to: done, who: system}
  price: {from: any, who: role:clerk, notify: {who: [role:intern, user:zoe], message: {en: 'It costs {fee}', zh: '价格 {fee}'}}}
  spread: {from: any, who: role:clerk, notify: {who: [role:guest, role:boss], message: {en: 'Read {title}', zh: '请读 {title}'}}}
---
workflow: judging
for: paper
starters: role:clerk
admin: role:boss
steps:
  judge: {who: role:boss, do: review, timers: [{after: 1 day, do: remind}]}
ends:
  accepted: {call: accept}
  rejected: {call: accept}
"""


@pytest.fixture
def office(box: Box, database_url: str) -> Iterator[World]:
    with opened(OFFICE, database_url) as world:
        world.person("cleo", roles=["clerk"], email="cleo@x.example")
        world.person("zoe", roles=["clerk"], email="zoe@x.example")
        world.person("bob", roles=["boss"], email="bob@x.example", language="zh")
        world.person("dan", roles=["boss"], email="dan@x.example", notices="daily")
        world.person("nell", roles=["boss"], email="nell@x.example", notices="none")
        world.person("gus", roles=["guest"], email="gus@x.example")
        yield world


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def paper(office: World, *actions: str) -> int:
    number = int(str(office.save("cleo", "paper", title="On bees")["id"]))
    for action in actions:
        office.app.run(office.actor("cleo"), lambda uow, action=action: fire(uow, "paper", number, action))  # type: ignore[misc]
    return number


def told(office: World, name: str) -> list[Notice]:
    with office.look(name) as view:
        return list(notices(view).notices)


def test_a_task_is_told_once_as_each_person_likes_it(office: World, box: Box) -> None:
    paper(office, "submit")
    office.app.jobs.run_due()
    office.app.jobs.run_due()
    assert (box.readers(), box.subjects()) == (["bob@x.example"], ["[办公] On bees：请处理"])
    with office.look("bob") as view:
        (task,) = inbox(view)
    assert task.task is not None
    assert box.texts()[0].strip().endswith(f"/inbox/{task.task.id}"), "the link leads to the task"
    office.app.jobs.run_due(at("2026-03-03 06:59"))
    assert len(box.letters) == 1
    office.app.jobs.run_due(at("2026-03-03 07:00"))
    assert box.readers() == ["bob@x.example", "dan@x.example"]
    with office.look("system") as view:
        assert [notice.kind for notice in told_to(view, office.people["nell"])] == ["asked"]
    assert told(office, "nell") == [], "tasks stand in the inbox"


def test_a_reminder_is_one_more(office: World, box: Box) -> None:
    paper(office, "submit")
    office.app.jobs.run_due(at("2026-03-03 09:00"))
    told_bob = [subject for reader, subject in zip(box.readers(), box.subjects(), strict=True) if reader == "bob@x.example"]
    assert told_bob == ["[办公] On bees：请处理", "[办公] On bees 仍在等您处理"]


def test_nobody_is_told_of_what_they_may_not_see(office: World, box: Box) -> None:
    paper(office, "spread")
    office.app.jobs.run_due()
    assert box.readers() == ["bob@x.example"]
    assert "请读 On bees" in box.texts()[0]
    assert told(office, "gus") == []


def test_words_are_not_told_to_whom_a_field_in_them_is_hidden(office: World, box: Box) -> None:
    office.person("ida", roles=["intern"], email="ida@x.example")
    paper(office, "price")
    office.app.jobs.run_due()
    texts = dict(zip(box.readers(), box.texts(), strict=True))
    assert "It costs 12" in texts["zoe@x.example"]
    assert "costs" not in texts["ida@x.example"]
    assert [notice.words for notice in told(office, "ida")] == [""]


def test_nothing_is_told_of_what_was_rolled_back(office: World, box: Box) -> None:
    number = paper(office)

    def give_up(uow: object) -> None:
        fire(uow, "paper", number, "spread")  # type: ignore[arg-type]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        office.app.run(office.actor("cleo"), give_up)
    office.app.jobs.run_due()
    assert box.letters == []
