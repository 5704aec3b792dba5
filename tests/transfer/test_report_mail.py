"""Reports that are sent: at their times, to whom they are for, with what each of them may see, as a real mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from engine import jobs, storage
from engine.access import SYSTEM
from engine.errors import Forbidden, Invalid, Invisible, Refusal
from engine.transfer import SUBSCRIBED, Rhythm, end, subscribe, unsubscribe
from tests.applications import World
from tests.copies import Copies, Place
from tests.postbox import Box, box

__all__ = ["box"]
YAML = """
    app: sent
    label: {en: Sales, zh: 销售}
    languages: [en, zh]
    timezone: Asia/Shanghai
    roles:
      seller: {label: Seller}
      looker: {label: Looker}
      partner: {label: Partner, external: true}
    ---
    choices: kind
    values: {new: {label: {en: New, zh: 新}}, old: {label: {en: Old, zh: 旧}}}
    ---
    entity: deal
    label: {en: Deal, zh: 交易}
    fields:
      kind: {type: choice, of: kind, label: {en: Kind, zh: 类型}}
      day: {type: date, label: {en: Day, zh: 日期}}
      owner: {type: user, label: {en: Owner, zh: 负责人}}
      size: {type: integer}
    access:
      seller: {read: owner = user, create: true, export: owner = user}
      looker: {read: true}
      partner: {read: true}
    ---
    portal: partners
    roles: [partner]
    ---
    report: deals
    label: {en: Deals per month, zh: 每月交易}
    from: deal
    parameters: {kind: {type: choice, of: kind}}
    where: kind = null OR deal.kind = kind
    rows: [{field: day, by: month}, kind]
    values: {n: {formula: COUNT(rows), label: {en: Number, zh: 数量}}, size: SUM(rows.size)}
    export: {as: csv, separator: ';', encoding: gb18030, file: deals}
    send:
      - {every: 1st of month at 08:00, to: ['role:seller', 'role:looker', 'role:partner'], when: n > 0}
      - {every: monday at 09:00, to: 'user:una', as: pdf}
