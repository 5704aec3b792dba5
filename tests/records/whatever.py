"""People who do with the records of the mixed application whatever comes to their mind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from random import Random

from engine import records, workflow
from engine.access import SYSTEM
from engine.errors import ObjectloomError
from engine.records import Row, Wanted
from engine.unit_of_work import UnitOfWork
from engine.workflow import RowPlace, Said
from tests.applications import World
from tests.records.mixed import NAMES, PRODUCTS, WRITTEN, Values, ids


class Inputs:
    """Input at random for records that are there, or (where `old` is empty) for new ones."""

    def __init__(self, world: World, random: Random) -> None:
        self.world, self.random = world, random

    def values(self, entity: str, old: Row) -> Values:
        made: Values = {"tag": self.tag, "account": self.account, "price": self.price, "order": self.order, "move": self.move}[entity](old)
        return made

    def tag(self, old: Row) -> Values:
        return {"name": self.any("red", "Red", "blue", "BLUE", "x")}

    def account(self, old: Row) -> Values:
        named = {"name": self.any(*NAMES)}
        more: Mapping[str, Callable[[], object]] = {
            "code": lambda: self.any(None, "c1", "c2", "c3"),
            "above": lambda: self.any(None, self.one_of("account")),
            "tags": lambda: [self.one_of("tag") for _ in range(self.random.randrange(3))],
            "contacts": lambda: self.rows(
                old.get("contacts"), lambda: {"person": self.any(*"abcd")}, lambda: {"share": self.any("0.2", None)}
            ),
            "factor": lambda: self.any(None, "0", "2.5", "-1"),
            "closed": lambda: self.random.random() < 0.3,
        }
        return {**(named if not old or self.random.random() < 0.5 else {}), **self.some(more)}

    def price(self, old: Row) -> Values:
        whole = {"product": self.any(*PRODUCTS), "amount": self.any("1", "2.50", "1000000"), "valid_from": self.day()}
        return self.some({**{name: lambda value=value: value for name, value in whole.items()}, "valid_to": self.day}) if old else whole  # type: ignore[misc]

    def order(self, old: Row) -> Values:
        found = self.some({
            "account": lambda: self.one_of("account"), "factor": lambda: self.any(None, "1", "-2", "0.5"), "day": self.day,
            "late": lambda: self.random.random() < 0.3, "note": lambda: self.any("hello", "远航", None),
            "lines": lambda: self.rows(old.get("lines"), lambda: {"product": self.any(*PRODUCTS), **self.line()}, self.line),
        })  # fmt: skip
        if old:
            return found
        kind = self.any("sale", "service")
        return {**found, "account": self.one_of("account"), "subtype": kind, **({"hours": self.any(0, 3)} if kind == "service" else {})}

    def line(self) -> Values:
        return self.some({"qty": lambda: self.any(None, "-1", "0.5", "2", "7"), "product": lambda: self.any(*PRODUCTS)})

    def move(self, old: Row) -> Values:
        return {"product": self.any(*PRODUCTS), "qty": self.any("1", "-1", "12"), "order": self.one_of("order")}

    def one_of(self, entity: str) -> int:
        """The id of a record; now and then of none."""
        with self.world.look("system") as view:
            return self.random.choice([*ids(view, entity), *([99] if self.random.random() < 0.1 else [])] or [1])

    def some(self, values: Mapping[str, Callable[[], object]]) -> Values:
        return {name: make() for name, make in values.items() if self.random.random() < 0.6}

    def any(self, *choices: object) -> object:
        return self.random.choice(choices)

    def day(self) -> str:
        return (self.world.clock.now().date() + timedelta(days=self.random.choice((-40, -3, -1, 0, 0, 1, 5)))).isoformat()

    def rows(self, old: object, new: Callable[[], Values], edited: Callable[[], Values]) -> list[Values]:
        """Rows that are there, most of them, some of them edited, and some more."""
        there = [row for row in (old if isinstance(old, list) else []) if self.random.random() < 0.8]
        kept = [{"id": row["id"], **(edited() if self.random.random() < 0.5 else {})} for row in there]
        return [*kept, *(new() for _ in range(self.random.choice((0, 0, 1, 2))))]


class Somebody(Inputs):
    """Who does something at random, again and again; `told` is what they did, and `refused` counts what they were not let."""

    def __init__(self, world: World, seed: int) -> None:
        super().__init__(world, Random(seed))  # noqa: S311 - nothing secret
        self.told: list[str] = []
        self.refused = 0
        deeds: Mapping[Callable[[], None], int] = {
            self.make: 10, self.edit: 14, self.delete: 4, self.restore: 4, self.purge: 1, self.merge: 3, self.unmerge: 3, self.act: 8,
            self.finish_row: 5, self.archive: 3, self.take_back: 3, self.bring_back: 4, self.wait: 3, self.let_work: 3, self.comment: 1,
        }  # fmt: skip
        self.deeds, self.weights = list(deeds), list(deeds.values())

    def step(self) -> None:
        """One thing is done, or refused with a reason."""
        self.who = self.random.choice(("ann", "ann", "bob"))
        (deed,) = self.random.choices(self.deeds, self.weights)
        self.told.append(f"{self.who} {deed.__name__}")
        try:
            deed()
        except ObjectloomError as refusal:
            self.refused += 1
            self.told[-1] += f" -> {type(refusal).__name__}"
        self.world.clock.move_to(self.world.clock.now() + timedelta(seconds=1))

    def run(self, work: Callable[[UnitOfWork], object], *about: object) -> None:
        self.told[-1] += f" {about}"
        self.world.app.run(self.world.actor(self.who), work)

    def make(self) -> None:
        entity = self.random.choice(WRITTEN)
        values = self.values(entity, {})
        self.run(lambda uow: records.save(uow, entity, None, values), entity, values)

    def edit(self) -> None:
        entity = self.random.choice(WRITTEN)
        number, old = self.one_of(entity), {}
        with suppress(ObjectloomError), self.world.look("system") as view:
            old = records.fetch(view, entity, number)
        values = self.values(entity, old or {"id": number})
        self.run(lambda uow: records.save(uow, entity, number, values), entity, number, values)

    def delete(self) -> None:
        entity = self.random.choice(WRITTEN)
        number = self.one_of(entity)
        self.run(lambda uow: records.delete(uow, entity, number), entity, number)

    def _binned(self) -> records.Deleted | None:
        with self.world.look(self.who) as view:
            found = records.deleted(view)
        return self.random.choice(found) if found else None

    def restore(self) -> None:
        if (line := self._binned()) is not None:
            self.run(lambda uow: records.restore(uow, line.number), line.entity.name, line.id)

    def purge(self) -> None:
        if (line := self._binned()) is not None:
            self.who = "ada"
            self.run(lambda uow: records.purge(uow, line.number), line.entity.name, line.id)

    def merge(self) -> None:
        entity = self.random.choice(("account", "account", "tag", "order"))
        kept, gone = self.one_of(entity), self.one_of(entity)
        with self.world.look(self.who) as view:
            fields = [field.name for field in records.preview_merge(view, entity, kept, gone).fields if self.random.random() < 0.4]
        self.run(lambda uow: workflow.merge(uow, entity, kept, gone, fields), entity, kept, gone, fields)

    def unmerge(self) -> None:
        entity = self.random.choice(("account", "tag", "order"))
        number = self.one_of(entity)
        self.run(lambda uow: records.unmerge(uow, entity, number), entity, number)

    def act(self) -> None:
        number, name = self.one_of("order"), self.random.choice(("send", "send", "reopen", "drop"))
        said = Said({"note": "bye"} if name == "drop" else {})
        self.run(lambda uow: workflow.fire(uow, "order", number, name, said), number, name)

    def finish_row(self) -> None:
        number = self.one_of("order")
        with self.world.look("system") as view:
            found = records.rows_of(records.fetch(view, "order", number), view.metadata.entities["order"].fields["lines"])
        if found:
            place = RowPlace("order", number, "lines", int(str(self.random.choice(found)["id"])))
            self.run(lambda uow: workflow.fire_row(uow, place, "finish"), place)

    def archive(self) -> None:
        number = self.one_of("order")
        self.run(lambda uow: records.archive(uow, "order", number), number)

    def take_back(self) -> None:
        number = self.one_of("order")
        self.run(lambda uow: records.take_back(uow, "order", number), number)

    def bring_back(self) -> None:
        entity = self.random.choice(("account", "order", "price", "tag"))
        number, at = self.one_of(entity), self.world.clock.now() - timedelta(minutes=self.random.choice((1, 5, 30, 2000)))
        with self.world.look(self.who) as view:
            kept = records.past(view, entity, number, at).kept
        names = tuple(each.field.name for each in kept if each.open and self.random.random() < 0.6)
        self.run(lambda uow: records.bring_back(uow, entity, number, Wanted(at, names)), entity, number, names)

    def wait(self) -> None:
        self.world.clock.move_to(self.world.clock.now() + timedelta(seconds=self.random.choice((60, 600, 90_000))))

    def let_work(self) -> None:
        self.world.app.run(SYSTEM, records.plan_retention)
        self.world.app.jobs.run_due(self.world.clock.now())

    def comment(self) -> None:
        number = self.one_of("order")
        self.run(lambda uow: records.remark(uow, "order", number, "see @bob"), number)
