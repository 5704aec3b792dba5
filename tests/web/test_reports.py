"""Reports and dashboards as pages: figures, the records behind them, files, charts, and tiles that fail alone.

app: tickets
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.access import AUTH
from engine.transfer import own_subscriptions
from engine.web.api import create_token, make_api
from engine.web.charts import Picture, Series, draw
from tests.applications import World, opened
from tests.web.small import at_pages, pages_of
from tests.web.without_script import Page, Person

TICKETS = """
    app: tickets
    label: Tickets
    languages: [en, zh]
    currency: CNY
    timezone: Asia/Shanghai
    roles: {boss: {label: Boss}, clerk: {label: Clerk}, guest: {label: Guest}}
    menu: [{module: work, label: Work, items: [ticket, 'report:by_kind', 'dashboard:board']}]
    ---
    entity: ticket
    label: {en: Ticket, zh: 工单}
    plural: {en: Tickets, zh: 工单}
    title: name
    fields:
      name: {type: text}
      kind: {type: choice, of: [bug, wish]}
      day: {type: date}
      cost: {type: decimal, digits: 2}
    access:
      boss: {read: true, export: true}
      clerk: {read: 'kind = "bug"', hide: [cost]}
    ---
    report: by_kind
    label: {en: Tickets by kind, zh: 工单分类}
    from: ticket
    parameters: {since: {type: date, label: {en: Since, zh: 自}}}
    where: since = null OR day >= since
    rows: [{field: name, empty: {en: Nameless, zh: 无名}}]
    columns: [kind]
    totals: [rows, columns]
    values: {n: COUNT(rows), cost: SUM(rows.cost)}
    chart: {kind: CHART}
    ---
    report: by_cost
    from: ticket
    rows: [cost]
    ---
    dashboard: board
    label: {en: Board, zh: 看板}
    tiles:
      - {number: ticket, label: {en: All tickets, zh: 全部工单}}
      - {number: ticket, compare: previous month, on: day, label: {en: This month, zh: 本月}}
      - {report: by_kind}
      - {report: by_cost}
      - {list: ticket, limit: 2}
      - {text: {en: Read on, zh: 请继续}}
"""
KINDS = ("bar", "line", "area", "pie", "funnel", "radar", "gauge")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Five tickets in two months; one has a name that a spreadsheet would calculate, one a name that a browser would run."""
    place: Path = tmp_path_factory.mktemp("tickets")
    with opened(TICKETS.replace("CHART", "bar"), f"sqlite:///{place}/x.db") as world:
        for name in ("boss", "clerk", "guest"):
            world.person(name, roles=[name])
        tickets: tuple[tuple[str | None, str, int, int], ...] = (
            ("=1+1", "bug", 3, 10),
            ("=1+1", "bug", 3, 20),
            ("<script>x</script>", "wish", 3, 5),
            ("plain", "wish", 2, 7),
            (None, "bug", 1, 1),
        )
        for title, kind, month, cost in tickets:
            world.save("system", "ticket", name=title, kind=kind, day=date(2026, month, 2), cost=cost)
        yield world


@pytest.fixture
def at(world: World) -> Callable[..., Person]:
    """Somebody at the pages: `at("boss")`."""
    return at_pages(pages_of(world.app), world)


def texts(page: Page) -> str:
    return " ".join(page.words.split())


def test_a_report_shows_figures_with_the_way_to_their_records(at: Callable[..., Person]) -> None:
    page = at("boss").open("/reports/by_kind")
    assert page.forbidden == []
    assert "Tickets by kind" in page.words
    assert "Nameless" in page.words
    assert "<script>x" not in page.text
    behind = [link for link in page.links if "/records?" in link and "k0=%3D1%2B1" in link and "k1=bug" in link]
    assert behind
    records = at("boss").open(behind[0])
    assert sum(link.startswith("/records/ticket/") for link in records.links) == 2


