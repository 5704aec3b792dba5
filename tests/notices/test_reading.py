"""The page of notices and the robot of the chat group: each person what they may see, as they like it, read or not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.errors import Invisible
from engine.notices import Robot, notices, read_all, read_notice
from engine.plugins import CallFailed
from engine.records import follow, remark, save
from engine.workflow import fire, inbox
from tests.applications import World, opened
from tests.chatroom import Room, room
from tests.notices.test_telling import OFFICE, at

__all__ = ["room"]

TIMES = """
lifecycle: paper
for: paper
states:
  draft: {timers: [{after: 1 day, notify: {who: role:boss, message: {en: '{title} lies about', zh: '{title} 仍未提交'}}}]}
  judged: {}
  done: {}
actions:
  submit: {from: draft, to: judged, who: role:clerk, start: judging}
  accept: {from: any, to: done, who: system}
  quiet: {from: any, who: role:clerk, notify: {who: role:boss, message: {en: 'By chat {title}', zh: '群聊 {title}'}, by: [chat]}}
  spread: {from: any, who: role:clerk, notify: {who: [role:guest, role:boss], message: {en: 'Read {title}', zh: '请读 {title}'}}}
---
workflow: judging
for: paper
starters: role:clerk
admin: role:boss
steps:
  write: {who: submitter, do: fill, edit: [title]}
  judge:
    who: role:boss
    do: review
    agree: any
    timers: [{after: 2 days, do: return, to: write}]
    then: {return: [write]}
ends:
  accepted: {call: accept}
  rejected: {call: accept}
"""


@pytest.fixture
def office(room: Room, database_url: str) -> Iterator[World]:
    yaml = OFFICE[: OFFICE.index("---\nlifecycle: paper")] + "---\n" + TIMES.strip()
    with opened(yaml, database_url) as world:
        world.person("cleo", roles=["clerk"], chat=True, mobile="13800000001")
        world.person("bob", roles=["boss"], language="zh", chat=True, mobile="13800000002")
        world.person("dan", roles=["boss"])
        world.person("gus", roles=["guest"], chat=True)
        yield world


def paper(office: World, *actions: str) -> int:
    number = int(str(office.save("cleo", "paper", title="On bees")["id"]))
    for action in actions:
        office.app.run(office.actor("cleo"), lambda uow, action=action: fire(uow, "paper", number, action))  # type: ignore[misc]
    return number


def kinds(office: World, name: str) -> list[tuple[str, str, bool]]:
    with office.look(name) as view:
        return [(notice.kind, notice.words, notice.read) for notice in notices(view).notices]


def test_the_robot_says_that_something_waits_and_not_what(office: World, room: Room) -> None:
    paper(office, "submit", "spread")
    office.app.jobs.run_due()
    with office.look("bob") as view:
        (waiting,), (news,) = inbox(view), notices(view).notices
    assert waiting.task is not None
    assert sorted(room.said, reverse=True) == [
        (f"Bob，办公 有新消息：http://127.0.0.1:8000/notices/{news.id}", ["13800000002"]),
        (f"Bob，办公 有事项等您处理：http://127.0.0.1:8000/inbox/{waiting.task.id}", ["13800000002"]),
    ], "in his language; neither Gus, who may not see it, nor Dan, who does not want it"
    assert not any("bees" in words for words, _ in room.said), "everybody in the group reads it"


def test_what_is_wanted_in_the_chat_is_said_there_alone_and_again_when_it_was_too_much(office: World, room: Room) -> None:
    paper(office, "quiet")
    office.app.jobs.run_due()
    assert [mobiles for _, mobiles in room.said] == [["13800000002"], []], "Dan has given no number"
    assert kinds(office, "bob") == []
    room.room_for = 0
    paper(office, "spread")
    office.app.jobs.run_due()
    assert len(room.said) == 2
    room.room_for = 20
    office.app.jobs.run_due(at("2026-03-02 09:01"))
    office.app.jobs.run_due(at("2026-03-02 10:00"))
    assert len(room.said) == 3, "what the robot does not take is said later, once"


@pytest.mark.parametrize(("words", "path", "kind"), [("x", "?key=wrong", "refused"), ("", "", "refused"), ("字" * 700, "", "refused")])
def test_what_the_robot_refuses_is_no_success(room: Room, words: str, path: str, kind: str) -> None:
    address = Robot.from_settings().address
    with pytest.raises(CallFailed) as failed:
        Robot(address.split("?")[0] + path if path else address).say(words, "")
    assert failed.value.kind == kind


def test_without_a_robot_nothing_is_said_and_nothing_fails(room: Room) -> None:
    Robot().say("x", "")
    assert room.said == []


def test_notices_are_read_one_by_one_or_all_together(office: World) -> None:
    number = paper(office, "spread")
    office.app.run(office.actor("bob"), lambda uow: follow(uow, "paper", number, on=True))
    office.app.run(office.actor("cleo"), lambda uow: remark(uow, "paper", number, "@Dan look"))
    office.app.jobs.run_due()
    assert kinds(office, "bob") == [("commented", "@Dan look", False), ("told", "请读 On bees", False)]
    assert kinds(office, "dan") == [("mentioned", "@Dan look", False), ("told", "Read On bees", False)]
    with office.look("bob") as view:
        newest, oldest = notices(view).notices
    assert office.app.run(office.actor("bob"), lambda uow: read_notice(uow, oldest.id)).path == f"/records/paper/{number}"
    assert [read for _, _, read in kinds(office, "bob")] == [False, True]
    with pytest.raises(Invisible):
        office.app.run(office.actor("dan"), lambda uow: read_notice(uow, newest.id))
    office.app.run(office.actor("dan"), lambda uow: read_all(uow, 10**6))
    assert [read for _, _, read in kinds(office, "dan")] == [True, True]
    assert [read for _, _, read in kinds(office, "bob")] == [False, True], "everybody reads for themselves"
    with office.look("bob") as view:
        first = notices(view, limit=1)
        second = notices(view, before=first.before, limit=1)
        assert [*first.notices, *second.notices] == list(notices(view).notices)


def test_timers_of_states_and_of_steps_tell_their_people(office: World) -> None:
    paper(office)
    paper(office, "submit")
    office.app.jobs.run_due(at("2026-03-03 09:00"))
    assert kinds(office, "dan") == [("told", "On bees lies about", False)]
    office.app.jobs.run_due(at("2026-03-04 09:00"))
    with office.look("cleo") as view:
        (returned,) = inbox(view)
    assert returned.task is not None
    assert (returned.task.step, returned.task.round) == ("write", 2), "the timer gave it back, and she has a task again"
    assert kinds(office, "cleo") == []


def test_a_notice_of_what_one_may_no_longer_see_is_gone(office: World) -> None:
    paper(office, "spread")
    with office.look("bob") as view:
        (one,) = notices(view).notices
    office.app.run(office.actor("system"), lambda uow: save(uow, "user", office.people["bob"], {"roles": ["guest"]}))
    assert kinds(office, "bob") == []
    with pytest.raises(Invisible):
        office.app.run(office.actor("bob"), lambda uow: read_notice(uow, one.id))
