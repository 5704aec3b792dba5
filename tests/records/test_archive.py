"""The archive: records whose time is over are out of the way, whole and unchangeable, until somebody takes them back.

app: kept
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from engine import records, reports, settings, storage, workflow
from engine.errors import Conflict, Forbidden, Invisible, ObjectloomError, Refusal
from engine.records import Query
from engine.records.retention import end_keeping
from engine.unit_of_work import UnitOfWork
from engine.workflow.following import fire_as_engine
from engine.workflow.steps import start
from tests.applications import World, opened
from tests.databases import SCRATCH
from tests.racing import race
from tests.records.later import an_hour_later, days_later

YAML = """
    app: kept
    label: Kept
    timezone: Asia/Shanghai
    roles: {clerk: {label: Clerk}, helper: {label: Helper}}
    ---
    entity: customer
    title: name
    fields:
      name: {type: text, required: true}
      bought: {type: integer, formula: 'SUM(orders.total)'}
      shown: {type: integer, formula: 'COUNT(orders, archived_at = null)'}
    access: {clerk: {read: true, create: true, update: true, delete: true}, helper: {read: true}}
    ---
    entity: order
    title: code
    fields:
      code: {type: text, unique: true, search: true}
      note: {type: long_text}
      customer: {type: link, to: customer, inverse: orders, on_delete: clear}
      label: {type: text, formula: 'customer.name & "-" & code'}
      closed_on: {type: date}
      lines:
        type: table
        fields: {item: {type: text}, n: {type: integer}}
        lifecycle:
          states: {due: {}, sent: {final: true}}
          actions: {send: {from: due, to: sent, who: ['role:clerk', system]}}
      total: {type: integer, formula: SUM(lines.n)}
    checks: [{require: 'code = null OR code <> "odd" OR closed_on = null OR closed_on > today() - 30', say: Only for a month}]
    duplicates: [{match: [note]}]
    retention: {after: 2 years, since: closed_on, do: archive}
    access:
      clerk: {read: true, create: true, update: true, delete: 'code <> "kept"', export: true}
      helper: {read: true, update: true}
    ---
    lifecycle: order
    for: order
    states: {open: {timers: [{after: 1800 days, do: finish}]}, done: {lock: true, final: true}}
    actions:
      finish: {from: open, to: done, who: ['role:clerk', system]}
      tell: {from: any, who: ['role:clerk', system], notify: {who: role:helper, message: look}}
    ---
    workflow: audit
    for: order
    starters: role:clerk
    admin: role:clerk
    steps: {look: {who: role:helper, do: review}}
    ends: {approved: {}, rejected: {}}
    ---
    entity: delivery
    title: '"Delivery " & id'
    fields:
      order: {type: link, to: order}
      ordered: {type: text, formula: order.code}
    access: {clerk: {read: true, create: true, update: true, delete: true}}
    ---
    automation: hourly
    trigger: {every: hour}
    from: {entity: order, where: 'code = "auto"'}
    do: {set: {note: touched}}
    ---
    report: sold
    from: order
    rows: [customer]
    values: {sum: SUM(rows.total), many: COUNT(rows)}
