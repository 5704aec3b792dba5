"""A definition whose shape is edited at random: kinds, days, companies, seals, currencies, tables, the archive, an overlay.

`lost` says in a few lines of plain Python what would be lost or falsified by the next one, so that it has to be refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

MODES = ("none", "field", "key")
"""What a key of the entity brings is not there, is a field that is written itself, or comes with the key."""
SECRETS = ("none", "open", "sealed")
CURRENCIES = ("CNY", "USD", "JPY")
WRITTEN_KINDS = ("small", "large")
EDITS = (
    "add", "remove", "back", "move", "move", "rows", "subtype", "subtype", "valid_from", "company", "more", "fewer", "twice", "factor",
    "unique", "archive", "secret", "currency", "table", "overlay",
)  # fmt: skip
ROWS = "lines"
DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Part:
    """A number: of all records, of one kind of them, of the rows, or of the overlay."""

    name: str
    place: str = ""
    live: bool = True


@dataclass
class Held:
    """What a record holds, by the names of its fields, whether anybody sees them or not; what its row holds."""

    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, Any] | None = None
    archived: bool = False


@dataclass(frozen=True)
class Shape:
    """The definition as it is now."""

    parts: tuple[Part, ...] = (Part("p0"), Part("p1"), Part("cell", ROWS), Part("tier", "over"))
    subtype: str = "none"
    valid_from: str = "none"
    company: str = "none"
    secret: str = "none"
    currency: str = "CNY"
    kinds: tuple[str, ...] = WRITTEN_KINDS
    twice: str = ""
    factor: int = 2
    unique: bool = False
    archive: bool = False
    table: bool = True
    overlay: bool = True

    def place(self, part: Part) -> str:
        """Where a part stands: kinds are places while there are any."""
        return part.place if part.place in ("", ROWS, "over") or (self.subtype == "key" and part.place in self.kinds) else ""

    def at(self, place: str) -> list[Part]:
        """The parts that stand there, if that is there."""
        there = {ROWS: self.table, "over": self.overlay}.get(place, True)
        return [part for part in self.parts if part.live and there and self.place(part) == place]

    def text(self) -> str:
        """The documents."""
        keys = ["company: true"] if self.company == "key" else []
        keys += ["dated: [name]"] if self.valid_from == "key" else []
        keys += ["unique: [[name, mark]]"] if self.unique else []
        keys += ["retention: {after: 3 years, since: since, do: archive}"] if self.archive else []
        if self.subtype == "key":
            inner = (f"  {kind}: {{fields: {{{', '.join(self._numbers(kind))}}}}}" for kind in self.kinds)
            keys += ["subtypes:", *inner]
        overlay = f"---\nextend: thing\nfields: {{{', '.join(self._numbers('over'))}}}\n" if self.at("over") else ""
        return (
            "app: shop\ncurrency: CNY\nroles: {buyer: {label: Buyer}}\n---\nentity: thing\ntitle: name\nfields:\n"
            + "".join(f"  {line}\n" for line in self._fields())
            + "".join(f"{line}\n" for line in keys)
            + "access: {buyer: {read: true, update: true, delete: true}}\n"
            + overlay
        )

    def _numbers(self, place: str) -> list[str]:
        twice = [f"twice: {{type: integer, formula: base * {self.factor}}}"] if self.computed == place else []
        return [f"{part.name}: {{type: integer}}" for part in self.at(place)] + twice

    @property
    def computed(self) -> str:
        """The kind that has the computed field; empty where all have it."""
        return self.twice if self.subtype == "key" and self.twice in self.kinds else ""

    def _fields(self) -> list[str]:
        rows = self._numbers(ROWS)
        found = [
            "name: {type: text}",
            "mark: {type: text}",
            "base: {type: integer}",
            "since: {type: date}",
            "opens: {type: datetime}",
            *self._numbers(""),
        ]
        found += [f"amount: {{type: money, currency: {self.currency}}}"]
        found += [f"subtype: {{type: choice, of: [{', '.join(self.kinds)}]}}"] if self.subtype == "field" else []
        found += ["valid_from: {type: date}", "valid_to: {type: date}"] if self.valid_from == "field" else []
        found += ["company: {type: link, to: company}"] if self.company == "field" else []
        seal = ", sealed: {until: opens, except: name = user.name}" if self.secret == "sealed" else ""
        found += [f"secret: {{type: integer{seal}}}"] if self.secret != "none" else []
        return [*found, f"{ROWS}: {{type: table, fields: {{{', '.join(rows)}}}}}"] if rows else found


def edited(draw: Any, shape: Shape, token: int) -> Shape:
    """Another shape."""
    kind = draw(st.sampled_from(EDITS))
    turned: dict[str, Any] = {}
    if kind in ("unique", "archive", "table", "overlay"):
        turned[kind] = not getattr(shape, kind)
    elif kind in ("subtype", "valid_from", "company"):
        turned[kind] = draw(st.sampled_from(MODES))
    elif kind in ("secret", "currency"):
        turned[kind] = draw(st.sampled_from(SECRETS if kind == "secret" else CURRENCIES))
    elif kind == "more":
        turned["kinds"] = (*shape.kinds, f"k{token}")
    elif kind == "fewer" and len(shape.kinds) > 1:
        gone = draw(st.sampled_from(shape.kinds))
        turned["kinds"] = tuple(one for one in shape.kinds if one != gone)
    elif kind == "twice":
        turned["twice"] = draw(st.sampled_from(("", *shape.kinds)))
    elif kind == "factor":
        turned["factor"] = shape.factor + 1
    else:
        turned["parts"] = _parts(draw, shape, kind, token)
    return replace(shape, **turned)


def _parts(draw: Any, shape: Shape, kind: str, token: int) -> tuple[Part, ...]:
    numbers = [part for part in shape.parts if part.live is (kind != "back") and part.place not in (ROWS, "over")]
    if kind == "add" or not numbers:
        return (*shape.parts, Part(f"p{token}", draw(st.sampled_from(("", ROWS, "over", *shape.kinds)))))
    one = draw(st.sampled_from(numbers))
    changed = (
        replace(one, live=kind == "back") if kind in ("remove", "back") else replace(one, place=draw(st.sampled_from(("", *shape.kinds))))
    )
    if kind == "rows" and shape.table and not any(part.name == one.name and part.place == ROWS for part in shape.parts):
        return (*(part for part in shape.parts if part is not one), replace(one, live=False), Part(one.name, ROWS))
    return tuple(changed if part is one else part for part in shape.parts)


def is_lossy(old: Shape, new: Shape, held: Mapping[int, Held]) -> bool:
    """Whether something would be lost, hidden or falsified, so that it must not be applied."""
    every = list(held.values())
    values = [each.values for each in every]
    return any((
        new.subtype == "key" and any(each.get("subtype") is None for each in values),
        new.subtype != "none" and any(each.get("subtype") not in (None, *new.kinds) for each in values),
        any(each.get(part.name) is not None and each.get("subtype") != kind for kind in new.kinds for part in new.at(kind) for each in values)
        if new.subtype == "key"
        else False,
        new.valid_from == "key" and _collide(values),
        new.company == "key" and any(each.get("company") is None for each in values),
        new.unique and _twice([(each["name"], each["mark"]) for each in values if each["mark"] is not None]),
        new.secret != old.secret and "sealed" in (old.secret, new.secret) and any(each.get("secret") is not None for each in values),
        new.currency != old.currency and any(each.get("amount") is not None for each in values),
        any(each.get(part.name) is not None for part in _gone_to_rows(old, new) for each in values),
    ))  # fmt: skip


def _gone_to_rows(old: Shape, new: Shape) -> list[Part]:
    names = {part.name for part in new.at(ROWS)} - {part.name for part in old.parts if part.place == ROWS}
    return [part for part in old.parts if part.live and part.place != ROWS and part.name in names]


def _collide(values: list[dict[str, Any]]) -> bool:
    """Whether a record has no first day, or two that are called alike hold on the same day."""
    if any(each.get("valid_from") is None for each in values):
        return True
    periods = sorted((each["name"], each["valid_from"], at) for at, each in enumerate(values))
    until: dict[str, date] = {}
    for name, begins, at in periods:
        ends = values[at].get("valid_to")
        if (name in until and begins <= until[name]) or (ends is not None and ends < begins):
            return True
        if ends is not None:
            until[name] = max(ends, until.get(name, ends))
    return _twice([(each["name"], each["valid_from"]) for each in values])


def _twice(keys: list[Any]) -> bool:
    return len(set(keys)) < len(keys)
