"""Every place that shows records leaves archived ones out, says so where one asks, and loses nothing that is not archived."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from engine import records
from engine.errors import Refusal
from tests.applications import START, World
from tests.copies import Copies, Place
from tests.records.later import days_later
from tests.transfer.test_import import done, staged, written, wrong
from tests.web.small import at_pages, pages_of
from tests.web.without_script import Person

YAML = """
    app: works
    label: Works
    languages: [en, zh]
    timezone: Asia/Shanghai
    roles:
      planner: {label: Planner}
      partner: {label: Partner, external: true}
    menu: [{module: works, items: [job, bill, note, 'dashboard:desk']}]
    ---
    entity: job
    label: Job
    plural: Jobs
    title: name
    tree: part_of
    fields:
      name: {type: text, required: true}
      code: {type: text, unique: true}
      size: {type: choice, of: [small, large]}
      begins: {type: date}
      cost: {type: integer}
      part_of: {type: link, to: job, inverse: parts}
      steps: {type: table, fields: {what: {type: text}}}
    duplicates: [{match: [name], then: block}]
    retention: {after: 1 year, since: begins, do: archive}
    access:
      planner: {read: true, create: true, update: true, delete: true, export: true}
      partner: {read: true}
    ---
    lifecycle: job
    for: job
    states: {open: {label: Open}, done: {label: Done, final: true}}
    actions: {finish: {label: Finish, from: open, to: done, who: role:planner}}
    ---
    list: job
    columns: [name, size, cost]
    sort: name
    search: [name]
    edit: [cost]
    totals: [cost]
    views:
      - {name: board, kind: kanban, by: size}
      - {name: plan, kind: calendar, start: begins, title: name}
      - {name: tree, kind: tree}
    ---
    entity: bill
    label: Bill
    plural: Bills
    title: name
    fields: {name: {type: text, required: true}, job: {type: link, to: job, inverse: bills}}
    retention: {after: 9 years, since: created_at, do: archive}
    access: {planner: {read: true, create: true, update: true, delete: true}}
    ---
    entity: note
    label: Note
    title: words
    fields:
      words: {type: text, required: true}
      job: {type: link, to: job, create: true}
      jobs: {type: links, to: job}
      step: {type: link, to: job.steps}
    access: {planner: {read: true, create: true, update: true}}
    ---
    page: job
    panels:
      - {fields: [name, cost]}
      - {related: bills, columns: [name]}
    ---
    public: tell
    for: note
    label: Tell us
    fields: [words, job]
    lookup: [job]
    thanks: Thank you
    ---
    portal: partners
    label: Partners
    roles: [partner]
    menu: [job]
    ---
    report: costs
    from: job
    rows: [size]
    values: {n: COUNT(rows), cost: SUM(rows.cost)}
    ---
    dashboard: desk
    label: Desk
    tiles:
      - {list: job, columns: [name], limit: 20}
      - {number: job, formula: SUM(rows.cost), label: Costs}
