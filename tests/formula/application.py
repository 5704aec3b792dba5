"""A small purchasing application for the tests of formulas: orders with lines, receipts of lines, suppliers, people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.formula import Calendar, CollectionPath, Context, Decision, Formula, Kind, Member, Names, Path, Type, Via, compile
from engine.formula.evaluate import Alone, Nothing
from engine.formula.types import BOOLEAN, DATE, DATETIME, TEXT, Currency, collection, link, number
from engine.frozen import frozen

CNY, USD, OWN = Currency("CNY"), Currency("USD"), Currency(path=("currency",))
OF_ORDER = Currency(path=("purchase_order", "currency"))
SHANGHAI = ZoneInfo("Asia/Shanghai")


def choice(name: str, *codes: str) -> Type:
    return Type(Kind.CHOICE, choices=codes, choice_set=name)


LABELS = {"draft": {"en": "Draft", "zh": "草稿"}, "sent": {"en": "Sent", "zh": "已发送"}}
STATUS = Member("status", choice("order_status", "draft", "sent", "approved", "closed"), labels=LABELS)
ENTITIES: dict[str, list[Member]] = {
    "purchase_order": [
        Member("id", link("purchase_order", null=False)),
        Member("number", TEXT),
        Member("note", TEXT),
        Member("code", replace(TEXT, ignore_case=True)),
        Member("supplier", link("supplier")),
        Member("customer", link("supplier")),
        Member("currency", choice("currency", "CNY", "USD")),
        Member("total", number(18, 2, currency=OWN)),
        Member("budget", number(18, 2, currency=OWN)),
        Member("fee", number(18, 2, currency=USD)),
        Member("qty", number(12, 3)),
        Member("rate", number(9, 6)),
        Member("discount", number(5, 2)),
        Member("urgent", BOOLEAN),
        STATUS,
        Member("tags", Type(Kind.MULTI_CHOICE, choices=("vip", "new"), choice_set="tag")),
        Member("order_date", DATE),
        Member("due", DATE),
        Member("created_at", DATETIME),
        Member("created_by", link("user")),
        Member("lines", collection("purchase_order.lines")),
    ],
    "purchase_order.lines": [
        Member("qty", number(12, 3)),
        Member("price", number(14, 2, currency=OF_ORDER)),
        Member("amount", number(18, 2, currency=OF_ORDER), computed=True),
        Member("product", link("product")),
        Member("taxable", BOOLEAN),
        Member("receipts", collection("receipt.lines"), via=Via.INVERSE, inverse="order_line"),
    ],
    "receipt": [Member("state", choice("receipt_state", "draft", "posted")), Member("lines", collection("receipt.lines"))],
    "receipt.lines": [Member("qty", number(12, 3)), Member("order_line", link("purchase_order.lines"))],
    "supplier": [
        Member("name", TEXT),
        Member("blocked", BOOLEAN),
        Member("score", number(5, 2)),
        Member("parent", link("supplier")),
        Member("orders", collection("purchase_order"), via=Via.INVERSE, inverse="supplier"),
    ],
    "product": [Member("name", TEXT), Member("weight", number(10, 3))],
    "user": [Member("name", TEXT), Member("supplier", link("supplier")), Member("limit", number(18, 2, currency=CNY))],
}


@frozen(slots=False)
class Application(Nothing):
    """The catalog; `more` are members added for one test."""

    home: ZoneInfo = SHANGHAI
    more: Mapping[str, Sequence[Member]] = field(default_factory=dict)

    def entities(self) -> tuple[str, ...]:
        return tuple(ENTITIES)

    def members(self, entity: str) -> Mapping[str, Member]:
        return {member.name: member for member in (*ENTITIES.get(entity, ()), *self.more.get(entity, ()))}

    def document(self, entity: str) -> str | None:
        return entity.rpartition(".")[0] or None

    def roles(self) -> Mapping[str, frozenset[str]]:
        return {"buyer": frozenset({"buyer", "purchasing_lead"}), "purchasing_lead": frozenset({"purchasing_lead"})}

    def decisions(self) -> Mapping[str, Decision]:
        return {"approval_level": Decision("purchase_order", TEXT), "hours": Decision("supplier", number(4, 0))}

    def calendars(self) -> tuple[str, ...]:
        return ("cn_office",)


class Weekdays:
    def works(self, day: date) -> bool:
        return day.weekday() < 5 or day == date(2024, 3, 16)


@dataclass(slots=True)
class Around(Alone):
    """Surroundings with people, other records by path, rows by path."""

    now: datetime = datetime(2024, 3, 15, 9, 30, tzinfo=UTC)
    zone: ZoneInfo = SHANGHAI
    records: Mapping[tuple[str, int], Mapping[str, object]] = field(default_factory=dict)
    behind: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)

    def follow(self, row: Mapping[str, object], path: Path) -> object:
        at: Mapping[str, object] | None = row
        for hop in path.hops:
            key = at.get(hop.name) if at is not None else None
            at = self.records.get((hop.target, key)) if isinstance(key, int) else None
        return at.get(path.field) if at is not None else None

    def rows(self, row: Mapping[str, object], path: CollectionPath) -> Sequence[Mapping[str, object]]:
        return self.behind.get(str(path), ())

    def convert(self, amount: Decimal, source: str, target: str, on: date) -> Decimal | None:
        return amount * Decimal("7.2") if (source, target) == ("USD", "CNY") else None

    def decide(self, table: str, row: Mapping[str, object] | int) -> object:
        return f"{table}:{row if isinstance(row, int) else row.get('number')}"

    def calendar(self, name: str) -> Calendar:
        return Weekdays()

    def title(self, entity: str, record: int) -> str:
        return f"{entity} {record}"


ORDER = Names("purchase_order", old=True)


def made(text: str, context: Context = Context.VIRTUAL, names: Names = ORDER, expect: Type | None = None) -> Formula:
    """The formula on an order."""
    return compile(text, names, Application(), context, expect)


def order(**values: object) -> dict[str, object]:
    """An order with these values, everything else null."""
    return {member.name: values.get(member.name) for member in ENTITIES["purchase_order"]} | {"lines": values.get("lines", [])}


def line(**values: object) -> dict[str, object]:
    """A line with these values, everything else null."""
    return {member.name: values.get(member.name) for member in ENTITIES["purchase_order.lines"] if member.name != "receipts"}
