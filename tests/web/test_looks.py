"""Lists seen in another way: boards, months, trees, pictures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.applications import World
from tests.copies import Copies, Place
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

YAML = """
    app: works
    languages: [en, zh]
    timezone: Asia/Shanghai
    roles: {planner: {label: Planner}, guest: {label: Guest}}
    menu: [{module: work, items: [job, planned]}]
    ---
    entity: job
    title: name
    fields:
      name: {type: text, required: true}
      size: {type: choice, of: [small, large]}
      begins: {type: date}
      ends: {type: datetime}
      part_of: {type: link, to: job}
      photo: {type: image}
      cost: {type: integer}
    tree: part_of
    access:
      planner: {read: true, create: true, update: true}
      guest: {read: true, hide: [size]}
    ---
    lifecycle: job
    for: job
    states:
      open: {label: Open}
      running: {label: Running, color: blue}
      done: {label: Done, color: green, final: true}
    actions:
      begin: {label: Begin, from: open, to: running, who: role:planner, when: [{require: cost > 0, say: {en: It costs nothing}}]}
      finish: {label: Finish, from: running, to: done, who: role:planner, ask: [cost]}
    ---
    list: job
    columns: [name, size, cost, state]
    sort: name
    views:
      - {name: board, kind: kanban}
      - {name: sizes, kind: kanban, by: size, label: Sizes}
      - {name: plan, kind: calendar, start: begins, end: ends}
      - {name: tree, kind: tree}
      - {name: photos, kind: gallery, image: photo, title: name}
    ---
    list: planned
    for: job
    where: begins <> null
    access: [planner]
"""


def _people_and_jobs(world: World) -> None:
    world.person("pia", roles=["planner"])
    world.person("gus", roles=["guest"])
    world.save("pia", "job", name="Bridge", size="large", cost=5, begins="2026-03-30", ends="2026-04-02T09:00:00Z")
    world.save("pia", "job", name="Pillar", size="small", part_of=1, begins="2026-03-02")
    world.save("pia", "job", name="Road", cost=0)


@pytest.fixture(scope="module")
def works() -> Iterator[Copies]:
    with Copies(YAML, _people_and_jobs) as copies:
        yield copies


@pytest.fixture
def world(works: Copies, place: Place) -> Iterator[World]:
    with works.open(place) as world:
        yield world


def at(world: World, name: str) -> Person:
    person = Person(pages_of(world.app))
    come_in(person, world.people[name])
    return person


def state(world: World, number: int) -> str:
    return next(name for name in ("open", "running", "done") if number in world.find("pia", "job", f'state = "{name}"'))


def dropped(person: Person, number: int, **sent: str) -> tuple[int, object]:
    """What the script of the page is answered when a card is dropped."""
    token = person.open("/records/job?show=board").text.split('data-token="')[1].split('"')[0]
    answer = person.client.post(f"/records/job/{number}/move", data={"csrf_token": token, **sent}, headers={"Accept": "application/json"})
    return answer.status_code, answer.get_json()


def test_a_card_is_moved_by_the_action_that_leads_there(world: World) -> None:
    pia = at(world, "pia")
    pia.open("/records/job?show=board")
    for words in ("Open3", "Running0", "Done0", "Begin"):
        assert words in pia.page.words
    assert "Finish" not in pia.page.words, "it leads from a column that has no cards"
    pia.send("/records/job/1/move", ("to", "running"))
    assert "Running1" in pia.page.words
    assert state(world, 1) == "running"
    pia.send("/records/job/3/move", ("to", "running"))
    assert "It costs nothing" in pia.page.words
    assert state(world, 3) == "open"
    pia.send("/records/job/1/move", ("to", "done"))
    assert pia.address == "/records/job/1/actions/finish", "what an action asks is asked first"
    lost = "No action of yours leads from “Open” to “Done”."
    assert dropped(pia, 3, by="state", to="done") == (409, {"words": lost, "go": ""})
    assert dropped(pia, 1, by="state", to="done") == (200, {"words": "", "go": "/records/job/1/actions/finish"})
    assert dropped(pia, 2, by="size", to="large", _version="1") == (200, {"words": "", "go": ""})
    assert world.find("pia", "job", 'size = "large"') == [2, 1]
    late = "Pia changed this record in the meantime."
    assert dropped(pia, 2, by="size", to="small", _version="1") == (409, {"words": late, "go": ""})


def test_who_may_not_change_sees_cards_that_stay_and_no_hidden_columns(world: World) -> None:
    gus = at(world, "gus")
    gus.open("/records/job?show=board")
    assert "Open3" in gus.page.words
    assert not [form for form in gus.page.forms if form.action.endswith("/move")]
    assert "draggable" not in gus.page.text
    gus.open("/records/job?show=sizes")
    assert "<table>" in gus.page.text, "what is hidden makes no columns"
    assert "/records/job?list=planned" not in gus.page.links
    assert "/records/job?list=planned" in at(world, "pia").open("/").links
    gus.open("/records/job?list=planned")
    assert gus.status == 403


def test_the_days_of_a_month(world: World) -> None:
    pia = at(world, "pia")
    pia.open("/records/job?show=plan")
    assert "March 2026" in pia.page.words
    assert pia.page.text.count(">Bridge</a>") == 4, "it goes on into the days of April that the last week shows"
    assert pia.page.text.count(">Pillar</a>") == 1
    pia.open("/records/job?show=plan&month=2026-04&q=Bridge")
    assert "April 2026" in pia.page.words
    assert (pia.page.text.count(">Bridge</a>"), pia.page.text.count(">Pillar</a>")) == (4, 0)
    for month in ("2026-13", "9999-12", "0001-01", "x"):
        pia.open(f"/records/job?show=plan&month={month}")
        assert pia.status == 200


def test_trees_and_pictures(world: World) -> None:
    pia = at(world, "pia")
    text = pia.open("/records/job?show=tree").text
    inner = text[text.index("<summary>") : text.index("</details>", text.index("<summary>"))]
    assert "Bridge" in inner.split("<ul>")[0]
    assert "Pillar" in inner.split("<ul>")[1]
    assert "Road" not in inner
    pia.open("/records/job?show=photos&list=planned")
    assert "<table>" in pia.page.text, "the other list has the usual ways"
    pia.open("/records/job?show=photos")
    assert pia.page.text.count('class="no-picture"') == 3
    assert pia.page.text.index("Bridge") < pia.page.text.index("Pillar") < pia.page.text.index("Road")
