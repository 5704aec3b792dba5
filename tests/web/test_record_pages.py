"""Pages of records as files of kind `page` say them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.applications import World
from tests.copies import Copies, Place
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

YAML = """
    app: works
    languages: [en, zh]
    currency: CNY
    roles: {planner: {label: Planner}, guest: {label: Guest}}
    ---
    entity: project
    title: name
    fields:
      name: {type: text, required: true}
      manager: {type: user}
      budget: {type: money}
      code: {type: text}
      kind: {type: choice, of: [road, bridge]}
      plan: {type: file}
      phases: {type: table, fields: {title: {type: text}, drawing: {type: file}}}
    access:
      planner: {read: true, create: true, update: true}
      guest: {read: true, hide: [budget, code]}
    ---
    entity: cost
    title: what
    fields:
      project: {type: link, to: project, inverse: costs, required: true}
      what: {type: text, required: true}
      kind: {type: choice, of: [road, bridge]}
      amount: {type: money}
    access:
      planner: {read: true, create: true, update: true}
      guest: {read: what <> "secret"}
    ---
    page: project
    header: [manager, budget]
    rail: [files, followers]
    access: [planner]
    tabs:
      - label: {en: Costs, zh: 成本}
        panels:
          - {related: costs, columns: [what, amount], sort: -amount, limit: 2, totals: [amount], add: false}
          - {related: costs, label: {en: Of its kind}, where: kind = parent.kind, columns: [what]}
          - {text: {en: 'All in all {budget}.'}}
      - label: {en: Facts}
        panels: [{fields: [name, kind], label: {en: What it is}}, {fields: [budget], label: Hidden one, show: 'kind = "road"'}]
    ---
    report: costs
    from: cost
    parameters: {of: {type: link, to: project}, but: {type: text}}
    where: (of = null OR project = of) AND (but = null OR what <> but)
    rows: [what]
    values: {amount: SUM(rows.amount)}
    chart: {kind: bar, x: what, y: amount}
    drill: [what]
    ---
    page: figures
    for: project
    rail: []
    panels:
      - {report: costs, with: {of: =this}, as: table}
      - {report: costs, with: {but: =code}}
      - {report: costs, show: name = "Nothing"}
    ---
    page: for_guests
    for: cost
    access: [guest]
    panels: [{text: Welcome}, {fields: [what]}]
    ---
    page: brief
    for: project
    header: []
    rail: [files, followers]
    panels: [{text: {en: 'All in all {budget}.'}}, {fields: [name]}]
