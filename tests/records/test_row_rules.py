"""Rules of access for single rows of a table, on both databases: what is seen, found, counted and told, and what may be written."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from engine import records, workflow
from engine.errors import Forbidden, Invalid, Invisible, Refusal
from engine.formula import Context, Names, compile
from engine.records import Counting, Query, RowChanges, Share
from engine.storage import Cube, Tally
from tests.applications import World
from tests.copies import Copies, Place

YAML = """
    app: plans
    languages: [en, zh]
    roles: {member: {}, junior: {}, peer: {}, chief: {}, guest: {}, stranger: {}}
    ---
    entity: budget
    title: name
    fields:
      name: {type: text, required: true}
      open: {type: boolean, default: true}
      factor: {type: decimal, digits: 6}
      lines:
        type: table
        title: item
        fields:
          item: {type: text, required: true}
          owner: {type: user}
          amount: {type: decimal, digits: 2, default: 0}
          note: {type: text}
          paper: {type: file}
          code: {type: text, unique: true}
          about: {type: link, to: claim}
          far: {type: decimal, digits: 2, formula: amount * budget.factor * 10000000000000000}
          load: {type: decimal, digits: 2, formula: amount * about.weight}
          twice: {type: decimal, digits: 2, formula: amount * 2}
        unique: [[item]]
        checks:
          - {require: 'amount <= 1000 OR NOT budget.open', field: amount, say: '{item} costs {amount}'}
          - {require: 'ISBLANK(load) OR load <= 5000', field: load, say: '{item} weighs {load}'}
        lifecycle:
          states: {wanted: {}, granted: {final: true}}
          actions:
            grant: {from: wanted, to: granted, who: [role:member, role:chief]}
        access:
          member:
            - read: owner = user
              create: owner = user AND budget.open
              update: owner = user
              delete: owner = user AND amount < 100
            - {read: 'state = "granted"', hide: [amount, twice]}
          junior: {read: true, update: owner = user, edit: [note], mask: {amount: all}, hide: [twice]}
          peer: [{read: true, hide: [amount, twice, note]}, {read: owner = user, update: owner = user}]
          chief: {read: true, create: true, update: true, delete: true}
          stranger: {read: false}
      total: {type: decimal, digits: 2, formula: SUM(lines.amount), discloses: true}
      late: {type: decimal, digits: 2, formula: 'SUM(lines.amount, twice > 0)', keep: virtual, discloses: true}
    access:
      member: {read: true, create: true, update: true, delete: true, share: true, export: true}
      junior: {read: true, update: true, hide: [lines.code]}
      peer: {read: true}
      chief: {read: true, create: true, update: true, delete: true, share: true}
      guest: {read: true, update: true}
      stranger: {read: true}
    ---
    entity: claim
    title: reason
    fields:
      reason: {type: text}
      weight: {type: integer, default: 1}
      line: {type: link, to: budget.lines, inverse: claims}
    access:
      member: {read: true, create: true, update: true, delete: true}
      chief: {read: true, create: true}
