"""Rows with a lifecycle of their own, on both databases: who may do what with them, and what their document keeps of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine import records, storage, workflow
from engine.errors import Conflict, Forbidden, Invalid, Invisible, Refusal
from engine.workflow import RowPlace, Said
from tests.applications import World, opened

YAML = """
    app: stores
    languages: [en, zh]
    roles: {clerk: {}, boss: {}, guest: {}}
    ---
    entity: request
    title: subject
    fields:
      subject: {type: text}
      closed: {type: boolean, default: false}
      lines:
        type: table
        fields:
          item: {type: text, required: true}
          qty: {type: integer, default: 1}
          taken_by: {type: user}
          taken_on: {type: date}
        checks:
          - {require: 'state <> "ordered" OR qty <= 10', say: At most ten of each}
        lifecycle:
          states:
            open: {label: {en: Open, zh: 待处理}}
            ordered: {label: Ordered}
            dropped: {final: true}
          actions:
            order:
              from: open
              to: ordered
              who: [role:clerk, system]
              when:
                - {require: qty > 0, say: 'Nothing of {item} is wanted'}
                - {require: NOT request.closed, say: The request is closed}
              set: {taken_by: =user, taken_on: =today()}
            drop: {from: [open, ordered], to: dropped, who: role:boss}
            give_back: {from: ordered, to: open, who: 'field:taken_by', set: {taken_by: null}}
      ordered: {type: integer, formula: 'COUNT(lines, state = "ordered")'}
    access:
      clerk: {read: true, create: true, update: true}
      boss: {read: true}
      guest: {read: true, hide: [lines, ordered]}
    ---
    lifecycle: request
    for: request
    states: {draft: {}, sent: {final: true}}
    actions:
      send: {from: draft, to: sent, who: role:clerk, call: {action: order, from: lines, where: 'state = "open"'}}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as world:
        for name, role in {"cle": "clerk", "cat": "clerk", "bo": "boss", "gus": "guest"}.items():
            world.person(name, roles=[role])
        world.save("cle", "request", subject="Tools", lines=[{"item": "saw"}, {"item": "drill", "qty": 0}, {"item": "nail", "qty": 99}])
        yield world


def act(world: World, who: str, row: int, action: str, version: int | None = None) -> records.Row:
    place, said = RowPlace("request", 1, "lines", row), Said(version=version)
    return dict(world.app.run(world.actor(who), lambda uow: workflow.fire_row(uow, place, action, said)))


def rows(world: World) -> list[records.Row]:
    with world.look("cle") as view:
        return records.rows_of(records.fetch(view, "request", 1), view.metadata.entities["request"].fields["lines"])


def lines(world: World) -> list[tuple[object, object]]:
    return [(row["item"], row["state"]) for row in rows(world)]


def test_a_row_begins_in_its_first_state_and_is_moved_by_its_actions(world: World) -> None:
    """The document counts a version, computes anew, and tells in its audit what happened."""
    assert lines(world) == [("saw", "open"), ("drill", "open"), ("nail", "open")]
    after = act(world, "cle", 1, "order", 1)
    assert (after["version"], after["ordered"]) == (2, 1)
    assert lines(world)[0] == ("saw", "ordered")
    assert rows(world)[0]["taken_by"] == world.people["cle"]
    with world.look("cle") as view:
        assert rows(world)[0]["taken_on"] == view.today
        entry = storage.entries(view.connection, view.metadata.identity.number("entity:request") or 0, 1, 1)[0]
    assert entry.cause == "action:order"
    assert [each["state"] for each in entry.changes["lines"][1]] == ["ordered", "open", "open"]  # type: ignore[attr-defined]
    world.save("cle", "request", 1, lines=[{"id": 1, "item": "fret saw"}, {"item": "glue"}])
    assert lines(world) == [("fret saw", "ordered"), ("glue", "open")], "a save keeps the state of rows, and new ones begin"


def test_who_may_not_is_refused_and_why(world: World) -> None:
    def refusal(who: str, row: int, action: str, version: int | None = None) -> str:
        with pytest.raises((Refusal, Forbidden, Conflict, Invalid, Invisible)) as found:
            act(world, who, row, action, version)
        wrong = found.value
        return str(wrong.problems[0].message) if isinstance(wrong, Invalid) else str(wrong.message)

    assert [
        refusal("bo", 1, "order"), refusal("cle", 2, "order"), refusal("cle", 3, "order"), refusal("cle", 1, "give_back"),
        refusal("cle", 1, "sell"), refusal("cle", 1, "order", 7),
    ] == [
        "“Order” is not for you.", "Nothing of drill is wanted", "At most ten of each", "“Give back” is not for you.",
        "There is no action “sell”.", "Cle changed this record in the meantime.",
    ]  # fmt: skip
    assert refusal("gus", 1, "order") == refusal("cle", 9, "order"), "a table that is hidden is not there"
    act(world, "cle", 1, "order")
    assert refusal("cat", 1, "give_back") == "“Give back” is not for you."
    assert refusal("cle", 1, "order") == "“Order” is not possible in the state “Ordered”."
    world.save("cle", "request", 1, closed=True)
    act(world, "cle", 1, "give_back")
    assert refusal("cle", 1, "order") == "The request is closed"
    with pytest.raises(Invalid, match="state"):
        world.save("cle", "request", 1, lines=[{"id": 1, "state": "dropped"}])


def test_what_is_offered_says_why_not(world: World) -> None:
    with world.look("cle") as view:
        document, table = records.fetch(view, "request", 1), view.metadata.entities["request"].fields["lines"]
        found = workflow.row_actions(view, document, table)
    assert [(row, p.action.name, p.allowed, str(p.reason or "")) for row, acts in found.items() for p in acts] == [
        (1, "order", True, ""), (2, "order", False, "Nothing of drill is wanted"), (3, "order", True, ""),
    ]  # fmt: skip


def test_an_action_of_the_document_does_it_with_its_rows(world: World) -> None:
    world.save("cle", "request", 1, lines=[{"id": 1}, {"id": 3, "qty": 5}])
    fire(world, 1)
    assert lines(world) == [("saw", "ordered"), ("nail", "ordered")]
    world.save("cle", "request", subject="More", lines=[{"item": "saw"}, {"item": "drill", "qty": 0}])
    with pytest.raises(Refusal, match="Nothing of drill"):
        fire(world, 2)
    assert world.find("cle", "request", "ordered = 0", 'subject = "More"') == [2], "all or nothing"


def fire(world: World, number: int) -> None:
    world.app.run(world.actor("cle"), lambda uow: workflow.fire(uow, "request", number, "send"))
