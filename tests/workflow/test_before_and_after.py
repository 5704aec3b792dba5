"""`old` and `new` in an action: its guards, right sides and effects see the record before and after what it does."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

import pytest

from engine import records
from engine.errors import Refusal
from engine.notices import notices
from engine.records import fetch
from engine.workflow import RowPlace, Said, actions, fire, fire_row
from tests.applications import World, opened
from tests.racing import loser

YAML = """
    app: desk
    languages: [en]
    roles: {agent: {label: Agent}, guest: {label: Guest}}
    ---
    entity: ticket
    title: subject
    fields:
      subject: {type: text}
      priority: {type: choice, of: [low, high]}
      hours: {type: decimal, digits: 2}
      rate: {type: decimal, digits: 2, default: 80}
      charge: {type: decimal, digits: 2, formula: hours * rate}
      was: {type: decimal, digits: 2}
      agent: {type: user, inverse: tickets}
      parts:
        type: table
        fields: {qty: {type: integer}, back: {type: integer}}
        lifecycle:
          states: {used: {label: Used}, returned: {label: Returned}}
          actions:
            bring_back:
              from: used
              to: returned
              who: role:agent
              ask: [back]
              when: {require: 'new.back <= old.qty AND old.state <> new.state', say: 'Only {qty} were used'}
    access:
      agent: {read: true, create: true, update: true}
      guest: {read: true, hide: [priority]}
    ---
    lifecycle: ticket
    for: ticket
    states: {new: {label: New}, working: {label: Working}, solved: {label: Solved, lock: true}}
    actions:
      take:
        from: new
        to: working
        who: role:agent
        set: {agent: =user}
        when: {require: 'COUNT(new.agent.tickets, state = "working") <= 1', say: One at a time}
      correct:
        from: [new, working]
        who: role:agent
        ask: [hours, priority]
        set: {was: =old.hours}
        when:
          - {require: ISCHANGED(hours) OR ISCHANGED(priority), say: 'It is {hours} already'}
          - {require: 'new.charge <= 800', say: '{charge} is too much'}
          - {require: NOT ISBLANK(subject), say: Without a subject}
        notify: {who: [field:agent, role:guest], when: 'old.priority = "low" AND new.priority = "high"', message: 'It was {old.priority}'}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as found:
        for name, role in (("ann", "agent"), ("bob", "agent"), ("gus", "guest")):
            found.person(name, roles=[role])
        yield found


def ticket(world: World, **values: object) -> int:
    return int(str(world.save("ann", "ticket", subject="Pump", priority="low", hours=1, **values)["id"]))


def done(world: World, number: int, action: str, **values: object) -> None:
    world.app.run(world.actor("ann"), lambda uow: fire(uow, "ticket", number, action, Said(values)))


def test_guards_see_what_the_action_writes_and_all_that_is_computed_from_it(world: World) -> None:
    number = ticket(world)
    with pytest.raises(Refusal, match=r"^880\.00 is too much$"):
        done(world, number, "correct", hours=11)
    with pytest.raises(Refusal, match=r"^It is 1\.00 already$"):
        done(world, number, "correct", hours="1.00")
    done(world, number, "correct", hours=10)
    with world.look("ann") as view:
        row = fetch(view, "ticket", number)
        assert (row["hours"], row["was"], row["charge"]) == (Decimal(10), Decimal(1), Decimal(800))


def test_such_a_guard_is_asked_when_the_answers_are_there_and_others_before(world: World) -> None:
    numbers = {True: ticket(world), False: int(str(world.save("ann", "ticket", hours=20)["id"]))}
    for possible, number in numbers.items():
        with world.look("ann") as view:
            correct = next(each for each in actions(view, "ticket", fetch(view, "ticket", number)) if each.action.name == "correct")
        assert correct.allowed is possible
        assert (str(correct.reason) == "Without a subject") is not possible


def test_conditions_and_words_of_effects_see_them_too(world: World) -> None:
    number = ticket(world)
    done(world, number, "take")
    for priority in ("high", "low"):
        world.app.run(world.actor("bob"), lambda uow, to=priority: fire(uow, "ticket", number, "correct", Said({"priority": to})))  # type: ignore[misc]
    for reader, words in (("ann", "It was Low"), ("gus", "")):
        with world.look(reader) as view:
            assert [notice.words for notice in notices(view).notices] == [words]


def test_two_at_once_do_not_pass_a_limit_over_what_they_write(world: World) -> None:
    told = loser(*(partial(done, world, number, "take") for number in (ticket(world), ticket(world))))
    assert str(told) == "One at a time"


def test_rows_have_them_as_well(world: World) -> None:
    number = ticket(world, parts=[{"qty": 2}])

    def back(count: int) -> None:
        place, said = RowPlace("ticket", number, "parts", 1), Said({"back": count})
        world.app.run(world.actor("ann"), lambda uow: fire_row(uow, place, "bring_back", said))

    with pytest.raises(Refusal, match=r"^Only 2 were used$"):
        back(3)
    back(2)
    with world.look("ann") as view:
        (row,) = records.rows_of(fetch(view, "ticket", number), view.metadata.entities["ticket"].fields["parts"])
    assert (row["back"], row["state"]) == (2, "returned")
