"""Opening one record to a person or a role: what they get, what they do not, for how long, and what the audit says. On both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from engine import storage
from engine.errors import Forbidden, Invalid, Invisible, Refusal
from engine.metadata import SortKey
from engine.records import Share, load, share, shares, unshare
from tests.applications import START, World, opened

YAML = """
    app: shop
    roles:
      owner: {label: Owner}
      peer: {label: Peer}
      clerk: {label: Clerk}
      nosy: {label: Nosy}
    ---
    entity: order
    title: subject
    fields:
      subject: {type: text}
      owner: {type: user}
      margin: {type: decimal, digits: 2}
    access:
      owner: {read: owner = user, create: true, update: owner = user, share: owner = user}
      peer: {read: owner = user, hide: [margin]}
      clerk: {read: true, share: true, hide: [margin]}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as world:
        for name, role in (("olga", "owner"), ("pete", "peer"), ("cleo", "clerk"), ("nora", "nosy")):
            world.person(name, roles=[role])
        world.save("olga", "order", subject="Bolts", owner=world.people["olga"], margin="5")
        yield world


def do_share(world: World, who: str, wish: Share) -> None:
    world.app.run(world.actor(who), lambda uow: share(uow, "order", 1, wish))


def to(world: World, name: str, **more: object) -> Share:
    return Share(person=world.people[name], **more)  # type: ignore[arg-type]


def test_a_sorted_list_holds_ones_own_records_and_those_that_were_shared(world: World) -> None:
    world.save("olga", "order", subject="Nuts", owner=world.people["pete"])
    in_order = (SortKey("subject"),)
    assert world.find("pete", "order", sort=in_order) == [2]
    do_share(world, "olga", to(world, "pete"))
    assert world.find("pete", "order", sort=in_order) == [1, 2]


def test_a_person_reads_what_was_shared_and_nothing_else(world: World) -> None:
    assert world.find("pete", "order") == []
    do_share(world, "olga", to(world, "pete"))
    assert world.find("pete", "order") == [1]
    with world.look("pete") as view:
        assert "margin" not in load(view, "order", 1).values, "their own rules still hide it"
    with pytest.raises(Forbidden):
        world.save("pete", "order", 1, subject="Mine")
    world.app.run(world.actor("olga"), lambda uow: unshare(uow, "order", 1, to(world, "pete")))
    assert world.find("pete", "order") == []


def test_sharing_to_change_opens_the_fields_of_the_sharer(world: World) -> None:
    do_share(world, "olga", to(world, "nora", change=True))
    assert world.save("nora", "order", 1, subject="Nuts")["subject"] == "Nuts"
    do_share(world, "olga", to(world, "nora"))
    with pytest.raises(Forbidden):
        world.save("nora", "order", 1, subject="Nails")
    with world.look("olga") as view:
        assert [one.change for one in shares(view, view.metadata.entities["order"], 1)] == [False], "one person, one share"


def test_a_role_is_everybody_who_has_it_until_the_time_is_over(world: World) -> None:
    do_share(world, "olga", Share(role="nosy", until=START + timedelta(days=1)))
    assert world.find("nora", "order") == [1]
    world.clock.move_to(START + timedelta(days=2))
    assert world.find("nora", "order") == []
    with world.look("olga") as view:
        assert shares(view, view.metadata.entities["order"], 1) == []


def test_nobody_gives_what_they_do_not_have(world: World) -> None:
    with pytest.raises(Refusal, match=r"(?i)margin"):
        do_share(world, "cleo", to(world, "nora"))
    with pytest.raises(Refusal):
        do_share(world, "cleo", Share(role="nosy"))
    do_share(world, "cleo", to(world, "pete"))
    with pytest.raises(Forbidden):
        do_share(world, "cleo", to(world, "pete", change=True))
    with pytest.raises(Forbidden):
        do_share(world, "pete", to(world, "nora"))
    with pytest.raises(Invisible):
        do_share(world, "nora", to(world, "pete"))
    with pytest.raises(Forbidden):
        world.app.run(world.actor("pete"), lambda uow: unshare(uow, "order", 1, to(world, "pete")))


@pytest.mark.parametrize(
    "wish",
    [Share(), Share(person=1, role="peer"), Share(person=999), Share(person=1), Share(role="nobody"), Share(role="peer", until=START)],
)
def test_whom_and_until_when_must_fit(world: World, wish: Share) -> None:
    with pytest.raises(Invalid):
        do_share(world, "olga", wish)


def test_a_share_does_not_open_a_record_that_is_locked(world: World) -> None:
    do_share(world, "olga", to(world, "nora", change=True))
    with world.app.database.write() as connection:
        lock = storage.system_tables.record_lock
        number = world.metadata.identity.number("entity:order")
        connection.execute(lock.insert().values(entity_id=number, record_id=1, source="instance:1", since=START))
    with pytest.raises((Refusal, Forbidden)):
        world.save("nora", "order", 1, subject="Nuts")


def test_the_audit_says_who_shared_with_whom(world: World) -> None:
    do_share(world, "olga", to(world, "pete"))
    world.app.run(world.actor("olga"), lambda uow: unshare(uow, "order", 1, to(world, "pete")))
    world.app.run(world.actor("olga"), lambda uow: unshare(uow, "order", 1, to(world, "pete")))
    with world.app.database.read() as connection:
        number = world.metadata.identity.number("entity:order")
        assert number is not None
        entries = storage.entries(connection, number, 1)
        assert list(storage.verify(connection, world.ground.audit_key)) == []
    assert [(one.actor_name, one.action) for one in entries] == [("Olga", "unshare"), ("Olga", "share"), ("Olga", "create")]
    assert f"person-{world.people['pete']}" in entries[0].changes


LENT = """
    app: shop
    languages: [en]
    roles: {clerk: {}, owner: {}}
    ---
    entity: doc
    title: note
    fields: {note: {type: text}, amount: {type: integer}}
    access:
      clerk: {read: true, share: true}
      owner: {read: true, create: true, update: true, share: true}
"""


def test_what_was_opened_to_somebody_is_not_theirs_to_give(database_url: str) -> None:
    with opened(LENT, database_url) as world:
        for name, role in (("own", "owner"), ("cleo", "clerk"), ("carl", "clerk")):
            world.person(name, roles=[role])
        number = int(str(world.save("own", "doc", note="a", amount=1)["id"]))

        def give(who: str, whom: str, *, change: bool, until: datetime | None = None) -> None:
            wish = Share(world.people[whom], change=change, until=until)
            world.app.run(world.actor(who), lambda uow: share(uow, "doc", number, wish))

        give("own", "cleo", change=True, until=START + timedelta(days=1))
        world.save("cleo", "doc", number, amount=2)
        with pytest.raises(Forbidden):
            give("cleo", "carl", change=True)
        give("cleo", "carl", change=False)
        world.clock.move_to(START + timedelta(days=2))
        for who in ("cleo", "carl"):
            with pytest.raises(Forbidden):
                world.save(who, "doc", number, amount=3)
