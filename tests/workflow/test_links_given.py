"""Links to many are given by effects, asked for by actions and filled in at tasks, over records between too: by rights of the definition."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine import records
from engine.errors import Invalid
from engine.workflow import Answer, Said, decide, fire, open_tasks
from tests.applications import World, opened

YAML = """
    app: works
    roles: {lead: {}, clerk: {}}
    ---
    entity: person
    title: name
    fields: {name: {type: text, required: true}}
    access: {lead: {read: true, create: true}, clerk: {read: true}}
    ---
    entity: project
    title: name
    fields:
      name: {type: text, required: true}
      team: {type: link, to: project}
      chief: {type: link, to: person}
      helpers: {type: links, to: person}
      people: {type: links, to: person, through: membership}
      size: {type: integer, formula: COUNT(people), discloses: true}
    access: {lead: {read: true, create: true, update: true}, clerk: {read: true}}
    ---
    entity: membership
    title: person.name
    fields:
      project: {type: link, to: project, required: true, on_delete: cascade}
      person: {type: link, to: person, required: true}
      secret: {type: boolean, default: false}
    unique: [[project, person]]
    access: {lead: {read: true, create: true, update: true}, clerk: {read: NOT secret}}
    ---
    lifecycle: project
    for: project
    states: {idea: {}, open: {}, staffed: {final: true}}
    actions:
      staff: {from: idea, to: open, who: role:clerk, ask: {people: required, helpers: optional}}
      release: {from: open, to: idea, who: role:clerk, set: {helpers: =people, people: null}}
      copy: {from: idea, who: role:clerk, set: {helpers: =team.helpers, people: =team.people}}
      lead: {from: idea, who: role:clerk, set: {helpers: =chief, people: =chief}}
      split: {from: idea, who: role:clerk, create: {entity: project, set: {name: Next, people: =people, helpers: =helpers}}}
      ask: {from: idea, who: role:clerk, start: staffing}
      done: {from: idea, to: staffed, who: system}
    ---
    workflow: staffing
    for: project
    starters: role:clerk
    admin: role:lead
    steps:
      fill: {do: fill, who: role:clerk, must: [people]}
    ends: {done: {call: done}}
"""
Links = tuple[object, object, object]


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as found:
        for name, role in {"lea": "lead", "cle": "clerk"}.items():
            found.person(name, roles=[role])
        for name in ("Ann", "Ben", "Cyd"):
            found.save("lea", "person", name=name)
        found.save("lea", "project", name="Bridge", helpers=[1, 2])
        found.save("lea", "project", name="Tower", team=1, chief=3)
        yield found


def do(world: World, number: int, action: str, **values: object) -> Links:
    world.app.run(world.actor("cle"), lambda uow: fire(uow, "project", number, action, Said(values)))
    return links(world, number)


def links(world: World, number: int) -> Links:
    with world.look("lea") as view:
        found = records.load(view, "project", number).values
        return found["helpers"], found["people"], found["size"]


def problems(world: World, number: int, action: str, **values: object) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as raised:
        do(world, number, action, **values)
    return [(problem.path, problem.code) for problem in raised.value.problems]


def test_actions_ask_for_links_and_set_them(world: World) -> None:
    """Who may not create records between chooses by them all the same where an action asks, and no more."""
    assert problems(world, 1, "staff", helpers=[3]) == [("people", "required")]
    assert problems(world, 1, "staff", people=[3, 99]) == [("people", "no_such_record")]
    assert links(world, 1) == ((1, 2), None, 0), "nothing of it is kept"
    assert do(world, 1, "staff", people=[3, 1], helpers=[2, 3]) == ((2, 3), (3, 1), 2)
    assert do(world, 1, "release") == ((3, 1), None, 0)
    world.save("lea", "project", 1, people=[2, 1])
    assert do(world, 2, "copy") == ((3, 1), (2, 1), 2)
    assert do(world, 2, "split") == ((3, 1), (2, 1), 2)
    assert links(world, 3) == ((3, 1), (2, 1), 2)
    assert do(world, 2, "lead") == ((3,), (3,), 1)
    world.save("lea", "membership", world.find("lea", "membership", "project.id = 1 AND person.id = 1")[0], secret=True)
    assert do(world, 1, "staff", people=[3, 1]) == ((3, 1), (1, 3), 2), "what is there unseen is not made again, nor taken away"


def test_a_task_opens_links_over_records_between(world: World) -> None:
    do(world, 2, "ask")
    with world.look("cle") as view:
        (task,) = open_tasks(view, "project", 2)

    def submit(**values: object) -> None:
        world.app.run(world.actor("cle"), lambda uow: decide(uow, task.id, Answer("submit", values)))

    with pytest.raises(Invalid) as raised:
        submit()
    assert [(problem.path, problem.code) for problem in raised.value.problems] == [("people", "required")]
    submit(people=[2])
    assert links(world, 2) == (None, (2,), 1)
    with world.look("lea") as view:
        assert records.load(view, "project", 2).values["state"] == "staffed"