"""
ROLES = {"ann": "member", "bob": "member", "jo": "junior", "pia": "peer", "cleo": "chief", "gus": "guest", "sam": "stranger"}


def fill(world: World) -> None:
    for name, role in ROLES.items():
        world.person(name, roles=[role])
    ann, bob = world.people["ann"], world.people["bob"]
    lines = [
        {"item": "bikes", "owner": bob, "amount": 10, "note": "bananas"},
        {"item": "atlas", "owner": ann, "amount": 20, "note": "apples"},
        {"item": "boats", "owner": bob, "amount": 300, "note": "berries"},
        {"item": "amber", "owner": ann, "amount": 400, "note": "anise"},
    ]
    world.save("system", "budget", name="Plan", lines=lines)


@pytest.fixture(scope="module")
def budgets() -> Iterator[Copies]:
    with Copies(YAML, fill) as copies:
        yield copies


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def world(request: pytest.FixtureRequest, budgets: Copies, tmp_path: Path) -> Iterator[World]:
    place: Place = tmp_path if request.param == "sqlite" else str(request.getfixturevalue("postgresql_server_url"))
    with budgets.open(place) as world:
        yield world


def rows(world: World, who: str, number: int = 1) -> list[Mapping[str, object]]:
    with world.look(who) as view:
        return cast("list[Mapping[str, object]]", records.load(view, "budget", number).values.get("lines"))


def named(value: object) -> list[object]:
    return [row["item"] for row in cast("list[dict[str, object]]", value)]


def items(world: World, who: str) -> list[object]:
    return [row["item"] for row in rows(world, who) or ()]


def stored(world: World) -> list[tuple[object, object]]:
    with world.look("system") as view:
        return [
            (row["item"], row["amount"])
            for row in records.rows_of(records.fetch(view, "budget", 1), view.metadata.entities["budget"].fields["lines"])
        ]


def wrong(
    world: World, who: str, lines: Sequence[Mapping[str, object]] | RowChanges, number: int | None = 1, **more: object
) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as raised:
        world.save(who, "budget", number, lines=lines, **more)
    return {(problem.path, problem.code) for problem in raised.value.problems}


def grant(world: World, row: int, who: str = "cleo") -> None:
    place = workflow.RowPlace("budget", 1, "lines", row)
    world.app.run(world.actor(who), lambda uow: workflow.fire_row(uow, place, "grant"))


def test_everybody_sees_the_rows_that_a_rule_grants(world: World) -> None:
    grant(world, 3)
    expected = {"ann": ["atlas", "boats", "amber"], "bob": ["bikes", "boats"], "jo": ["bikes", "atlas", "boats", "amber"]}
    assert {name: items(world, name) for name in expected} == expected
    assert items(world, "cleo") == items(world, "jo")
    assert rows(world, "gus") is None
    assert rows(world, "sam") is None
    seen = {row["item"]: row for row in rows(world, "ann")}
    assert seen["atlas"]["amount"] == 20
    assert "amount" not in seen["boats"]
    assert "twice" not in seen["boats"]
    assert {row["amount"] for row in rows(world, "jo")} == {"•••"}
    with world.look("ann") as view:
        page = records.find(view, Query("budget", tables=True))
        assert named(page.records[0].values["lines"]) == ["atlas", "boats", "amber"]
        assert page.records[0].values["total"] == 730  # a fact of the record
        assert page.records[0].values["late"] == 730


def test_what_one_does_not_see_is_neither_found_nor_named_nor_counted(world: World) -> None:
    def found(who: str, word: str) -> int:
        with world.look(who) as view:
            return sum(len(hits.records) for hits in records.search(view, word))

    assert (found("cleo", "bananas"), found("jo", "bananas")) == (1, 1)
    assert [found(who, word) for who in ("ann", "gus", "sam") for word in ("bananas", "apples")] == [0] * 6
    with world.look("ann") as view:
        assert records.visible_ids(view, "budget.lines", range(1, 9)) == {2, 4}
        assert records.titles(view, "budget.lines", [1, 2]) == {1: None, 2: "Plan · atlas"}
    with world.look("gus") as view:
        assert records.visible_ids(view, "budget.lines", range(1, 9)) == set()
    catalog = world.metadata.catalog
    names = Names(this="budget.lines")
    tally = Tally("SUM", compile("amount", names, catalog, Context.MEASURE))
    counting = Counting("budget.lines", (), Cube((), (tally, Tally("COUNT"))))

    def sums(who: str) -> object:
        with world.look(who) as view:
            readable = records.readable_tally(view, view.metadata.entities["budget.lines"], tally)
            if readable is None:
                return "nothing"
            cube = Cube((), (readable, Tally("COUNT")))
            return [
                tuple(int(Decimal(str(told.value))) for told in heap.tallies)
                for heap in records.heaps(view, Counting("budget.lines", (), cube))
            ]

    assert sums("cleo") == [(730, 4)]
    assert sums("ann") == [(420, 2)]
    assert sums("jo") == "nothing"
    for who in ("gus", "sam"):
        with world.look(who) as view, pytest.raises(Forbidden):
            records.heaps(view, counting)


def test_a_link_leads_only_to_rows_that_are_seen(world: World) -> None:
    world.save("ann", "claim", reason="mine", line=2)
    with pytest.raises(Invalid):
        world.save("ann", "claim", reason="not mine", line=1)
    world.save("cleo", "claim", reason="hers", line=1)
    assert world.find("ann", "claim", 'line.note = "apples"') == [1]
    assert world.find("ann", "claim", 'line.note = "bananas"') == []
    assert world.find("ann", "claim", "line.note = null") == [2]  # blank, as it stands there
    assert world.find("cleo", "claim", 'line.note = "bananas"') == [2]
    with world.look("ann") as view:
        found = records.find(view, Query("claim", paths=("line.note",))).records
        assert [record.values["line.note"] for record in found] == [None, "apples"]
        assert found[0].titles["budget.lines", 1] is None


def test_a_row_is_not_named_by_a_cell_that_its_document_hides(world: World) -> None:
    world.save("cleo", "budget", 1, lines=RowChanges([{"id": 2, "code": "K9"}]))
    lines = world.metadata.entities["budget.lines"]

    def found(who: str) -> Mapping[str, list[int]]:
        with world.look(who) as view:
            return records.ids_by(view, lines, lines.fields["code"], ["K9"])

    assert (found("jo"), found("ann"), found("bob")) == ({}, {"K9": [2]}, {})


def test_what_one_does_not_see_stays_as_it_is_and_where_it_is(world: World) -> None:
    before = stored(world)
    world.save("ann", "budget", 1, name="Plan B")
    world.save("ann", "budget", 1, lines=[{"id": 2, "amount": 25}, {"id": 4}])
    assert stored(world) == [("bikes", 10), ("atlas", 25), ("boats", 300), ("amber", 400)] != before
    ann = world.people["ann"]
    world.save("ann", "budget", 1, lines=[{"id": 4}, {"item": "apes", "owner": ann, "amount": 1}, {"id": 2}])
    assert [item for item, _ in stored(world)] == ["bikes", "amber", "apes", "atlas", "boats"]
    world.save("ann", "budget", 1, lines=RowChanges([{"id": 2, "_delete": True}]))
    assert [item for item, _ in stored(world)] == ["bikes", "amber", "apes", "boats"]
    world.save("jo", "budget", 1, name="Plan C")
    world.save("gus", "budget", 1, name="Plan D")
    assert [item for item, _ in stored(world)] == ["bikes", "amber", "apes", "boats"]


def test_rows_are_written_as_their_rules_allow(world: World) -> None:
    ann, bob = world.people["ann"], world.people["bob"]
    assert wrong(world, "ann", [{"id": 2}]) == {("lines", "not_editable")}  # amber costs too much to be removed
    assert wrong(world, "ann", [{"id": 2, "owner": bob}, {"id": 4}]) == {("lines.1", "not_editable")}
    assert wrong(world, "ann", [{"id": 2}, {"id": 4}, {"item": "x", "owner": bob}]) == {("lines.3", "not_editable")}
    assert wrong(world, "ann", [{"id": 1, "amount": 1}, {"id": 2}, {"id": 4}]) >= {("lines.1.id", "unknown_row")}
    assert wrong(world, "ann", RowChanges([{"id": 1, "_delete": True}])) >= {("lines.3.id", "unknown_row")}
    assert wrong(world, "jo", RowChanges([{"id": 2, "note": "no"}])) == {("lines.2", "not_editable")}
    assert wrong(world, "jo", RowChanges([{"item": "x"}])) == {("lines.5", "not_editable")}
    assert ("lines", "not_editable") in wrong(world, "gus", [])
    assert wrong(world, "ann", [{"item": "x", "owner": bob}], None, name="New") == {("lines.1", "not_editable")}
    assert wrong(world, "ann", [{"item": "x", "owner": ann}], None, name="New", open=False) == {("lines.1", "not_editable")}
    world.save("ann", "budget", name="New", lines=[{"item": "x", "owner": ann}])
    world.save("system", "budget", 1, lines=RowChanges([{"id": 2, "owner": world.people["jo"]}]))
    assert wrong(world, "jo", RowChanges([{"id": 2, "item": "no"}])) == {("lines.2", "not_editable")}
    world.save("jo", "budget", 1, lines=RowChanges([{"id": 2, "note": "yes"}]))
    grant(world, 3)
    assert wrong(world, "ann", RowChanges([{"id": 3, "amount": 1}])) == {("lines.1.amount", "not_editable")}
    assert wrong(world, "ann", RowChanges([{"id": 3, "amount": 300}])) == {("lines.1.amount", "not_editable")}  # guessing tells nothing


def test_many_records_are_saved_by_the_same_rules(world: World) -> None:
    ann, bob = world.people["ann"], world.people["bob"]
    wishes = [records.Wish(None, {"name": f"N{n}", "lines": [{"item": "x", "owner": owner}]}) for n, owner in enumerate((ann, bob, ann))]
    with pytest.raises(ZeroDivisionError):
        world.app.run(world.actor("ann"), lambda uow: _told(records.save_many(uow, "budget", wishes)))


def _told(found: Sequence[object]) -> None:
    assert [isinstance(each, Invalid) for each in found] == [False, True, False]
    raise ZeroDivisionError


def test_what_is_wrong_in_a_row_that_one_does_not_see_is_not_told(world: World) -> None:
    world.save("system", "budget", 1, open=False, lines=RowChanges([{"id": 3, "amount": 5000}]))
    with pytest.raises(Invalid) as raised:
        world.save("ann", "budget", 1, open=True)
    assert [(p.path, str(p.message)) for p in raised.value.problems] == [("lines", "A row that you may not see does not fit.")]
    with pytest.raises(Invalid) as raised:
        world.save("cleo", "budget", 1, open=True)
    assert [(p.path, str(p.message)) for p in raised.value.problems] == [("lines.3.amount", "boats costs 5,000.00")]
    world.save("system", "budget", 1, lines=RowChanges([{"id": 3, "amount": 1}]))
    assert wrong(world, "ann", RowChanges([{"id": 2, "item": "bikes"}])) == {("lines.1.item", "not_unique")}


def test_what_cannot_be_computed_stands_at_the_rows_that_one_sees(world: World) -> None:
    with pytest.raises(Invalid) as wrong:
        world.save("ann", "budget", 1, factor=10**11)
    assert {problem.path for problem in wrong.value.problems} == {"lines", "lines.1.far", "lines.2.far"}


def test_actions_on_rows_are_for_who_sees_them(world: World) -> None:
    with pytest.raises(Invisible):
        grant(world, 1, "ann")
    with world.look("ann") as view:
        document = records.fetch(view, "budget", 1)
        assert list(workflow.row_actions(view, document, view.metadata.entities["budget"].fields["lines"])) == [2, 4]
    grant(world, 2, "ann")
    assert items(world, "bob") == ["bikes", "atlas", "boats"]


def test_the_past_shows_no_more_than_the_present(world: World) -> None:
    ann, bob = world.people["ann"], world.people["bob"]
    at = world.clock.now()
    world.clock.move_to(at + timedelta(hours=1))
    world.save(
        "system",
        "budget",
        1,
        lines=RowChanges([{"id": 2, "owner": bob}, {"id": 4, "amount": 1}, {"id": 1, "_delete": True}, {"item": "ants", "owner": ann}]),
    )
    with world.look("ann") as view:
        past = records.past(view, "budget", 1, at)
        assert named(past.record.values["lines"]) == ["amber"]
        kept = next(each for each in past.kept if each.field.name == "lines")
        assert named(kept.now) == ["amber", "ants"]
        assert kept.open
    with world.look("bob") as view:
        assert named(records.as_of(view, "budget", 1, at).values["lines"]) == ["bikes", "boats"]
    world.app.run(world.actor("ann"), lambda uow: records.bring_back(uow, "budget", 1, records.Wanted(at, ["lines"])))
    assert stored(world) == [("atlas", 20), ("boats", 300), ("amber", 400)]


def test_activity_tells_of_a_table_only_where_a_seen_row_changed(world: World) -> None:
    def told(who: str) -> list[list[str]]:
        with world.look(who) as view:
            happened = records.activity(view, view.metadata.entities["budget"], records.load(view, "budget", 1))
            return [[difference.field.name for difference in one.differences] for one in happened]

    world.save("bob", "budget", 1, lines=RowChanges([{"id": 1, "note": "other"}]))
    assert told("cleo")[0] == ["lines"] == told("bob")[0]
    assert len(told("ann")) == len(told("cleo")) - 1
    world.save("ann", "budget", 1, lines=RowChanges([{"id": 2, "note": "other"}]))
    assert told("ann")[0] == ["lines"]


def test_files_belong_to_their_row(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOM_FILES", str(tmp_path / "files"))
    kept = world.app.files.put(io.BytesIO(b"secret"), "a.txt", 10**6)
    number = world.app.run(world.actor("bob"), lambda uow: records.uploaded(uow, "a.txt", kept))
    world.save("bob", "budget", 1, lines=RowChanges([{"id": 1, "paper": number}]))
    for who in ("bob", "cleo"):
        with world.look(who) as view:
            assert records.readable_file(view, number)[1] == "budget"
    for who in ("ann", "gus"):
        with world.look(who) as view, pytest.raises(Invisible):
            records.readable_file(view, number)
    with pytest.raises(Invalid, match="no such record"):  # nor does it come into a row of their own
        world.save("ann", "budget", 1, lines=RowChanges([{"id": 2, "paper": number}]))
    world.save("cleo", "budget", 1, lines=RowChanges([{"id": 2, "paper": number}]))
    with world.look("ann") as view:
        assert records.readable_file(view, number)[1] == "budget"


def test_who_shares_gives_no_rows_that_they_do_not_see(world: World) -> None:
    with pytest.raises(Refusal):
        world.app.run(world.actor("ann"), lambda uow: records.share(uow, "budget", 1, Share(person=world.people["cleo"])))
    world.app.run(world.actor("ann"), lambda uow: records.share(uow, "budget", 1, Share(person=world.people["gus"])))


def test_rows_of_what_is_shared_stay_with_their_rules(world: World) -> None:
    world.app.run(world.actor("cleo"), lambda uow: records.share(uow, "budget", 1, Share(person=world.people["pia"], change=True)))
    own = world.save("cleo", "budget", 1, lines=RowChanges([{"item": "apes", "owner": world.people["pia"]}]))["lines"]
    number = cast("list[dict[str, object]]", own)[-1]["id"]
    world.save("pia", "budget", 1, name="Shared", lines=RowChanges([{"id": number, "amount": 7}]))
    changes: Sequence[Mapping[str, object]] = [{"id": 1, "item": "bears"}, {"id": 1, "_delete": True}, {"item": "bees"}]
    for change in changes:
        with pytest.raises(Invalid):
            world.save("pia", "budget", 1, lines=RowChanges([change]))
    world.app.run(world.actor("cleo"), lambda uow: records.share(uow, "budget", 1, Share(person=world.people["jo"], change=True)))
    with pytest.raises(Invalid):
        world.save("jo", "budget", 1, lines=RowChanges([{"id": 1, "amount": 1}]))


def test_what_refers_to_a_record_is_named_as_far_as_it_is_seen(world: World) -> None:
    for row in (1, 2):
        claim = world.save("cleo", "claim", reason="why")["id"]
        world.save("cleo", "budget", 1, lines=RowChanges([{"id": row, "about": claim}]))
    with pytest.raises(Refusal) as unseen:
        world.delete("ann", "claim", 1)
    assert "bikes" not in str(unseen.value)
    assert "may not see" in str(unseen.value)
    with pytest.raises(Refusal, match="atlas"):
        world.delete("ann", "claim", 2)


def test_checks_of_other_records_tell_nothing_of_rows_out_of_sight(world: World) -> None:
    for row in (3, 4):
        claim = world.save("cleo", "claim", reason="why")["id"]
        world.save("cleo", "budget", 1, lines=RowChanges([{"id": row, "about": claim}]))
    with pytest.raises(Refusal, match="Plan: A row that you may not see does not fit"):
        world.save("ann", "claim", 1, weight=100)
    with pytest.raises(Refusal, match="Plan: amber weighs"):
        world.save("ann", "claim", 2, weight=100)


def test_words_about_rows_are_for_who_reads_what_they_tell_in_every_row(world: World) -> None:
    def known(who: str) -> list[str]:
        with world.look(who) as view:
            told = records.Telling(view.metadata.entities["budget"], 1, records.load(view, "budget", 1).sight, world.clock.now())
            return [path for path in ("lines", "lines.item", "lines.amount") if records.knows(view, told, path)]

    assert {who: known(who) for who in ("ann", "pia", "cleo")} == {
        "ann": [], "pia": ["lines", "lines.item"], "cleo": ["lines", "lines.item", "lines.amount"],
    }  # fmt: skip


def test_the_past_shows_no_cell_that_is_closed_now(world: World) -> None:
    begun = world.clock.now()
    world.save("cleo", "budget", 1, lines=RowChanges([{"id": 1, "owner": world.people["pia"]}]))
    world.clock.move_to(then := begun + timedelta(hours=1))

    def notes() -> list[object]:
        with world.look("pia") as view:
            rows = cast("list[dict[str, object]]", records.as_of(view, "budget", 1, then).values["lines"])
        return [row.get("note") for row in rows]

    assert notes() == ["bananas", None, None, None]
    world.clock.move_to(begun + timedelta(hours=2))
    world.save("cleo", "budget", 1, lines=RowChanges([{"id": 1, "owner": world.people["bob"]}]))
    assert notes() == [None, None, None, None]


def test_what_was_there_out_of_sight_is_not_lost_by_bringing_back(world: World) -> None:
    ann, bob = world.people["ann"], world.people["bob"]
    begun = world.clock.now()
    world.clock.move_to(begun + timedelta(hours=1))
    world.save("cleo", "budget", 1, lines=RowChanges([{"id": 1, "owner": ann}, {"id": 2, "note": "else"}, {"id": 4, "owner": bob}]))
    assert items(world, "ann") == ["bikes", "atlas"]
    world.app.run(world.actor("ann"), lambda uow: records.bring_back(uow, "budget", 1, records.Wanted(begun, ["lines"])))
    assert [(row["item"], row["note"]) for row in rows(world, "ann")] == [("atlas", "apples"), ("bikes", "bananas")]


def test_explanations_count_rows_as_they_are_seen(world: World) -> None:
    with world.look("ann") as view:
        entity = view.metadata.entities["budget"]
        assert records.explain(view, entity, 1, "lines.1.twice").value == Decimal(40)
        with pytest.raises(Invisible):
            records.explain(view, entity, 1, "lines.3.twice")
        step, _eyes = records.tried(view, entity, 1, "SUM(lines.amount)")
        assert not step.known
    grant(world, 3)
    with world.look("ann") as view, pytest.raises(Forbidden):
        records.explain(view, entity, 1, "lines.2.twice")


def test_a_record_with_rows_out_of_sight_is_merged_without_taking_them(world: World) -> None:
    other = int(str(world.save("system", "budget", name="Other", lines=[{"item": "o", "owner": world.people["bob"]}])["id"]))
    with world.look("ann") as view:
        assert "lines" not in [field.name for field in records.preview_merge(view, "budget", 1, other).fields]
    with world.look("cleo") as view:
        assert "lines" in [field.name for field in records.preview_merge(view, "budget", 1, other).fields]


def test_administrators_and_the_engine_see_and_write_every_row(world: World) -> None:
    world.person("ada", roles=["admin"])
    assert len(rows(world, "ada")) == 4 == len(rows(world, "system"))
    world.save("ada", "budget", 1, lines=[])
    assert stored(world) == []
