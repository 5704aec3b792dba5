"""Values that a role may not see change no byte of any answer to it: pages, partials, files, figures, search and the API."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from engine import records, storage
from engine.access import SYSTEM, Actor, granting, sight_of
from engine.unit_of_work import look
from engine.web.api import create_token
from tests.applications import World, opened
from tests.databases import postgresql_database
from tests.web.crawled import Told, crawl
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

YAML = """
    app: unseen
    label: Unseen
    currency: CNY
    timezone: Asia/Shanghai
    roles: {clerk: {label: Clerk}, boss: {label: Boss}}
    menu: [{module: work, label: Work, items: [thing, place, 'report:sums', 'report:many', 'report:talks', 'report:bids', 'dashboard:board']}]
    ---
    entity: place
    label: Place
    title: name
    fields: {name: {type: text}, level: {type: integer}}
    access: {clerk: {read: level > 1}, boss: {read: true, create: true, update: true}}
    ---
    entity: thing
    label: Thing
    number: {pattern: 'T-{000}'}
    title: number & " " & name
    fields:
      name: {type: text, search: true}
      grade: {type: integer}
      owner: {type: user}
      amount: {type: decimal, digits: 2}
      fee: {type: money}
      secret: {type: text, search: true}
      note: {type: long_text, search: true}
      kind: {type: choice, of: [red, green, blue]}
      due: {type: date}
      account: {type: text}
      place: {type: link, to: place, inverse: things}
      double: {type: decimal, digits: 2, formula: amount * 2}
      parts:
        type: table
        fields: {what: {type: text}, size: {type: integer}, cost: {type: money}}
      cost: {type: money, formula: SUM(parts.cost)}
      talks:
        type: table
        fields:
          by: {type: user}
          open: {type: boolean}
          words: {type: text, search: true}
          weight: {type: integer}
          heavy: {type: integer, formula: weight * 2}
        access:
          clerk: [{read: by = user, create: by = user, update: by = user, delete: by = user}, {read: open}]
          boss: {read: true, create: true, update: true}
      bids:
        type: table
        fields:
          by: {type: user}
          open: {type: boolean}
          words: {type: text, search: true}
          weight: {type: integer}
          heavy: {type: integer, formula: weight * 2}
        access:
          clerk: [{read: by = user, update: open}, {read: open, hide: [weight, heavy, words]}]
          boss: {read: true, create: true, update: true}
    access:
      clerk:
        - {read: grade > 1, update: grade > 2, export: true, hide: [secret, fee, parts.cost, cost], mask: {account: all}}
        - {read: owner = user, export: true, hide: [amount, double, note, kind, due, place, secret, fee, cost, parts, account]}
      boss: {read: true, create: true, update: true, export: true}
    ---
    list: thing
    columns: [number, name, amount, double, kind, due, place, account]
    group: kind
    totals: [amount, double]
    tabs: [{name: dear, label: Dear, where: grade > 2}]
    views: [{name: board, kind: kanban, by: kind}, {name: month, kind: calendar, start: due, title: name}]
    ---
    report: sums
    from: thing
    rows: [kind]
    values: {n: COUNT(rows), amount: SUM(rows.amount), most: MAX(rows.amount), size: SUM(rows.parts.size), talk: SUM(rows.talks.weight), bid: SUM(rows.bids.weight)}
    chart: {kind: bar, y: [amount]}
    ---
    report: talks
    from: thing.talks
    rows: [by]
    values: {n: COUNT(rows), weight: SUM(rows.heavy), grade: MAX(rows.thing.grade)}
    ---
    report: bids
    from: thing.bids
    rows: [words]
    values: {n: COUNT(rows), weight: SUM(rows.weight)}
    ---
    report: many
    from: thing
    rows: [place.name]
    columns: [{field: due, by: month}]
    values: {n: COUNT(rows), double: SUM(rows.double)}
    ---
    dashboard: board
    tiles:
      - {number: thing, formula: SUM(rows.amount), label: All}
      - {list: thing, columns: [name, amount, note], limit: 20}
      - {report: sums, as: chart}