"""
At = Callable[..., Person]
DAYS = 367
OLD, YOUNG, BELOW = "Aqueduct", "Bridge", "Culvert"


def a_year_of_jobs(world: World) -> None:
    """The old job is archived, and with it nothing that lies below it or refers to it."""
    world.person("pia", roles=["planner"])
    world.person("pam", roles=["partner"])
    world.save("pia", "job", name=OLD, code="K1", size="large", begins="2026-03-02", cost=5, steps=[{"what": "dig"}])
    world.save("pia", "job", name=YOUNG, code="K2", size="large", begins="2027-03-10", cost=7, steps=[{"what": "span"}])
    world.save("pia", "job", name=BELOW, code="K3", begins="2027-03-11", part_of=1)
    world.save("pia", "bill", name="For the old one", job=1)
    world.save("pia", "bill", name="Another for it", job=1)
    world.app.run(world.actor("pia"), lambda uow: records.archive(uow, "bill", 2))
    days_later(world, DAYS)


@pytest.fixture(scope="module")
def copies() -> Iterator[Copies]:
    with Copies(YAML, a_year_of_jobs) as found:
        yield found


@pytest.fixture
def works(copies: Copies, place: Place) -> Iterator[World]:
    with copies.open(place) as world:
        world.clock.move_to(START + timedelta(days=DAYS))
        yield world


@pytest.fixture
def at(works: World) -> At:
    return at_pages(pages_of(works.app), works)


def shown(person: Person, address: str) -> set[str]:
    """Which of the jobs an address tells of."""
    text = person.open(address).text
    assert person.status == 200, address
    return {name for name in (OLD, YOUNG, BELOW) if name in text}


@pytest.mark.parametrize(
    "look", ["show=board", "show=plan&month=2026-03", "show=plan&month=2027-03", "show=tree", "group=size", "group=begins:year"]
)
def test_lists_seen_in_another_way(at: At, look: str) -> None:
    pia = at("pia")
    found = {archived: shown(pia, f"/records/job?{look}{archived}") for archived in ("", "&archived=true", "&archived=all")}
    assert found[""] | found["&archived=true"] == found["&archived=all"]
    assert OLD not in found[""]
    assert found["&archived=true"] <= {OLD}
    if "month" not in look:
        assert found["&archived=all"] == {OLD, YOUNG, BELOW}


def test_what_lies_below_an_archived_record_stays_in_the_tree(at: At) -> None:
    pia = at("pia")
    assert shown(pia, "/records/job?show=tree") == {YOUNG, BELOW}
    assert shown(pia, "/records/job/3/edit") == {OLD, YOUNG, BELOW}, "its form tells of what is above it"


def test_an_archived_card_goes_nowhere(at: At) -> None:
    pia = at("pia")
    assert "/records/job/2/move" in {form.action for form in pia.open("/records/job?show=board").forms}
    assert "/records/job/1" in pia.open("/records/job?show=board&archived=true").links
    assert not [form for form in pia.page.forms if form.action.endswith("/move")]
    assert "draggable" not in pia.page.text


def test_months_and_groups_keep_what_is_asked_of_the_archive(at: At) -> None:
    pia = at("pia")
    pia.open("/records/job?show=plan&month=2026-03&archived=true")
    assert {"/records/job?month=2026-02&archived=true".replace("?", "?show=plan&"), "/records/job?show=plan&archived=true"} <= set(
        pia.page.links
    )
    assert shown(pia, "/records/job?group=size&open=large&archived=true") == {OLD}
    assert shown(pia, "/records/job?group=size&open=large") == {YOUNG}


def test_dashboards_list_without_it_and_count_with_it(at: At) -> None:
    pia = at("pia")
    assert shown(pia, "/dashboards/desk/tiles/0") == {YOUNG, BELOW}
    assert "12" in pia.open("/dashboards/desk/tiles/1").words, "figures go on counting it"


def test_a_portal_leaves_it_out_and_leads_to_the_list_where_it_can_be_asked_for(works: World, at: At) -> None:
    pam = at("pam")
    assert shown(pam, "/") == {YOUNG, BELOW}
    works.delete("pia", "job", 3)
    assert shown(pam, "/portal/partners/job") == {YOUNG}
    assert pam.address == "/records/job", "one is left, but not the only one that they may see"
    assert shown(pam, next(link for link in pam.page.links if "archived=true" in link)) == {OLD}
    works.delete("pia", "job", 2)
    assert shown(pam, "/portal/partners/job") == {OLD}
    assert pam.address == "/records/job/1"


def test_public_forms_do_not_offer_it(at: At, works: World) -> None:
    stranger = Person(pages_of(works.app))
    assert shown(stranger, "/public/tell") == {YOUNG, BELOW}


def test_choosers_of_links_of_many_and_of_rows(at: At) -> None:
    pia = at("pia")
    assert shown(pia, "/records/note/new") == {YOUNG, BELOW}
    assert "span" in pia.page.text
    assert "dig" not in pia.page.text, "rows of an archived document neither"
    for path in ("job", "jobs"):
        assert shown(pia, f"/records/note/lookup?path={path}&q={OLD[:4]}") == set(), path
        assert shown(pia, f"/records/note/lookup?path={path}&q={YOUNG[:4]}") == {YOUNG}, path


def test_what_is_made_quickly_beside_a_form_may_be_called_like_an_archived_one(works: World, at: At) -> None:
    pia = at("pia")
    pia.open("/records/note/new")
    token = next(value for form in pia.page.forms for name, value in form.fields if name == "csrf_token")
    for name, status in ((YOUNG, 422), (OLD, 200)):
        made = pia.client.post("/records/note/quick?path=job", data={"csrf_token": token, "name": name})
        assert made.status_code == status, made.text
    assert works.find("pia", "job", f'name = "{OLD}"', archived=None) == [4, 1]


def test_related_records_leave_it_out_and_the_record_itself_shows_them(at: At) -> None:
    page = at("pia").open("/records/job/1")
    assert "For the old one" in page.words
    assert "Another for it" not in page.words


def test_duplicates_and_merging_do_not_offer_it_and_refuse_it_when_it_is_named(works: World, at: At) -> None:
    works.save("pia", "job", name=OLD, code="K4")
    pia = at("pia")
    pia.open("/records/job/4/merge")
    pia.send("/merge", q=OLD)
    assert "with=1" not in pia.page.text
    pia.open("/records/job/4/merge?with=1")
    assert "archive" in pia.page.words
    pia.open("/records/job/1")
    assert not [link for link in pia.page.links if link.endswith("/merge")]


def test_a_merge_is_not_undone_while_what_was_kept_is_archived(works: World) -> None:
    works.save("pia", "job", name="Dam", code="K4")

    def work(name: str, *more: int) -> object:
        return works.app.run(works.actor("pia"), lambda uow: getattr(records, name)(uow, "job", 2, *more))

    work("merge", 4)
    work("archive")
    with pytest.raises(Refusal, match="archive"):
        work("unmerge")
    work("take_back")
    work("unmerge")
    assert works.find("pia", "job", 'name = "Dam"') == [4]


def test_cells_of_a_list_are_changed_only_of_what_is_there(at: At) -> None:
    pia = at("pia")
    assert "data-cell" in pia.open("/records/job").text or "data-edit" in pia.page.text
    text = pia.open("/records/job?archived=true").text
    assert "data-cell" not in text
    assert "data-edit" not in text


def test_a_file_names_an_archived_record_by_its_key(works: World, tmp_path: Path) -> None:
    """The row that would change it is refused in words, one that says nothing new is fine, and its key stays taken."""
    lines = "code,name,cost\nK1,Other,5\nK2,Bridge,9\nK9,New,1\n"
    number = staged(works, "pia", written(tmp_path / "jobs.csv", lines), "job", key=("code",))
    found = done(works, "pia", number)
    told = wrong(works, number)
    assert [line for line, *_ in told] == [2]
    assert "archive" in told[0][2]
    assert dict(found.counts) == {"failed": 1, "done": 2}
    same = staged(works, "pia", written(tmp_path / "same.csv", f"code,name,cost\nK1,{OLD},5\n"), "job", key=("code",))
    done(works, "pia", same)
    assert wrong(works, same) == []
    taken = staged(works, "pia", written(tmp_path / "taken.csv", "code,name\nK1,Third\n"), "job", key=(), change=False)
    done(works, "pia", taken)
    assert [(line, path) for line, path, *_ in wrong(works, taken)] == [(2, "code")]
    links = staged(works, "pia", written(tmp_path / "notes.csv", f"words,job\nabout,{OLD}\nmore,K1\n"), "note")
    done(works, "pia", links)
    assert wrong(works, links) == [], "whoever names it may link to it"


def test_the_search_looks_among_archived_records_when_it_is_asked(works: World, at: At) -> None:
    pia = at("pia")
    assert shown(pia, "/search?q=bridge") == {YOUNG}
    assert "/records/job/1" not in pia.open(f"/search?q={OLD}").links
    [switch] = [link for link in pia.page.links if "archived=true" in link]
    assert "/records/job/1" in pia.open(switch).links
    assert dict(pia.form("/search").fields)["archived"] == "true"
    assert f"/search?q={OLD}" in pia.page.links, "and back"
    assert "/records/job/2" not in pia.open("/search?q=bridge&archived=true").links
    for at_once in range(6):
        number = int(str(works.save("pia", "job", name=f"Tunnel {at_once}")["id"]))
        works.app.run(works.actor("pia"), partial(records.archive, entity_name="job", number=number))
    assert "/records/job?q=tunnel&archived=true" in pia.open("/search?q=tunnel&archived=true").links
    assert "archived=true" not in pia.open("/search").text, "nothing is asked yet"


def test_a_list_as_it_was_holds_them_and_has_no_switch(at: At) -> None:
    pia = at("pia")
    assert shown(pia, "/records/job?at=2027-03-15T00:00") == {OLD, YOUNG, BELOW}
    assert not [link for link in pia.page.links if "archived=" in link]
    assert shown(pia, "/records/job?at=2027-03-15T00:00&archived=true") == {OLD, YOUNG, BELOW}
