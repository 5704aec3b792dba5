"""Random edits of a model over random records: after each apply every value is where its id says, whatever it is called and of what type.

What a field holds is told from the edits alone, in a few lines of plain Python; the engine has to agree, also where an apply is cut
short somewhere, somebody writes meanwhile, and another apply goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine import migration, records
from engine.errors import Refusal
from engine.loading import load_sources
from engine.storage import drop_scratch, scratch_database
from tests.applications import START, World, opened, sources
from tests.databases import SCRATCH

LONG = settings().max_examples > 1000
TYPES = ("text", "integer", "decimal", "codes", "code")
WRITTEN = {
    "text": "type: text",
    "integer": "type: integer",
    "decimal": "type: decimal",
    "code": "type: choice, of: size",
    "codes": "type: multi_choice, of: size",
}
CODES = ("s", "m", "l")
KINDS = ("add", "rename", "remove", "back", "retype", "require", "formula", "entity")


@dataclass(frozen=True)
class Known:
    """A field as the test knows it: `token` is what it is, whatever it is called."""

    token: int
    name: str
    kind: str
    was: str = ""
    live: bool = True
    default: str = ""


@dataclass
class Model:
    """The definition as it is now."""

    fields: list[Known] = field(default_factory=lambda: [Known(0, "n", "integer"), Known(1, "t", "text"), Known(2, "c", "code")])
    entity: str = "thing"
    was: str = ""
    factor: int = 2

    @property
    def live(self) -> list[Known]:
        return [known for known in self.fields if known.live]

    def text(self) -> str:
        def lines(indent: str) -> str:
            return "\n".join(
                f"{indent}{f.name}: {{{WRITTEN[f.kind]}{f', was: {f.was}' if f.was else ''}"
                f"{f', required: true, default: {f.default}' if f.default else ''}}}"
                for f in self.live
            )

        formula = f"base * {self.factor}"
        return (
            "app: shop\nroles: {buyer: {label: Buyer}}\n---\nchoices: size\nvalues: {s: {label: S}, m: {label: M}, l: {label: L}}\n---\n"
            f"entity: {self.entity}\n{f'was: {self.was}' if self.was else 'title: name'}\nfields:\n  name: {{type: text}}\n  base: {{type: integer}}\n"
            f"  computed: {{type: integer, formula: {formula}}}\n{lines('  ')}\n"
            f"  items:\n    type: table\n    fields:\n      base: {{type: integer}}\n{lines('      ')}\n"
            "access: {buyer: {read: true}}\n"
        )


def converted(value: Any, old: str, new: str) -> Any:
    """What becomes of a value. Raises ValueError where there is no way."""
    if value is None or old == new:
        return value
    if new == "text":
        return ", ".join(value) if old == "codes" else str(value)
    if new in ("integer", "decimal"):
        if old == "codes":
            raise ValueError
        try:
            number = Decimal(value)
        except InvalidOperation as error:
            raise ValueError from error
        scaled = number.quantize(Decimal(1) if new == "integer" else Decimal("0.01"))
        if scaled != number:
            raise ValueError
        return scaled
    codes = value if old == "codes" else tuple(part.strip() for part in value.split(",")) if old == "text" else (str(value),)
    if old == "decimal" or any(code not in CODES for code in codes) or (new == "code" and len(codes) > 1):
        raise ValueError
    return codes[0] if new == "code" else tuple(code for code in CODES if code in codes)


def some_value(draw: Any, kind: str) -> Any:
    choices: dict[str, Any] = {
        "text": st.sampled_from(["7", "s", "2.50", "m, l", "words"]),
        "integer": st.integers(0, 99).map(Decimal),
        "decimal": st.sampled_from([Decimal("2.50"), Decimal("3.00"), Decimal("0.01")]),
        "code": st.sampled_from(CODES),
        "codes": st.sampled_from([("s",), ("m", "l"), ("s", "m", "l")]),
    }
    return draw(st.none() | choices[kind])


class Cut(Exception):
    """The apply is cut short here."""


@dataclass
class Run:
    """An application, its model, and what the test says that every record holds, by token."""

    world: World
    draw: Any
    model: Model = field(default_factory=Model)
    held: dict[int, dict[int, Any]] = field(default_factory=dict)
    below: dict[int, dict[int, Any]] = field(default_factory=dict)
    next_token: int = 3

    def write(self) -> None:
        """Make a record, or change one."""
        values = {known.token: some_value(self.draw, known.kind) for known in self.model.live if not known.default}
        cells = {known.token: some_value(self.draw, known.kind) for known in self.model.live if not known.default}
        named = {known.name: known.token for known in self.model.live}
        number = self.draw(st.none() | st.sampled_from(sorted(self.held))) if self.held else None
        row = {name: values[token] for name, token in named.items() if token in values}
        cell = {name: cells[token] for name, token in named.items() if token in cells}
        base = self.draw(st.integers(0, 50))
        saved = self.world.save("system", self.model.entity, number, base=base, items=[{"base": 1, **cell}], **row)
        filled = {known.token: Decimal(known.default) for known in self.model.live if known.default}
        known = self.held.get(saved["id"], {})  # type: ignore[call-overload]
        self.held[saved["id"]] = {**filled, **known, **values}  # type: ignore[index]
        self.below[saved["id"]] = {**filled, **cells}  # type: ignore[index]

    def edit(self) -> Model:
        """Another definition."""
        kind, model, fields = self.draw(st.sampled_from(KINDS)), self.model, self.model.fields
        live = self.draw(st.sampled_from(model.live)) if model.live else None
        if kind == "entity":
            return replace(model, entity=f"thing{self.next_token}", was=model.entity)
        if kind == "formula":
            return replace(model, factor=model.factor + 1)
        if kind == "back" and (gone := [known for known in fields if not known.live]):
            back = self.draw(st.sampled_from(gone))
            changed = replace(back, live=True, was="", default="")
            return replace(model, fields=[changed if known is back else known for known in fields])
        if kind in ("add", "require", "back") or live is None or (kind == "remove" and len(model.live) == 1):
            self.next_token += 1
            new = Known(self.next_token, f"f{self.next_token}", "integer" if kind == "require" else self.draw(st.sampled_from(TYPES)))
            return replace(model, fields=[*fields, replace(new, default="5" if kind == "require" else "")])
        self.next_token += 1
        changed = {
            "rename": replace(live, name=f"f{self.next_token}", was=live.name),
            "remove": replace(live, live=False),
            "retype": replace(live, kind=self.draw(st.sampled_from(TYPES)), default=""),
        }[kind]
        return replace(model, fields=[changed if known is live else known for known in fields])

    def expected(self, model: Model, held: dict[int, dict[int, Any]]) -> dict[int, dict[int, Any]]:
        """What the records hold under another definition. Raises ValueError where it cannot be applied."""
        kinds = {known.token: known.kind for known in self.model.fields}
        found = {}
        for number, values in held.items():
            found[number] = dict(values)
            for known in model.live:
                value = converted(values.get(known.token), kinds.get(known.token, known.kind), known.kind)
                found[number][known.token] = Decimal(known.default) if value is None and known.default else value
        return found

    def step(self) -> None:
        """One edit, applied at once, or cut short, with something written in between, and applied again."""
        wanted = self.edit()
        try:
            after = self.expected(wanted, self.held), self.expected(wanted, self.below)
        except ValueError:
            with pytest.raises(Refusal):
                self.apply(wanted)
            return
        if self.draw(st.booleans()):
            try:
                self.apply(wanted, self.draw(st.integers(1, 4)))
            except Cut:
                if not self.applied(wanted):
                    self.write()
        try:
            after = self.expected(wanted, self.held), self.expected(wanted, self.below)
        except ValueError:
            with pytest.raises(Refusal):
                self.apply(wanted)
            return
        self.apply(wanted)
        self.model, (self.held, self.below) = wanted, after

    def apply(self, wanted: Model, cut_after: int = 0) -> migration.Plan:
        """Apply it, and let the workers do what it leaves to them."""
        written, done = sources(wanted.text()), []

        def told(what: str) -> None:
            done.append(what)
            if len(done) == cut_after:
                raise Cut

        found = migration.apply(self.world.app.database, written, load_sources(written), "Li Na", START, told=told)
        self.world.app.serving.reload()
        self.world.app.jobs.run_due(max(self.world.clock.now(), START).replace(year=2027))
        return found

    def applied(self, wanted: Model) -> bool:
        """Whether this is what is served."""
        self.world.app.serving.reload()
        return bool(
            {known.name for known in wanted.live} == self.names() and wanted.entity in self.world.metadata.entities
        ) and self.nothing(wanted)

    def nothing(self, wanted: Model) -> bool:
        written = sources(wanted.text())
        with self.world.app.database.read() as connection:
            return migration.plan(connection, written, load_sources(written)).nothing

    def names(self) -> set[str]:
        entity = next(e for name, e in self.world.metadata.entities.items() if name.startswith("thing") and "." not in name)
        return set(entity.fields) - {"base", "computed", "items", "name"}

    def check_agreement(self) -> None:
        """Every value is where its id says, formulas are right, and there is nothing more to do."""
        assert self.nothing(self.model)
        with self.world.look("system") as view:
            for number, values in self.held.items():
                row = records.fetch(view, self.model.entity, number)
                assert {f.token: row[f.name] for f in self.model.live} == {f.token: values.get(f.token) for f in self.model.live}
                cells: Any = row["items"]
                assert len(cells) == 1
                below = self.below[number]
                assert {f.token: cells[0][f.name] for f in self.model.live} == {f.token: below.get(f.token) for f in self.model.live}
                assert row["computed"] == row["base"] * self.model.factor  # type: ignore[operator]


@settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
    max_examples=60 if LONG else 2,
    deadline=None,
    derandomize=not LONG,
)
@given(data=st.data())
@pytest.mark.parametrize("server", [False, pytest.param(True, marks=pytest.mark.postgresql)])
def test_values_follow_their_ids(server: bool, data: st.DataObject, request: pytest.FixtureRequest) -> None:
    place = request.getfixturevalue("postgresql_server_url") if server else SCRATCH
    url = scratch_database(place)
    try:
        with opened(Model().text(), url) as world:
            run = Run(world, data.draw)
            for _ in range(3):
                run.write()
            for _ in range(data.draw(st.integers(3, 6))):
                run.step()
                run.check_agreement()
                run.write()
    finally:
        drop_scratch(url)