"""
VALUES: Mapping[str, Callable[[random.Random], object]] = {
    "amount": lambda chance: f"{chance.randrange(0, 10000) / 100:.2f}",
    "fee": lambda chance: f"{chance.randrange(0, 10000) / 100:.2f}",
    "secret": lambda chance: chance.choice(("apple", "pear", "plum", None)),
    "note": lambda chance: chance.choice(("apple sauce", "pear tree", "plum pie", None)),
    "kind": lambda chance: chance.choice(("red", "green", "blue", None)),
    "due": lambda chance: f"2026-03-{chance.randrange(1, 29):02}",
    "account": lambda chance: str(chance.randrange(10**15, 10**16)),
    "place": lambda chance: chance.choice((1, 2, 3, None)),
}
CLOSED = (*VALUES, "name", "double", "cost")
API = "/api/v1"
TYPED = ("amount > 20", 'kind = "red"', 'CONTAINS(note, "pear")', 'secret = "apple"', "place.level = 1", "ISBLANK(account)", "fee < 50")


@dataclass
class Watcher:
    """Somebody with a browser and a token."""

    client: FlaskClient
    token: str
    chance: random.Random
    share: float
    """How much of what may be asked is asked."""

    def told(self) -> Callable[[], Told]:
        """Asks the same whenever it is called, and gives everything that the watcher is told, by address."""
        alike = max(2, round(8 * self.share))
        pages = ["/", "/notices", "/bin", *self._some(self._pages()), "/records/thing/export?as=xlsx"]
        answers = self._some(self._answers())
        headers = {"Authorization": f"Bearer {self.token}"}
        return lambda: crawl(self.client, pages, alike) | crawl(self.client, answers, alike, headers)

    def _some(self, addresses: list[str]) -> list[str]:
        return self.chance.sample(addresses, round(len(addresses) * self.share))

    def _pages(self) -> list[str]:
        asked = [f"?sort={way}{name}" for name in CLOSED for way in ("", "-")] + [f"?group={name}" for name in CLOSED]
        lists = [f"/records/thing{each}" for each in asked] + [f"/records/thing?q={word}" for word in ("apple", "pear")]
        found = [f"/search?q={word}" for word in ("apple", "pear", "plum", "thing")]
        files = [f"/records/thing/export?as={kind}" for kind in ("csv", "xlsx")] + [f"/reports/sums/export?as={k}" for k in ("csv", "xlsx")]
        return [*lists, *found, *files, *(f"/records/{entity}/{at}" for entity in ("thing", "place") for at in range(1, 9))]

    def _answers(self) -> list[str]:
        path = f"{API}/records/thing"
        lists = [f"{path}?where={where.replace(' ', '%20')}&count=true" for where in TYPED]
        lists += [f"{path}?sort={way}{name}&limit=2" for name in CLOSED for way in ("", "-")]
        groups = [f"{path}/groups?by={name}&totals=amount" for name in CLOSED]
        ones = [f"{API}/records/{entity}/{at}?titles=true" for entity in ("thing", "place") for at in range(1, 9)]
        rest = [
            f"{API}/reports/sums",
            f"{API}/reports/many",
            f"{API}/reports/talks",
            f"{API}/reports/bids",
            f"{API}/search?q=pear",
            f"{path}?search=pear",
            f"{API}/tasks",
            f"{API}/me",
        ]
        return [*lists, *groups, *ones, *rest, f"{path}?as_of=2026-03-02T02:00:00Z"]


def fill(world: World, chance: random.Random) -> None:
    world.person("ann", roles=["clerk"])
    world.person("bob", roles=["boss"])
    for level in (1, 2, 3):
        world.save("bob", "place", name=f"place {level}", level=level)
    for at in range(1, 8):
        values = {name: value(chance) for name, value in VALUES.items()}
        row = {"what": "screw", "size": at, "cost": str(at)}
        tables = {name: [_said(world, chance) for _ in range(3)] for name in ("talks", "bids")}
        owner = world.people[chance.choice(("ann", "bob"))]
        world.save("bob", "thing", name=f"thing {at}", grade=at % 4, owner=owner, parts=[row], **tables, **values)
        world.save("bob", "thing", at, **{name: value(chance) for name, value in VALUES.items()})


def _said(world: World, chance: random.Random) -> dict[str, object]:
    by = world.people[chance.choice(("ann", "bob"))]
    return {"by": by, "open": chance.random() < 0.3, "words": chance.choice(("apple", "pear", "plum")), "weight": chance.randrange(9)}


def flip_rows(world: World, actor: Actor, chance: random.Random) -> int:
    """The same for the rows, and cells of rows, that rules of their tables keep from the actor."""
    flipped, tables = 0, world.app.serving.current().tables
    with world.app.database.write() as connection:
        for name in ("thing.talks", "thing.bids"):
            table = tables.table(name)
            for row in connection.execute(sa.select(table)).mappings().all():
                if row["by"] == actor.id or (row["open"] and name == "thing.talks"):
                    continue
                weight = chance.randrange(10, 99)
                values = {"words": chance.choice(("apple", "pear", "plum", None)), "weight": weight, "heavy": weight * 2}
                flipped += len(values)
                for each in (table, tables.history(name)):
                    connection.execute(sa.update(each).where(each.c.id == row["id"]).values(values))
    return flipped


def flip(world: World, actor: Actor, chance: random.Random) -> int:
    """Give other values to all that the actor may not see, today's and earlier ones; how many there were."""
    entity, flipped = world.metadata.entities["thing"], 0
    closed: dict[int, list[str]] = {}
    with look(world.ground, actor) as view:
        for at in sorted(storage.fetch(view.connection, view.tables, "thing", range(1, 20))):
            row = records.fetch(view, "thing", at)
            frame = records.frame_of(view, row)
            held = [g.rule for g in granting(entity, "read", actor) if g.where is None or g.where.closure(row, frame) is True]
            seen = sight_of(held) if held else None
            closed[at] = [name for name in VALUES if seen is None or name in seen.hidden or name in seen.masked]
    tables = world.app.serving.current().tables
    with world.app.database.write() as connection:
        for at, names in closed.items():
            values = {name: _typed(tables.table("thing"), name, VALUES[name](chance)) for name in names}
            flipped += len(values)
            for table in (tables.table("thing"), tables.history("thing")):
                connection.execute(sa.update(table).where(table.c.id == at).values(values))
        parts = tables.table("thing.parts")
        connection.execute(sa.update(parts).values(cost=chance.randrange(1, 99)))
    flipped += flip_rows(world, actor, chance)
    for at in closed:
        world.app.run(SYSTEM, partial(records.find_again, entity_name="thing", number=at))
    return flipped