"""
NEXT_MONDAY = datetime(2026, 3, 9, 1, tzinfo=UTC)  # 09:00 in Shanghai
FRIDAY = datetime(2026, 3, 6, 0, tzinfo=UTC)  # 08:00 in Shanghai
FIRST_OF_APRIL = datetime(2026, 4, 1, 0, tzinfo=UTC)  # 08:00 in Shanghai


def sellers(world: World) -> None:
    """Sue and Wu have sold, Una has not; Lou may look at everything and export nothing; Pam comes from outside."""
    for name, role, language in (("sue", "seller", "en"), ("wu", "seller", "zh"), ("una", "seller", "en"), ("lou", "looker", "en")):
        world.person(name, roles=[role], email=f"{name}@example.com", language=language)
    world.person("pam", roles=["partner"], email="pam@example.com")
    world.person("ned", roles=["seller"])
    for name, kind, size in (("sue", "new", 5), ("sue", "old", 3), ("wu", "new", 7)):
        world.save("system", "deal", kind=kind, day="2026-03-02", owner=world.people[name], size=size)


@pytest.fixture(scope="module")
def copies() -> Iterator[Copies]:
    with Copies(YAML, sellers) as found:
        yield found


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest) -> Place:
    return request.getfixturevalue("tmp_path" if request.param == "sqlite" else "postgresql_server_url")  # type: ignore[no-any-return]


def by_reader(box: Box) -> dict[str, EmailMessage]:
    assert len(set(box.readers())) == len(box.readers()), "nobody gets the same twice"
    return {str(letter["To"]).partition("@")[0]: letter for letter in box.read()}


def enclosed(letter: EmailMessage) -> bytes:
    (file,) = letter.iter_attachments()
    return bytes(file.get_payload(decode=True))


def test_each_reader_is_sent_what_they_may_see(box: Box, copies: Copies, place: Place) -> None:
    with copies.open(place) as world:
        world.app.jobs.run_due(world.clock.now())
        with world.app.database.read() as connection:
            assert len(jobs.waiting(connection, "report")) == 2
        world.clock.move_to(NEXT_MONDAY)
        world.app.jobs.run_due(world.clock.now())
        assert box.readers() == ["una@example.com"], "without `when` it is sent though there is nothing"
        assert enclosed(box.read()[0])[:5] == b"%PDF-"
        box.letters.clear()
        world.clock.move_to(FIRST_OF_APRIL)
        world.app.jobs.run_due(world.clock.now())
        found = {name: letter for name, letter in by_reader(box).items() if name != "una"}
        assert found.keys() == {"sue", "wu", "lou"}
        assert found["sue"]["Subject"] == "[Sales] Deals per month"
        assert enclosed(found["sue"]).decode("gb18030").splitlines()[1:] == ["2026-03;New;1;5", "2026-03;Old;1;3", "Total;;2;8"]
        assert found["wu"]["Subject"] == "[销售] 每月交易"
        assert enclosed(found["wu"]).decode("gb18030").splitlines() == ["日期;类型;数量;Size", "2026-03;新;1;7", "合计;;1;7"]
        assert not list(found["lou"].iter_attachments()), "who may not export is told where it stands"
        assert "/reports/deals" in str(found["lou"].get_content())


def test_who_subscribes_is_sent_it_until_they_end_it_or_may_not_have_it(box: Box, copies: Copies, place: Place) -> None:
    """With what was chosen, at the time that was chosen, with the rights of that moment; and only in the hands of who holds the mail."""
    with copies.open(place) as world:
        report = world.metadata.reports["deals"]

        def wanted(who: str, every: str, **texts: str) -> int:
            rhythm = Rhythm(every, "07:30")
            return world.app.run(world.actor(who), lambda uow: subscribe(uow, report, texts, (rhythm, "csv"))).id

        sue, wu, lou = wanted("sue", "friday", kind="new"), wanted("wu", "workday"), wanted("lou", "3")
        for who in ("pam", "ned"):
            with pytest.raises(Forbidden):
                wanted(who, "day")
        for wrong in (Rhythm("31"), Rhythm("monday", "25:00")):
            with pytest.raises(Invalid):
                assert wrong.cron
        world.clock.move_to(FRIDAY)
        world.app.jobs.run_due(world.clock.now())
        mails = by_reader(box)
        assert mails.keys() == {"sue", "wu", "lou"}
        assert [line.split(";")[1] for line in enclosed(mails["sue"]).decode("gb18030").splitlines()[1:]] == ["New", ""]
        assert mails["wu"]["Subject"] == "[销售] 每月交易"
        text = mails["sue"].get_body().get_content()  # type: ignore[union-attr] # every mail has words
        assert "/reports/deals?kind=new" in text
        link = str(mails["sue"]["List-Unsubscribe"])
        assert world.app.endings.link(sue) == link[1:-1]
        assert link[1:-1] in text
        assert world.app.endings.read(link[1:-1].rpartition("/")[2]) == sue
        assert world.app.endings.read(link[1:-2].rpartition("/")[2]) is None
        with pytest.raises(Invisible):
            world.app.run(world.actor("wu"), lambda uow: unsubscribe(uow, sue))
        world.app.run(SYSTEM, lambda uow: end(uow, sue))
        world.save("system", "user", world.people["wu"], roles=[])
        world.save("system", "user", world.people["lou"], active=False)
        box.letters.clear()
        world.clock.move_to(FRIDAY + timedelta(days=31))
        world.app.jobs.run_due(world.clock.now())
        over = [letter for letter in box.read() if letter["To"] == "wu@example.com"]
        assert [letter["Subject"] for letter in over] == ["[销售] 每月交易"], "that it is over is said once"
        assert not list(over[0].iter_attachments())
        with world.app.database.read() as connection:
            assert [storage.subscription_of(connection, number) for number in (sue, wu, lou)] == [None] * 3
            assert jobs.waiting(connection, SUBSCRIBED) == {}
        assert len({wanted("una", str(day)) for day in (*range(1, 21), 7)}) == 20
        with pytest.raises(Refusal):
            wanted("una", "day")