def test_parameters_are_read_and_told_when_wrong(at: Callable[..., Person]) -> None:
    assert "plain" in at("boss").open("/reports/by_kind").words
    assert "plain" not in at("boss").open("/reports/by_kind?since=2026-03-01").words
    wrong = at("boss").open("/reports/by_kind?since=soon")
    assert 'aria-invalid="true"' in wrong.text
    assert 'value="soon"' in wrong.text


def test_a_report_is_kept_at_home_with_its_parameters(at: Callable[..., Person]) -> None:
    boss = at("boss")
    boss.open("/reports/by_kind?since=2026-03-01")
    assert boss.send("/views", name="This spring").words.count("Tickets by kind") > 0
    home = boss.open("/")
    tile = next(part.split('"')[0] for part in home.text.split('hx-get="')[1:])
    assert (tile, "This spring" in home.words) == ("/reports/by_kind/tile?since=2026-03-01", True)
    content = boss.open(tile)
    assert "plain" not in content.words
    assert [link for link in content.links if "/records?since=2026-03-01" in link], "the records behind are those of the same time"
    boss.open("/")
    assert "This spring" not in boss.send("/leave").words
    assert at("guest").client.get(tile).status_code == 403


def test_what_a_reader_may_not_see_stays_blank_or_closed(at: Callable[..., Person]) -> None:
    page = at("clerk").open("/reports/by_kind")
    assert "You may not see this figure" in page.text
    assert "plain" not in page.words
    assert "/reports/by_kind/export" not in page.text
    assert at("clerk").client.get("/reports/by_kind/export?as=csv").status_code == 403
    assert "You may not filter or sort by cost" in at("clerk").open("/reports/by_cost").words
    assert at("guest").client.get("/reports/by_kind").status_code == 403
    assert "/reports/by_kind" not in at("guest").open("/").text
    assert at("boss").client.get("/reports/nothing").status_code == 404


def test_a_file_holds_exact_numbers_and_no_formulas(at: Callable[..., Person]) -> None:
    with at("boss").client.get("/reports/by_kind/export?as=csv") as answer:
        lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert lines[0] == "Name,Bug: N,Bug: Cost,Wish: N,Wish: Cost,Total: N,Total: Cost"
    assert "'=1+1,2,30.00,,,2,30.00" in lines
    assert lines[-1] == "Total,3,31.00,2,12.00,5,43.00"
    with at("boss").client.get("/reports/by_kind/export?as=xlsx") as answer:
        assert answer.get_data()[:2] == b"PK"
    with at("boss").client.get("/reports/by_kind/export?as=pdf") as answer:
        assert (answer.get_data()[:5], answer.mimetype) == (b"%PDF-", "application/pdf")
    assert "/reports/by_kind/export?as=pdf" in at("boss").open("/reports/by_kind").text


def test_a_report_is_subscribed_to_and_ended_from_a_mail(at: Callable[..., Person], world: World) -> None:
    """The page keeps what was chosen; the account lists it; the address of a mail asks before it ends anything."""
    assert "Subscribe" not in at("clerk").open("/reports/by_kind").words, "who has no address is sent nothing"
    world.save("system", "user", world.people["boss"], email="boss@example.com")
    boss = at("boss")
    boss.open("/reports/by_kind?since=2026-03-01")
    page = boss.send("/reports/by_kind/subscribe", **{"s-every": "tuesday", "s-at": "06:05", "s-as": "csv"})
    assert "You are sent it already: Every Tuesday at 06:05" in texts(page)
    assert "Please choose how often." in boss.send("/reports/by_kind/subscribe", **{"s-every": "32"}).words
    account = texts(boss.open("/account"))
    assert "Tickets by kindSince: 2026-03-01Every Tuesday at 06:05Text (CSV)" in account
    with world.look("boss") as view:
        (wanted,) = own_subscriptions(view)
    stranger, address = Person(pages_of(world.app)), world.app.endings.link(wanted.id).partition("/public")[2]
    assert stranger.client.get(f"/public{address}x").status_code == 404
    assert "This report is sent to you regularly." in stranger.open(f"/public{address}").words
    assert "Every Tuesday" in boss.open("/account").words, "a program that only looks into mails ends nothing"
    assert "ended" in stranger.send(f"/public{address}").words
    assert "Tuesday" not in boss.open("/account").words
    boss.open("/reports/by_kind")
    boss.send("/reports/by_kind/subscribe", **{"s-every": "5"})
    assert "On day 5 of each month" in boss.open("/account").words
    boss.send("/account/subscriptions")
    assert "My subscriptions" not in boss.open("/account").words