"""
OLD = "2026-03-02"


def made(world: World, entity: str = "order", **values: object) -> int:
    return int(str(world.save("cle", entity, **values)["id"]))


def now(world: World, number: int, entity: str = "order") -> records.Row:
    with world.look("system") as view:
        return records.fetch(view, entity, number)


def done(world: World, who: str, work: Callable[[UnitOfWork], object]) -> object:
    return world.app.run(world.actor(who), work)


def take_back(world: World, who: str, number: int, version: int | None = None) -> object:
    return done(world, who, lambda uow: records.take_back(uow, "order", number, version))


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as found:
        found.person("cle", roles=["clerk"])
        found.person("hal", roles=["helper"])
        yield found


@pytest.fixture
def archived(world: World) -> int:
    """An order of Lin with two lines, archived by now."""
    lin = made(world, "customer", name="Lin")
    number = made(world, code="K7", note="zebra", customer=lin, closed_on=OLD, lines=[{"item": "a", "n": 3}, {"item": "b", "n": 4}])
    made(world, "delivery", order=number)
    days_later(world, 731)
    return number


def test_records_are_archived_when_their_time_is_over_whole_and_with_their_history(world: World) -> None:
    old, young, open_ = (made(world, code=code, closed_on=day) for code, day in (("odd", OLD), ("B", "2026-03-05"), ("C", None)))
    before = now(world, old)
    days_later(world, 730)
    assert now(world, old)["archived_at"] is None, "not before its time"
    days_later(world, 1)
    after = now(world, old)
    marks = {"archived_at", "version", "updated_at", "updated_by"}
    assert {name: value for name, value in after.items() if name not in marks} == {n: v for n, v in before.items() if n not in marks}
    assert (after["archived_at"], after["version"], after["updated_by"]) == (after["updated_at"], 2, None)
    assert sorted(world.find("cle", "order")) == [young, open_]
    with world.look("system") as view:
        entity = view.metadata.identity.numbers["entity:order"]
        first = storage.entries(view.connection, entity, old)[0]
        assert (first.action, first.cause, first.actor, list(first.changes)) == ("archive", "retention", None, ["archived_at"])
        assert not list(storage.verify(view.connection, settings.key(SCRATCH, "audit")))
    an_hour_later(world)
    assert now(world, old)["version"] == 2, "once"


def test_lists_counts_groups_and_search_leave_it_out_unless_they_are_asked(world: World, archived: int) -> None:
    here = made(world, code="B", note="a zebra too")
    words, typed = {"words": "zebra"}, {"search": "K7"}
    for asked, expected in ((False, [here]), (True, [archived]), (None, [here, archived])):
        assert world.find("hal", "order", archived=asked) == expected
        assert world.find("hal", "order", archived=asked, **words) == expected
        assert world.find("hal", "order", archived=asked, **typed) == [each for each in expected if each == archived]
        with world.look("hal") as view:
            query = Query("order", archived=asked)
            assert records.count(view, query) == len(expected)
            assert records.groups(view, query, None).rows == len(expected)
    with world.look("hal") as view:
        assert [[each.id for each in hits.records] for hits in records.search(view, "zebra")] == [[here]]
        assert [twin.id for twin in records.duplicates_of(view, "order", here)] == []
    assert world.find("hal", "order", "archived_at <> null") == [archived], "a condition that names it says itself what it means"
    assert world.find("hal", "order", 'archived_at = null AND code <> "x"') == [here]
    assert world.find("hal", "order", ids=(archived,)) == [archived]
    assert world.find("hal", "order", at=world.clock.now() - timedelta(days=1)) == [archived], "the past is as it was"
    assert sorted(world.find("hal", "order", at=world.clock.now())) == [archived, here]


def test_how_a_list_is_found_says_so(world: World, archived: int) -> None:
    with world.look("cle") as view:
        told = [records.explain_list(view, Query("order", archived=kept)).statements[0].sql for kept in (False, True, None)]
    assert [[f"archived_at IS {what}" in sql for what in ("NULL", "NOT NULL")] for sql in told] == [
        [True, False],
        [False, True],
        [False, False],
    ]


def test_figures_computed_values_links_and_titles_keep_it(world: World, archived: int) -> None:
    customer, delivery = now(world, archived)["customer"], world.find("cle", "delivery")[0]
    assert now(world, int(str(customer)), "customer") | {"bought": 7, "shown": 0} == now(world, int(str(customer)), "customer")
    with world.look("cle") as view:
        sold = reports.compute(view, view.metadata.reports["sold"], {})
        assert [[figure.value for figure in line.total] for line in sold.lines] == [[7, 1]]
        found = records.find(view, Query("delivery", ids=(delivery,))).records[0]
        assert (found.values["ordered"], records.titles(view, "order", [archived])) == ("K7", {archived: "K7"})
        assert records.load(view, "order", archived).values["note"] == "zebra"
    world.save("cle", "customer", int(str(customer)), name="Lin Wei")
    after = now(world, archived)
    assert (after["label"], after["version"]) == ("Lin Wei-K7", 2), "what follows other records follows them still"


def _row(uow: UnitOfWork, number: int) -> records.ChildRow:
    document = records.fetch(uow, "order", number, lock=True)
    return records.rows_of(document, uow.metadata.entities["order"].fields["lines"])[0]  # type: ignore[return-value]


def _save_many(uow: UnitOfWork, n: int) -> None:
    [became] = records.save_many(uow, "order", [records.Wish(n, {"note": "x"})])
    if isinstance(became, Exception):
        raise became


def _another(uow: UnitOfWork) -> int:
    return int(str(records.save(uow, "order", None, {"code": "other"})["id"]))


def _merge_customers(uow: UnitOfWork, n: int) -> None:
    other = int(str(records.save(uow, "customer", None, {"name": "Other"})["id"]))
    records.merge(uow, "customer", other, int(str(records.fetch(uow, "order", n)["customer"])))


WAYS: dict[str, Callable[[UnitOfWork, int], object]] = {
    "edit": lambda uow, n: records.save(uow, "order", n, {"note": "x"}),
    "edit nothing": lambda uow, n: records.save(uow, "order", n, {}),
    "rows": lambda uow, n: records.save(uow, "order", n, {"lines": []}),
    "many": _save_many,
    "effect": lambda uow, n: records.change(uow, "order", records.fetch(uow, "order", n, lock=True), {"note": "x"}),
    "cell": lambda uow, n: records.change(uow, "order.lines", _row(uow, n), {"n": Decimal(9)}),
    "definition": lambda uow, n: records.enact(uow, "order", records.fetch(uow, "order", n, lock=True), {"note": "x"}),
    "action": lambda uow, n: workflow.fire(uow, "order", n, "finish"),
    "action that changes nothing": lambda uow, n: workflow.fire(uow, "order", n, "tell"),
    "action of a row": lambda uow, n: workflow.fire_row(uow, workflow.RowPlace("order", n, "lines", int(str(_row(uow, n)["id"]))), "send"),
    "engine": lambda uow, n: fire_as_engine(uow, "order", n, "finish"),
    "workflow": lambda uow, n: start(uow, uow.metadata.workflows["audit"], records.fetch(uow, "order", n, lock=True)),
    "delete": lambda uow, n: records.delete(uow, "order", n),
    "what it links to goes": lambda uow, n: records.delete(uow, "customer", int(str(records.fetch(uow, "order", n)["customer"]))),
    "merge into": lambda uow, n: records.merge(uow, "order", n, _another(uow)),
    "merge away": lambda uow, n: records.merge(uow, "order", _another(uow), n),
    "merge of what it links to": _merge_customers,
    "bring back": lambda uow, n: records.bring_back(uow, "order", n, records.Wanted(uow.now - timedelta(minutes=1), ["note"])),
    "archive again": lambda uow, n: records.archive(uow, "order", n),
}


@pytest.mark.parametrize("who", ["cle", "system"])
def test_nobody_changes_it_by_any_way(world: World, archived: int, who: str) -> None:
    take_back(world, "cle", archived)
    world.save("cle", "order", archived, note="later")
    world.clock.move_to(world.clock.now() + timedelta(minutes=2))
    done(world, "cle", lambda uow: records.archive(uow, "order", archived))
    world.clock.move_to(world.clock.now() + timedelta(seconds=30))
    before = now(world, archived)
    for way, work in WAYS.items():
        kind, words = _refusal(world, who, _on(archived, work))
        assert kind == "Refusal", way
        assert "archive" in words, f"{way}: why, and the way out"
        assert now(world, archived) == before, way


def _on(number: int, work: Callable[[UnitOfWork, int], object]) -> Callable[[UnitOfWork], object]:
    return lambda uow: work(uow, number)


def _refusal(world: World, who: str, work: Callable[[UnitOfWork], object]) -> tuple[str, str]:
    try:
        done(world, who, work)
    except ObjectloomError as error:
        return type(error).__name__, str(error)
    return "done", ""


def test_who_may_delete_it_takes_it_back_and_it_stays_as_long_as_before(world: World, archived: int) -> None:
    with pytest.raises(Forbidden):
        take_back(world, "hal", archived)
    with pytest.raises(Conflict):
        take_back(world, "cle", archived, version=1)
    take_back(world, "cle", archived, version=2)
    back = now(world, archived)
    assert (back["archived_at"], back["taken_back_at"], back["version"]) == (None, back["updated_at"], 3)
    assert back["updated_by"] == world.people["cle"]
    with pytest.raises(Refusal, match="not archived"):
        take_back(world, "cle", archived)
    assert world.find("hal", "order") == [archived]
    assert now(world, int(str(back["customer"])), "customer")["shown"] == 1
    world.save("hal", "order", archived, note="read again")
    days_later(world, 729)
    assert now(world, archived)["archived_at"] is None
    days_later(world, 2)
    assert now(world, archived)["archived_at"] is not None
    with world.look("system") as view:
        entries = storage.entries(view.connection, view.metadata.identity.numbers["entity:order"], archived)
        acts = [(each.action, each.cause) for each in entries]
        assert acts[:4] == [("archive", "retention"), ("update", "person"), ("take_back", "person"), ("archive", "retention")]
        assert not list(storage.verify(view.connection, settings.key(SCRATCH, "audit")))


def test_people_archive_by_hand_what_they_may_delete(world: World) -> None:
    ours, kept = made(world, code="A"), made(world, code="kept")
    for who, number in (("hal", ours), ("cle", kept)):
        with pytest.raises(Forbidden):
            done(world, who, lambda uow, number=number: records.archive(uow, "order", number))  # type: ignore[misc]
    done(world, "cle", lambda uow: records.archive(uow, "order", ours, 1))
    assert (now(world, ours)["updated_by"], world.find("cle", "order")) == (world.people["cle"], [kept])
    customer = made(world, "customer", name="Lin")
    with pytest.raises(Invisible):
        done(world, "cle", lambda uow: records.archive(uow, "customer", customer))


def test_what_runs_over_a_record_keeps_it_out_of_the_archive_and_it_is_tried_again(world: World) -> None:
    number = made(world, code="A", closed_on=OLD)
    done(world, "cle", lambda uow: start(uow, uow.metadata.workflows["audit"], records.fetch(uow, "order", number, lock=True)))
    days_later(world, 731)
    assert now(world, number)["archived_at"] is None
    with pytest.raises(Refusal):
        done(world, "cle", lambda uow: records.archive(uow, "order", number))
    with world.look("hal") as view:
        [task] = workflow.duties(view, "order", records.fetch(view, "order", number))
    done(world, "hal", lambda uow: workflow.decide(uow, task.task.id, workflow.Answer("approve")))
    an_hour_later(world)
    assert now(world, number)["archived_at"] is not None


def test_schedules_and_timers_leave_it_alone(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    number = made(world, code="auto", closed_on="2024-01-01")
    done(world, "system", lambda uow: records.enact(uow, "order", records.fetch(uow, "order", number, lock=True), {"state": "open"}))
    days_later(world, 0)
    before = now(world, number)
    assert before["archived_at"] is not None
    days_later(world, 1900)
    assert now(world, number) == before
    assert "not done by itself" not in capsys.readouterr().out


def test_an_edit_and_the_archive_at_the_same_moment(postgresql_url: str) -> None:
    with opened(YAML, postgresql_url) as world:
        world.person("cle", roles=["clerk"])
        for _ in range(5):
            number = made(world, code=None)
            became = race([partial(done, world, "cle", _on(number, work)) for work in (_edit, _put_away)])
            after = now(world, number)
            kept = became == ["done", "Conflict"], became == ["Refusal", "done"]
            assert kept == (after["archived_at"] is None, after["archived_at"] is not None)
            assert (after["note"], after["version"]) == ("x" if kept[0] else None, 2)


def _edit(uow: UnitOfWork, n: int) -> object:
    return records.save(uow, "order", n, {"note": "x"}, 1)


def _put_away(uow: UnitOfWork, n: int) -> object:
    return records.archive(uow, "order", n, 1)


def test_a_record_that_was_changed_meanwhile_is_not_archived(world: World) -> None:
    number = made(world, code="A", closed_on=OLD)
    world.clock.move_to(world.clock.now() + timedelta(days=731))
    world.save("cle", "order", number, closed_on=None)
    assert done(world, "system", lambda uow: end_keeping(uow, "order", number)) == "nothing"
