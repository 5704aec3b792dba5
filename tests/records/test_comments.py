"""Comments: who reads them, whom they name, who follows; on both databases."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine import records, workflow
from engine.access import SYSTEM
from engine.errors import Invalid, Invisible
from engine.unit_of_work import Commented, Event, UnitOfWork
from tests.applications import World, opened

YAML = """
    app: talk
    languages: [en]
    roles:
      buyer: {}
      guest: {}
      supplier: {external: true}
    ---
    entity: order
    title: subject
    fields:
      subject: {type: text}
      secret: {type: boolean, default: false}
      seller: {type: user}
    access:
      buyer: {read: true, create: true, update: true}
      supplier: {read: seller = user, update: seller = user}
    ---
    lifecycle: order
    for: order
    states: {draft: {}, review: {}, done: {}}
    actions:
      submit: {from: draft, to: review, who: role:supplier, start: check}
      note: {from: [draft, review], who: role:buyer, comment: optional}
      finish: {from: review, to: done, who: system}
      back: {from: review, to: draft, who: system}
    ---
    workflow: check
    for: order
    starters: role:supplier
    admin: role:buyer
    steps:
      draft: {who: 'field:seller', do: fill}
      look: {who: role:buyer, do: review}
    ends:
      approved: {call: finish}
      rejected: {call: back}
      withdrawn: {call: back}
      cancelled: {call: back}
"""
PEOPLE = {"bea": "buyer", "ben": "buyer", "gus": "guest", "sam": "supplier", "sue": "supplier"}


@pytest.fixture
def world(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("LOOM_FILES", str(tmp_path / "files"))
    with opened(YAML, database_url) as world:
        for name, role in PEOPLE.items():
            world.person(name, roles=[role])
        yield world


@pytest.fixture
def order(world: World) -> int:
    return int(str(world.save("bea", "order", subject="Bolts", seller=world.people["sam"])["id"]))


def say(world: World, who: str, order: int, words: str, *, for_all: bool = False) -> tuple[list[str], list[Commented]]:
    """What the writer is warned of, and what the subscribers hear."""
    heard: list[Commented] = []

    def listen(uow: UnitOfWork, event: Event) -> None:
        if isinstance(event, Commented):
            heard.append(event)

    def work(uow: UnitOfWork) -> list[str]:
        records.remark(uow, "order", order, words, for_all=for_all)
        return [str(warning) for warning in uow.warnings]

    before = world.ground.subscribers
    world.ground.subscribers = (*before, listen)
    try:
        return world.app.run(world.actor(who), work), heard
    finally:
        world.ground.subscribers = before


def read(world: World, who: str, order: int) -> list[str]:
    with world.look(who) as view:
        entity = view.metadata.entities["order"]
        row = records.fetch(view, "order", order)
        record = records.present(view, entity, [row], [records.readable(view, entity, row)])[0]
        return [one.body for one in records.activity(view, entity, record) if one.body]


def test_the_talk_among_staff_stays_there(world: World, order: int) -> None:
    say(world, "bea", order, "too expensive")
    say(world, "bea", order, "please send a drawing", for_all=True)
    say(world, "sam", order, "here it is")
    assert read(world, "ben", order) == ["here it is", "please send a drawing", "too expensive"]
    assert read(world, "sam", order) == ["here it is", "please send a drawing"]
    with pytest.raises(Invisible):
        read(world, "sue", order)


def test_who_is_named_is_told_if_they_may_read_it(world: World, order: int) -> None:
    warned, (event,) = say(world, "bea", order, "@ben, @BEN and @gus: see what @sam and @nobody wrote to ben@example.com")
    assert event.mentioned == (world.people["ben"],)
    assert warned == ["Gus cannot read this comment and is not told.", "Sam cannot read this comment and is not told."]
    warned, (event,) = say(world, "bea", order, "@sam, please answer", for_all=True)
    assert (warned, event.mentioned) == ([], (world.people["sam"],))


def test_who_writes_or_is_named_follows_and_hears_of_the_next(world: World, order: int) -> None:
    say(world, "bea", order, "@ben have a look")
    _warned, (event,) = say(world, "sam", order, "is anybody there?")
    assert set(event.followers) == {world.people["bea"], world.people["ben"]}
    world.app.run(world.actor("ben"), lambda uow: records.follow(uow, "order", order, on=False))
    _warned, (event,) = say(world, "bea", order, "among us")
    assert event.followers == (), "who wrote it knows, ben has left, and sam may not read it"
    with pytest.raises(Invisible):
        world.app.run(world.actor("sue"), lambda uow: records.follow(uow, "order", order))


def test_followers_who_may_no_longer_see_the_record_hear_nothing(world: World, order: int) -> None:
    world.app.run(world.actor("sam"), lambda uow: records.follow(uow, "order", order))
    world.save("bea", "order", order, seller=world.people["sue"])
    _warned, (event,) = say(world, "bea", order, "for the new one", for_all=True)
    assert event.followers == ()


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 4001, "nul\0", "half \ud800"])
def test_what_no_database_holds_is_a_problem(world: World, order: int, words: str) -> None:
    with pytest.raises(Invalid):
        say(world, "bea", order, words)
    if words.strip():
        with pytest.raises(Invalid):
            world.app.run(world.actor("bea"), lambda uow: workflow.fire(uow, "order", order, "note", workflow.Said(comment=words)))


def test_what_approvers_say_is_not_for_those_outside(world: World, order: int) -> None:
    world.app.run(world.actor("sam"), lambda uow: workflow.fire(uow, "order", order, "submit", workflow.Said(comment="please")))

    def decided(who: str, decision: str, words: str, to: str | None = None) -> None:
        with world.look("system") as view:
            (task,) = [each for each in workflow.open_tasks(view, "order", order) if each.person == world.people[who]]
        answer = workflow.Answer(decision, comment=words, to=to)
        world.app.run(world.actor(who), lambda uow: workflow.decide(uow, task.id, answer))

    decided("sam", "submit", "filled in")
    with pytest.raises(Invalid):
        decided("bea", "return", "nul\0", "draft")
    decided("bea", "return", "the drawing is missing", "draft")
    decided("sam", "submit", "added")
    decided("ben", "approve", "cheaper than the others")

    def said(who: str) -> list[str]:
        with world.look(who) as view:
            story = workflow.timeline(view, "order", records.fetch(view, "order", order))[0]
        return [entry.comment for entry in story.entries if entry.comment]

    assert said("bea") == ["please", "filled in", "the drawing is missing", "added", "cheaper than the others"]
    assert said("sam") == ["please", "filled in", "the drawing is missing", "added"]


def upload(world: World, who: str, name: str = "drawing.txt", size: int = 0) -> int:
    kept = replace(world.app.files.put(io.BytesIO(b"4 x M8"), name, 10**6), size=size or 6)
    return world.app.run(world.actor(who), lambda uow: records.uploaded(uow, name, kept))


def say_with(world: World, who: str, order: int, *files: int, for_all: bool = False) -> None:
    world.app.run(world.actor(who), lambda uow: records.remark(uow, "order", order, "see", for_all=for_all, files=files))


def opens(world: World, who: str, file: int) -> bool:
    with world.look(who) as view:
        try:
            return records.readable_file(view, file)[1] == "order"
        except Invisible:
            return False


def test_files_of_a_comment_are_read_by_who_reads_it(world: World, order: int) -> None:
    """Staff read both; the supplier what is meant for all, and nothing once the order is another's."""
    among_staff, for_all = upload(world, "bea"), upload(world, "bea", "plan.pdf")
    say_with(world, "bea", order, among_staff)
    say_with(world, "bea", order, for_all, for_all=True)
    with world.look("sam") as view:
        entity, row = view.metadata.entities["order"], records.fetch(view, "order", order)
        record = records.present(view, entity, [row], [records.readable(view, entity, row)])[0]
        files = [(f.name, f.size) for one in records.activity(view, entity, record) for f in one.files]
    assert files == [("plan.pdf", 6)]
    assert [opens(world, who, file) for who in ("ben", "sam", "sue", "gus") for file in (among_staff, for_all)] == [
        True, True, False, True, False, False, False, False,
    ]  # fmt: skip
    world.save("bea", "order", order, seller=world.people["sue"])
    assert (opens(world, "sam", for_all), opens(world, "sue", for_all)) == (False, True)