def test_programs_subscribe_for_their_person(world: World) -> None:
    world.save("system", "user", world.people["boss"], email="boss@example.com")
    client = make_api(world.app).test_client()

    def ask(who: str, method: str, path: str, **given: object) -> tuple[int, object]:
        token = world.app.run(AUTH, lambda uow: create_token(uow, world.people[who], "t"))
        found = client.open(f"/api/v1{path}", method=method, json=given or None, headers={"Authorization": f"Bearer {token}"})
        return found.status_code, found.get_json(silent=True)

    wanted = {"every": "monday", "at": "08:15", "as": "csv", "parameters": {"since": "2026-03-01"}}
    made, told = ask("boss", "POST", "/reports/by_kind/subscriptions", **wanted)
    assert isinstance(told, dict)
    assert (made, told) == (201, {"id": told["id"], "report": "by_kind", **wanted})
    assert ask("boss", "GET", "/subscriptions") == (200, {"subscriptions": [told]})
    for status, who, path, given in (
        (404, "guest", "/reports/by_kind/subscriptions", wanted),
        (404, "boss", "/reports/none/subscriptions", wanted),
        (422, "boss", "/reports/by_kind/subscriptions", wanted | {"every": "moonday"}),
        (422, "boss", "/reports/by_kind/subscriptions", wanted | {"parameters": {"since": "soon"}}),
        (422, "boss", "/reports/by_kind/subscriptions", wanted | {"parameters": ["since"]}),
    ):
        assert ask(who, "POST", path, **given)[0] == status, given
    number = told["id"]
    assert [ask(who, "DELETE", f"/subscriptions/{number}")[0] for who in ("clerk", "boss", "boss")] == [404, 204, 404]


def test_a_dashboard_loads_its_tiles_one_by_one(at: Callable[..., Person]) -> None:
    person = at("boss", "zh")
    page = person.open("/dashboards/board")
    assert page.forbidden == []
    assert "看板" in page.words
    assert "请继续" in page.words
    tiles = [link for link in page.links if "/tiles/" in link]
    assert len(tiles) == 5
    shown = [texts(person.open(link)) for link in tiles]
    assert "5" in shown[0]
    assert "3" in shown[1]
    assert "上期：1" in shown[1]
    assert "plain" in shown[2]
    clerk = at("clerk")
    broken = clerk.open("/dashboards/board/tiles/3")
    assert "You may not filter or sort by cost" in broken.words
    assert at("guest").client.get("/dashboards/board/tiles/0").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_charts_are_drawings_with_words_beside_them(kind: str) -> None:
    labels = ("Q<1>", "第二季度", "Q3")
    series = (
        Series("A&B", (Decimal(3), None, Decimal("-1.5")), ("3", "", "-1.5")),
        Series("C", (Decimal(1), Decimal(2), Decimal(0)), ("1", "2", "0")),
    )
    drawn = str(draw(Picture("c", kind, "T<itle>", "about", labels, series), 480))  # type: ignore[arg-type]
    page = Page(drawn)
    assert page.forbidden == []
    assert "T&lt;itle&gt;" in drawn
    assert "<1>" not in drawn
    assert "nan" not in drawn
    empty = str(draw(Picture("c", kind, "T", "about", (), (Series("A", (), ()),)), 480))  # type: ignore[arg-type]
    assert empty.endswith("</svg>")
