"""A small world of orders, customers and regions: its catalog, its rows in memory and in a database, and what surrounds a formula."""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine.formula import CollectionPath, Formula, Member, Path, Root, Row, Type, Value, Via
from engine.formula.evaluate import Alone, Nothing
from engine.formula.types import BOOLEAN, DATE, DATETIME, DURATION, TEXT, Kind, collection, link, number
from engine.storage.expressions import Expressions, Functions
from engine.storage.types import Boolean, Codes, Date, Duration, Instant, Number, Text, key_type

NOW = datetime(2024, 3, 15, 9, 30, tzinfo=UTC)
HOME = ZoneInfo("Asia/Shanghai")
STATES = ("draft", "sent", "closed")
TAGS = ("vip", "late", "新")
WORDS = {code: {"en": code.upper(), "zh": f"状态{code}"} for code in STATES}
STATUS = Type(Kind.CHOICE, choices=STATES, choice_set="status")
MARKS = Type(Kind.MULTI_CHOICE, choices=TAGS, choice_set="tag")


def _members(**types: Type) -> dict[str, Member]:
    return {"id": Member("id", Type(Kind.NUMBER, False, 18, 0)), **{name: Member(name, type_) for name, type_ in types.items()}}


MEMBERS: dict[str, dict[str, Member]] = {
    "region": _members(code=TEXT, level=number(3, 0)),
    "customer": {
        **_members(name=TEXT, credit=number(18, 2), vip=BOOLEAN, since=DATE, region=link("region")),
        "orders": Member("orders", collection("order"), via=Via.INVERSE, inverse="customer"),
    },
    "order": {
        **_members(
            qty=number(12, 3), price=number(18, 2), tiny=number(6, 6), big=number(18, 0), note=TEXT, code=TEXT, flag=BOOLEAN, done=BOOLEAN
        ),
        **_members(
            due=DATE, made=DATE, at=DATETIME, seen=DATETIME, span=DURATION, tags=MARKS, customer=link("customer"), before=link("order")
        ),
        "status": Member("status", STATUS, labels=WORDS),
        "lines": Member("lines", collection("order.lines")),
    },
    "order.lines": _members(item=TEXT, amount=number(18, 2), part=number(12, 3), due=DATE, ok=BOOLEAN, maker=link("customer")),
    "user": _members(department=TEXT, customer_name=TEXT, limit=number(18, 2), customer=link("customer"), since=DATE, active=BOOLEAN),
}