"""


def _people(world: World) -> None:
    world.person("pia", roles=["planner"])
    world.person("gus", roles=["guest"])
    world.person("admin", roles=["admin"])
    number = world.save("pia", "project", name="Span", manager=1, budget="100", kind="bridge")["id"]
    for what, amount, kind in (("steel", 30, "bridge"), ("sand", 5, "road"), ("secret", 20, "bridge")):
        world.save("pia", "cost", project=number, what=what, amount=amount, kind=kind)


@pytest.fixture(scope="module")
def works() -> Iterator[Copies]:
    with Copies(YAML, _people) as copies:
        yield copies


@pytest.fixture
def world(works: Copies, place: Place) -> Iterator[World]:
    with works.open(place) as world:
        yield world


def at(world: World, name: str) -> Person:
    person = Person(pages_of(world.app))
    come_in(person, world.people[name])
    return person


def test_a_page_shows_what_its_file_says(world: World) -> None:
    pia = at(world, "pia")
    words = " ".join(pia.open("/records/project/1").words.split())
    assert "ManagerPiaBudgetCN¥100.00" in words
    assert "WhatAmount steelCN¥30.00secretCN¥20.00 TotalCN¥55.00" in words, "the dearest two, and the sum of all"
    assert "Show all" in words
    assert "Of its kind" in words
    assert words.count("sand") == 0, "the road is of another kind"
    assert "All in all" in words
    assert "Write a comment" not in pia.page.text
    assert "Follow" in words
    assert words.count("New: Cost") == 1, "the second panel offers it, the first does not"
    words = " ".join(pia.open("/records/project/1?tab=1").words.split())
    assert "What it is NameSpan KindBridge" in words
    assert "Hidden one" not in words
    assert "steel" not in words
    assert pia.open("/records/project/1?tab=77").text.count('aria-current="page"') >= 1


def test_a_report_in_a_panel_is_about_the_record(world: World) -> None:
    bill = world.save("pia", "project", name="Bill", code="sand")["id"]
    world.save("pia", "cost", project=bill, what="tar", amount=40)
    pia, gus, own = at(world, "pia"), at(world, "gus"), "/records/project/1/panels/0/1?page=figures"
    page = pia.open("/records/project/1?page=figures").text
    assert own in page
    assert "panels/0/3" not in page
    words = pia.open(own).words
    assert "steelCN¥30.00" in words
    assert "tar" not in words
    assert "/reports/costs?of=1" in pia.page.text, "the page of the report is about this record too"
    behind = pia.open("/records/project/1/panels/0/1/records?page=figures&k0=steel").words
    assert "steel" in behind
    assert "sand" not in behind
    words = pia.open(f"/records/project/{bill}/panels/0/2?page=figures").words
    assert [each for each in ("steel", "tar", "sand", "secret") if each in words] == ["steel", "tar", "secret"]
    assert "secret" not in gus.open(own).words, "row rules hold"
    assert "panels/0/2" not in gus.open("/records/project/1?page=figures").text, "what it is asked with may not be read"
    assert gus.client.get("/records/project/1/panels/0/2?page=figures").status_code == 404
    for wrong in ("0", "3", "9"):
        assert pia.client.get(f"/records/project/1/panels/0/{wrong}?page=figures").status_code == 404


def test_others_see_the_usual_page_and_nothing_that_is_hidden_from_them(world: World) -> None:
    gus = at(world, "gus")
    words = " ".join(gus.open("/records/project/1").words.split())
    assert "Activity" in words
    assert "sand" in words
    assert "secret" not in words
    assert "100" not in words
    words = " ".join(gus.open("/records/project/1?page=brief").words.split())
    assert "Span" in words
    assert "All in all" not in words, "it would tell the budget"
    assert "All in all" in at(world, "pia").open("/records/project/1?page=brief").words


def test_a_page_for_a_role_stands_in_the_place_of_the_usual_one(world: World) -> None:
    assert "Welcome" in at(world, "gus").open("/records/cost/1").words
    assert "Welcome" not in at(world, "pia").open("/records/cost/1").words
    assert "Welcome" not in at(world, "admin").open("/records/cost/1").words
    assert "Welcome" in at(world, "admin").open("/records/cost/1?page=for_guests").words


def test_a_panel_costs_one_statement_and_its_sums_one_more(world: World) -> None:
    if world.app.serving.database.dialect != "sqlite":
        pytest.skip("counted where every statement can be seen")
    pia = at(world, "pia")
    brief, tab, usual = (told(world, pia, f"/records/project/1{query}") for query in ("?page=brief", "", "?tab=1"))
    assert len(tab) - len(brief) == 3, "two panels, and the sums of one"
    assert len(usual) == len(brief), "the panels of other tabs are not asked for"


def told(world: World, person: Person, address: str) -> list[str]:
    """The statements that a page needs, once everything is prepared."""
    seen: list[str] = []

    def watch(watching: Callable[[str], None] | None) -> None:
        with world.app.database.read() as connection:  # the one used last is used next
            connection.connection.driver_connection.set_trace_callback(watching)  # type: ignore[union-attr]

    person.open(address)
    watch(seen.append)
    try:
        person.open(address)
    finally:
        watch(None)
    return [statement for statement in seen if statement.lstrip().upper().startswith(("SELECT", "WITH"))]
