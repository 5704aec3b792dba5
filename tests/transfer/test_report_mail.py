"""Reports that are sent: at their times, to whom they are for, with what each of them may see, as a real mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from engine import jobs
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
    rows: [{field: day, by: month}, kind]
    values: {n: {formula: COUNT(rows), label: {en: Number, zh: 数量}}, size: SUM(rows.size)}
    export: {as: csv, separator: ';', encoding: gb18030, file: deals}
    send:
      - {every: 1st of month at 08:00, to: ['role:seller', 'role:looker', 'role:partner'], when: n > 0}
      - {every: monday at 09:00, to: 'user:una', as: pdf}
"""
NEXT_MONDAY = datetime(2026, 3, 9, 1, tzinfo=UTC)  # 09:00 in Shanghai
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