def test_a_comment_takes_only_fitting_uploads_of_its_writer(world: World, order: int) -> None:
    taken, another = upload(world, "bea"), upload(world, "ben")
    say_with(world, "bea", order, taken)
    large = upload(world, "bea", "film.txt", size=21 * 1024 * 1024)
    refused = []
    for files in ([taken], [another], [999], [large], [upload(world, "bea") for _ in range(11)]):
        with pytest.raises(Invalid) as found:
            say_with(world, "bea", order, *files)
        refused.append(str(found.value.problems[0].message))
    no = "There is no such record, or you may not see it."
    assert refused == [no, no, no, "film.txt is larger than 20 MB.", "A comment has at most 10 files."]
    assert read(world, "bea", order) == ["see"], "what is refused leaves nothing"


def test_files_of_comments_go_with_their_record(world: World, order: int) -> None:
    file = upload(world, "bea")
    say_with(world, "bea", order, file)
    world.app.run(SYSTEM, lambda uow: records.delete(uow, "order", order, 1))
    assert not opens(world, "bea", file), "in the bin it is not there"
    (gone,) = world.app.run(SYSTEM, records.deleted)
    world.app.run(SYSTEM, lambda uow: records.purge(uow, gone.number))
    kept = world.app.run(SYSTEM, lambda uow: records.fetch(uow, "file", file))
    assert kept["record_number"] is None, "the next sweep takes it"