def _typed(table: sa.Table, name: str, value: object) -> object:
    kind = type(table.c[name].type).__name__
    if value is None or kind not in ("Number", "Date"):
        return value
    return Decimal(str(value)) if kind == "Number" else date.fromisoformat(str(value))


def changed(url: str, seed: int, share: float) -> list[str]:
    """The addresses whose answers change with what their reader may not see."""
    chance = random.Random(seed)  # noqa: S311 - data for a test
    with opened(YAML, url) as world:
        fill(world, chance)
        person = Person(pages_of(world.app), "en")
        come_in(person, world.people["ann"])
        token = world.app.run(world.actor("ann"), lambda uow: create_token(uow, world.people["ann"], "all"))
        told = Watcher(person.client, token, chance, share).told()
        before = told()
        assert sum(status == 200 for status, _ in before.values()) > 15, {a: s for a, (s, _) in before.items()}
        assert flip(world, world.actor("ann"), chance) > 15
        after = told()
        assert after.keys() == before.keys()
        return [address for address in before if after[address] != before[address]]


@pytest.mark.parametrize("dialect", ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.long])])
def test_what_may_not_be_seen_changes_no_byte(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path, effort: Callable[[int, int], int]
) -> None:
    share = effort(10, 100) / 100
    for seed in range(effort(1, 40)):
        if dialect == "sqlite":
            assert changed(f"sqlite:///{tmp_path / str(seed)}.db", seed, share) == []
        else:
            with postgresql_database(request.getfixturevalue("postgresql_server_url")) as url:
                assert changed(url, seed, share) == []
