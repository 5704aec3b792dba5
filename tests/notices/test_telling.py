"""What people are told: tasks, reminders and words of the definition, each once, as they like it, never of what they may not see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.notices import Mail, Notice, Post, notices
from engine.workflow import fire
from tests.applications import World, opened

OFFICE = """
app: office
label: {en: Office, zh: 办公}
languages: [en, zh]
timezone: Asia/Shanghai
roles: {clerk: {}, boss: {}, guest: {}}
---
entity: paper
title: title
fields:
  title: {type: text, required: true}
access:
  clerk: {read: true, create: true, update: true}
  boss: {read: true}
---
lifecycle: paper
for: paper
states: {draft: {}, judged: {}, done: {}}
actions:
  submit: {from: draft, to: judged, who: role:clerk, start: judging}
  accept: {from: any, to: done, who: system}
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
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Mail, str]]:
    found: list[tuple[Mail, str]] = []
    monkeypatch.setattr(Post, "send", lambda self, mail, once, now: found.append((mail, once)))
    return found


@pytest.fixture
def office(database_url: str) -> Iterator[World]:
    with opened(OFFICE, database_url) as world:
        world.person("cleo", roles=["clerk"], email="cleo@x.example")
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
        return notices(view)


def test_a_task_is_told_once_as_each_person_likes_it(office: World, sent: list[tuple[Mail, str]]) -> None:
    number = paper(office, "submit")
    office.app.jobs.run_due()
    office.app.jobs.run_due()
    assert [(mail.to, mail.subject) for mail, _ in sent] == [("bob@x.example", "[办公] On bees：请处理")]
    assert sent[0][0].text.endswith(f"/records/paper/{number}")
    office.app.jobs.run_due(at("2026-03-03 06:59"))
    assert len(sent) == 1
    office.app.jobs.run_due(at("2026-03-03 07:00"))
    assert [mail.to for mail, _ in sent] == ["bob@x.example", "dan@x.example"]
    assert [notice.kind for notice in told(office, "nell")] == ["asked"]


def test_a_reminder_is_one_more(office: World, sent: list[tuple[Mail, str]]) -> None:
    paper(office, "submit")
    office.app.jobs.run_due(at("2026-03-03 09:00"))
    assert [mail.subject for mail, _ in sent if mail.to == "bob@x.example"] == ["[办公] On bees：请处理", "[办公] On bees 仍在等您处理"]
    assert len({once for _, once in sent}) == len(sent)


def test_nobody_is_told_of_what_they_may_not_see(office: World, sent: list[tuple[Mail, str]]) -> None:
    paper(office, "spread")
    office.app.jobs.run_due()
    assert [(mail.to, "请读 On bees" in mail.text) for mail, _ in sent] == [("bob@x.example", True)]
    assert told(office, "gus") == []


def test_nothing_is_told_of_what_was_rolled_back(office: World, sent: list[tuple[Mail, str]]) -> None:
    number = paper(office)

    def give_up(uow: object) -> None:
        fire(uow, "paper", number, "spread")  # type: ignore[arg-type]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        office.app.run(office.actor("cleo"), give_up)
    office.app.jobs.run_due()
    assert sent == []