class World(Nothing):
    """The catalog."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(HOME)

    def entities(self) -> tuple[str, ...]:
        return tuple(MEMBERS)

    def members(self, entity: str) -> Mapping[str, Member]:
        return MEMBERS.get(entity, {})

    def document(self, entity: str) -> str | None:
        return entity.rpartition(".")[0] or None

    def roles(self) -> Mapping[str, frozenset[str]]:
        return {name: frozenset({name}) for name in ("boss", "clerk")}


Rows = dict[str, list[dict[str, Value]]]
NUMBERS = "0 1 -1 2 3 7 0.5 -0.5 2.5 -2.5 0.005 0.125 10 100 -7 99.99 1000000 123456.78 -0.01".split()
POOLS: dict[Kind, list[Value]] = {
    Kind.TEXT: [
        "",
        "a",
        "A",
        "ab",
        "abc",
        "  a  b ",
        "采购",
        "采购订单",
        "straße",
        "1,234.50",
        "-12",
        "x😀y",
        "z",
        "2024-02-29",
        "100%",
        "a_b",
        "a*c",
        "O'Neil",
    ],
    Kind.BOOLEAN: [True, False],
    Kind.DATE: [
        date(2024, 2, 29),
        date(2024, 1, 31),
        date(2023, 12, 31),
        date(2024, 3, 15),
        date(1, 1, 1),
        date(9999, 12, 31),
        date(2023, 2, 28),
        date(1900, 3, 1),
    ],
    Kind.DATETIME: [
        NOW,
        datetime(2024, 2, 29, 16, 0, tzinfo=UTC),
        datetime(2023, 12, 31, 15, 59, 59, tzinfo=UTC),
        datetime(2024, 1, 31, 23, 30, 1, 5, tzinfo=UTC),
    ],
    Kind.DURATION: [timedelta(0), timedelta(hours=1), timedelta(days=-1), timedelta(days=400, seconds=1), timedelta(microseconds=1)],
    Kind.CHOICE: list(STATES),
    Kind.MULTI_CHOICE: [(), ("vip",), ("vip", "新"), ("late",)],
}


def value_of(dice: random.Random, type_: Type) -> Value:
    """A value that a field may hold, an awkward one if possible."""
    if dice.random() < 0.2:
        return None
    if type_.kind is Kind.NUMBER:
        return _number(dice, type_.digits or 0, type_.scale or 0)
    return dice.choice(POOLS[type_.kind])


def _number(dice: random.Random, digits: int, scale: int) -> Decimal:
    if dice.random() < 0.15:
        return Decimal(dice.choice((10**digits - 1, -(10**digits) + 1, 10 ** (digits - 1), 5 * 10 ** (digits - 2)))).scaleb(-scale)
    found = Decimal(dice.choice(NUMBERS)).quantize(Decimal(1).scaleb(-scale))
    return found if abs(found) < Decimal(10) ** (digits - scale) else Decimal(0)


def rows(seed: int, count: int = 30) -> Rows:
    """Random records: `count` orders, a few of everything else."""
    dice = random.Random(seed)  # noqa: S311 - the same numbers every time are wanted
    sizes = {"region": 3, "customer": 5, "order": count, "order.lines": count * 2}
    found: Rows = {}
    for entity, size in sizes.items():
        found[entity] = [_row(dice, entity, at, sizes) for at in range(1, size + 1)]
    for place, line in enumerate(found["order.lines"]):
        line |= {"document_id": dice.randint(1, count), "row_no": place}
    return found


def _row(dice: random.Random, entity: str, number_: int, sizes: Mapping[str, int]) -> dict[str, Value]:
    row: dict[str, Value] = {"id": number_}
    for name, member in MEMBERS[entity].items():
        if member.type.kind is Kind.REF:
            row[name] = dice.randint(1, sizes[member.type.entity or ""]) if dice.random() < 0.75 else None
        elif name != "id" and member.type.kind is not Kind.COLLECTION:
            row[name] = value_of(dice, member.type)
    return row


@dataclass(slots=True)
class Around(Alone):
    """What surrounds a formula: the rows in memory, and the acting person."""

    world: Rows = field(default_factory=dict)

    def record(self, entity: str, number_: Value) -> Row | None:
        return self.world[entity][number_ - 1] if isinstance(number_, int) else None

    def follow(self, row: Row, path: Path) -> Value:
        at: Row | None = row
        for hop in path.hops:
            at = self.record(hop.target, at.get("document_id" if hop.via is Via.DOCUMENT else hop.name)) if at is not None else None
        return at.get(path.field) if at is not None else None

    def rows(self, row: Row, path: CollectionPath) -> Sequence[Row]:
        found: list[Row] = list(self.world[path.entity]) if path.root is Root.ROWS else [row]
        for hop in path.hops:
            if hop.via in (Via.LINK, Via.DOCUMENT):
                found = [next_ for each in found if (next_ := self.record(hop.target, each.get(hop.name))) is not None]
            else:
                key = "document_id" if hop.via is Via.TABLE else hop.link or ""
                found = [far for each in found for far in self.world[hop.target] if far[key] == each["id"]]
        return found


def around(world: Rows, user: Row | None = None, roles: frozenset[str] = frozenset(), language: str = "en") -> Around:
    return Around(NOW, HOME, user=user, roles=roles, language=language, world=world)


_COLUMNS: dict[Kind, sa.types.TypeEngine[Any]] = {
    Kind.TEXT: Text(), Kind.CHOICE: Text(), Kind.BOOLEAN: Boolean(), Kind.DATE: Date(), Kind.DATETIME: Instant(), Kind.DURATION: Duration(),
    Kind.MULTI_CHOICE: Codes(), Kind.REF: key_type(),
}  # fmt: skip


class Lookup:
    """The tables; physical names differ from those of fields, so that nobody relies on them."""

    def __init__(self) -> None:
        self.schema = sa.MetaData()
        self._tables = {entity: self._made(entity) for entity in MEMBERS if entity != "user"}

    def _made(self, entity: str) -> sa.Table:
        columns = [sa.Column("id", key_type(), primary_key=True)]
        if "." in entity:
            columns += [sa.Column("document_id", key_type(), index=True), sa.Column("row_no", sa.Integer)]
        for name, member in MEMBERS[entity].items():
            if name != "id" and member.type.kind is not Kind.COLLECTION:
                type_ = Number(member.type.scale or 0) if member.type.kind is Kind.NUMBER else _COLUMNS[member.type.kind]
                columns.append(
                    sa.Column(f"c_{name}", type_, key=name, index=member.type.kind is Kind.REF or name in ("code", "price", "due"))
                )
        return sa.Table(f"w_{entity.replace('.', '__')}", self.schema, *columns)

    def table(self, entity: str) -> sa.Table:
        return self._tables[entity]

    def column(self, entity: str, field_: str) -> sa.Column[Any]:
        return self._tables[entity].c[field_]


@dataclass(frozen=True)
class Store:
    """The rows in a database, with expressions over them."""

    engine: sa.Engine
    functions: Functions
    expressions: Expressions

    def where(self, formula: Formula, frame: Around, entity: str = "order") -> list[int]:
        """The ids of the rows where a condition holds."""
        selection = self.expressions.select_from(entity)
        condition = selection.condition(formula, self.expressions.shape(formula, frame))
        statement = sa.select(selection.column("id")).select_from(selection.from_clause()).where(condition).order_by(selection.column("id"))
        with self.engine.connect() as connection:
            return list(connection.execute(statement, selection.parameters(frame)).scalars())

    def values(self, formula: Formula, frame: Around, ids: Sequence[int], *, single: bool = False) -> dict[int, Value]:
        """The values of a formula for some orders."""
        selection = self.expressions.select_from("order", single=single)
        value = selection.value(formula, self.expressions.shape(formula, frame))
        number_ = selection.column("id")
        statement = sa.select(number_, value).select_from(selection.from_clause()).where(number_.in_(ids))
        with self.engine.connect() as connection:
            found = connection.execute(statement, selection.parameters(frame)).all()
        return {row[0]: tuple(row[1]) if isinstance(row[1], list) else row[1] for row in found}

    def plan(self, formula: Formula, frame: Around) -> str:
        """How the database finds the rows of a condition."""
        selection = self.expressions.select_from("order")
        condition = selection.condition(formula, self.expressions.shape(formula, frame))
        statement = sa.select(selection.column("id")).select_from(selection.from_clause()).where(condition)
        compiled = statement.compile(self.engine)
        word = "EXPLAIN QUERY PLAN " if self.engine.dialect.name == "sqlite" else "EXPLAIN "
        given = compiled.construct_params(selection.parameters(frame), escape_names=False)
        with self.engine.connect() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET enable_seqscan = off")
            explained = sa.text(word + _literal(statement, self.engine, given))
            return "\n".join(str(row) for row in connection.execute(explained))


def _literal(statement: sa.Select[Any], engine: sa.Engine, given: Mapping[str, Any]) -> str:
    return str(statement.params(given).compile(engine, compile_kwargs={"literal_binds": True})).replace("%%", "%").replace(":", "\\:")


@contextmanager
def stored(url: str, world: Rows) -> Iterator[Store]:
    """The rows in the database at `url`."""
    engine, functions, lookup = sa.create_engine(url), Functions(), Lookup()
    functions.attach(engine)
    lookup.schema.drop_all(engine)
    lookup.schema.create_all(engine)
    with engine.begin() as connection:
        for entity, found in world.items():
            connection.execute(lookup.table(entity).insert(), found)
    yield Store(
        engine, functions, Expressions("sqlite" if engine.dialect.name == "sqlite" else "postgresql", lookup, functions, (HOME, "CNY"))
    )
    lookup.schema.drop_all(engine)
    engine.dispose()
