"""Random edits of the shape of an entity over random records: nothing is lost or falsified that was not refused, and formulas are right.

Kinds (`subtypes`), days (`dated`), `company`, seals, currencies, tables, unique values, the archive and an overlay come and go, fields
move between all kinds, one kind and the rows; an apply may be cut short, with something written before it goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
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
from tests.migration.shaped import DAY, ROWS, Held, Shape, edited, is_lossy

LONG = settings().max_examples > 1000


class Cut(Exception):
    """The apply is cut short here."""


@dataclass
class Run:
    """An application, its shape, and what every record holds."""

    world: World
    draw: Any
    shape: Shape = field(default_factory=Shape)
    held: dict[int, Held] = field(default_factory=dict)
    token: int = 0

    def write(self) -> None:
        """Make a record or change one, as far as the shape lets somebody."""
        free = [number for number, each in self.held.items() if not (each.archived and self.shape.archive)]
        number = self.draw(st.sampled_from([None, *free]))
        known = self.held.get(number or 0, Held())
        values = {**self._numbers(known, new=number is None), **self._brought(known, new=number is None)}
        cells = {part.name: self._number() for part in self.shape.at(ROWS)}
        saved = self.world.save("system", "thing", number, **values, **({ROWS: [dict(cells)]} if cells else {}))
        known = self.held.setdefault(int(str(saved["id"])), known)
        known.values |= values
        known.cells = {**(known.cells or {}), **cells} if cells else known.cells
        for kind in self.shape.kinds if self.shape.subtype == "key" else ():
            if kind != known.values["subtype"]:
                known.values |= {part.name: None for part in self.shape.at(kind)}

    def _number(self) -> int | None:
        return self.draw(st.none() | st.integers(0, 9))  # type: ignore[no-any-return]

    def _numbers(self, known: Held, *, new: bool) -> dict[str, Any]:
        """Numbers of all records, and those of its kind."""
        shape, draw = self.shape, self.draw
        self.token += 1
        unique = shape.unique or shape.valid_from == "key"
        found: dict[str, Any] = {"base": draw(st.integers(0, 9)), "amount": draw(st.none() | st.integers(1, 9))}
        if new:
            found["name"] = f"n{self.token}" if unique else draw(st.sampled_from("ab"))
            found["mark"] = draw(st.sampled_from([None, "x"]))
        if shape.secret == "open" or (shape.secret == "sealed" and new):  # what is sealed is not changed
            found["secret"] = self._number()
        found |= {part.name: self._number() for place in ("", "over") for part in shape.at(place)}
        return found

    def _brought(self, known: Held, *, new: bool) -> dict[str, Any]:
        """What keys bring: the kind, the days, the company."""
        shape, draw, found = self.shape, self.draw, dict[str, Any]()
        if shape.subtype == "field" or (shape.subtype == "key" and new):
            found["subtype"] = draw(st.sampled_from(shape.kinds))
        if shape.subtype == "key":
            own = found.get("subtype", known.values.get("subtype"))
            found |= {part.name: self._number() for part in shape.at(str(own))}
        if shape.valid_from == "field" or (shape.valid_from == "key" and new):
            begins = DAY + timedelta(days=draw(st.integers(0, 3)))
            found |= {"valid_from": begins, "valid_to": draw(st.sampled_from([None, begins, begins + timedelta(days=2)]))}
        if shape.company != "none":
            found["company"] = draw(st.sampled_from([1, 2]))
        return found

    def step(self) -> None:
        """One edit: refused where something would be lost, else applied, at once or in two goes."""
        self.token += 1
        wanted = edited(self.draw, self.shape, self.token)
        if self.refused(wanted):
            return
        if self.draw(st.booleans()):
            try:
                self.apply(wanted, self.draw(st.integers(1, 3)))
            except Cut:
                self.world.app.serving.reload()
                if not self.nothing(wanted):
                    self.write()
                    if self.refused(wanted):
                        return
        self.apply(wanted)
        self.shape = wanted

    def refused(self, wanted: Shape) -> bool:
        """Whether something would be lost; then it is refused, and nothing has changed."""
        if not is_lossy(self.shape, wanted, self.held):
            return False
        with pytest.raises(Refusal):
            self.apply(wanted)
        self.world.app.serving.reload()
        return True

    def apply(self, wanted: Shape, cut_after: int = 0) -> None:
        """Apply it, and let the workers do what it leaves to them."""
        written, done = sources(wanted.text()), []

        def told(what: str) -> None:
            done.append(what)
            if len(done) == cut_after:
                raise Cut

        migration.apply(self.world.app.database, written, load_sources(written), "Li Na", START, told=told)
        self.world.app.serving.reload()
        self.world.app.jobs.run_due(self.world.clock.now() + timedelta(minutes=1))

    def nothing(self, wanted: Shape) -> bool:
        written = sources(wanted.text())
        with self.world.app.database.read() as connection:
            return migration.plan(connection, written, load_sources(written)).nothing

    def put_away(self) -> None:
        """Somebody archives a record by hand."""
        free = [number for number, each in self.held.items() if not each.archived]
        if self.shape.archive and free and self.draw(st.booleans()):
            number = self.draw(st.sampled_from(free))
            self.world.app.run(self.world.actor("system"), lambda uow: records.archive(uow, "thing", number))
            self.held[number].archived = True

    def check_agreement(self) -> None:
        """Every value that can be seen is what it was, and what is computed is right."""
        assert self.nothing(self.shape)
        shape = self.shape
        seen = {number for number, each in self.held.items() if not (shape.archive and each.archived)}
        assert set(self.world.find("system", "thing")) == seen
        with self.world.look("system") as view:
            for number, each in self.held.items():
                row, held = records.fetch(view, "thing", number), each.values
                names = ["name", "mark", "amount", *(part.name for place in ("", "over") for part in shape.at(place))]
                names += [name for name in ("subtype", "valid_from", "company") if getattr(shape, name) != "none"]
                names += [part.name for kind in shape.kinds for part in shape.at(kind)] if shape.subtype == "key" else []
                names += ["secret"] if shape.secret == "open" else []
                assert {name: row[name] for name in names} == {name: held.get(name) for name in names}
                own = shape.computed in ("", held.get("subtype"))
                assert row["twice"] == (held["base"] * shape.factor if own else None)
                if cells := [part.name for part in shape.at(ROWS)]:
                    rows: Any = row[ROWS]
                    expected = [] if each.cells is None else [{name: each.cells.get(name) for name in cells}]
                    assert [{name: line[name] for name in cells} for line in rows] == expected
            assert list(records.drifts(view, view.metadata.entities["thing"], sorted(self.held))) == []


@settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
    max_examples=60 if LONG else 3,
    deadline=None,
    derandomize=not LONG,
)
@given(data=st.data())
@pytest.mark.parametrize("server", [False, pytest.param(True, marks=pytest.mark.postgresql)])
def test_nothing_is_lost_without_a_word(server: bool, data: st.DataObject, request: pytest.FixtureRequest) -> None:
    url = scratch_database(request.getfixturevalue("postgresql_server_url") if server else SCRATCH)
    try:
        with opened(Shape().text(), url) as world:
            for name in ("East", "West"):
                world.save("system", "company", name=name)
            run = Run(world, data.draw)
            for _ in range(3):
                run.write()
            for _ in range(data.draw(st.integers(4, 9) if LONG else st.integers(3, 4))):
                run.step()
                run.put_away()
                run.check_agreement()
                run.write()
    finally:
        drop_scratch(url)
