"""Random edits of a model over random records: after each apply every value is where its id says, whatever it is called and of what type.

What a field holds is told from the edits alone, in a few lines of plain Python (`edited`); the engine has to agree, also where an
apply is cut short somewhere, somebody writes meanwhile, and another apply goes on. Codes, states, roles, workflows and steps change
their names as well: records are in the states they were in, people may do what they could, what runs goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine import migration, records, workflow
from engine.errors import Forbidden, Refusal
from engine.loading import load_sources
from engine.metadata import SortKey
from engine.migration import ids
from engine.storage import drop_scratch, scratch_database, spelled
from engine.unit_of_work import View
from tests.applications import START, World, opened, sources
from tests.databases import SCRATCH
from tests.migration.edited import Changes, Model, Renamed, converted, edit, some_value

LONG = settings().max_examples > 1000
FEW, MANY = 2, ids.MANY
"""From how many codes on a column is rewritten before the switch: here, and really."""
Held = dict[int, dict[int, Any]]
CODED = ("code", "codes")


class Cut(Exception):
    """The apply is cut short here."""


@dataclass
class After:
    """What records and their rows hold, by token, and which states they are in, once a definition is applied."""

    held: Held
    below: Held
    states: dict[int, str]
    stages: dict[int, str]


@dataclass
class Run:
    """An application, its model, and what the test says that every record holds, by token; `sent` is the record that is being judged."""

    world: World
    draw: Any
    model: Model = field(default_factory=Model)
    held: Held = field(default_factory=dict)
    below: Held = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    stages: dict[int, str] = field(default_factory=dict)
    tags: dict[int, tuple[int, ...]] = field(default_factory=dict)
    firsts: dict[int, int | None] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)
    sent: int = 0
    next_token: int = 3

    def begin(self) -> None:
        """Three records, one of which is being judged, and two tags."""
        self.world.person("bea", roles=["buyer"])
        self.world.person("jack", roles=["buyer"])
        self.world.person("cora", roles=["clerk"])
        for name in ("red", "blue"):
            self.world.save("system", "tag", name=name)
        for _ in range(3):
            self.write()
        self.sent = min(self.held)
        self.fire(self.sent, "send")

    def write(self) -> None:
        """Make a record, or change one; let it and its row be in another state, and have other tags."""
        live = [known for known in self.model.live if not known.default]
        values = {known.token: some_value(self.draw, known.kind, self.model.codes) for known in live}
        cells = {known.token: some_value(self.draw, known.kind, self.model.codes) for known in live}
        number = self.draw(st.sampled_from([None, *sorted(self.held.keys() - {self.sent})]))
        row = {known.name: values[known.token] for known in live}
        cell = {known.name: cells[known.token] for known in live}
        base = self.draw(st.integers(0, 50))
        below, more = {self.model.items.now: [{"base": 1, **cell}]}, self.more()
        saved: Any = self.world.save("system", self.model.entity.now, number, base=base, **below, **more, **row)
        at = int(saved["id"])
        self.keep(at, saved["number"], more)
        filled = {known.token: Decimal(known.default) for known in self.model.live if known.default}
        self.held[at] = {**filled, **self.held.get(at, {}), **values}
        self.below[at] = {**filled, **cells}
        self.states.setdefault(at, self.model.states[0].name)
        if at != self.sent:
            wanted = self.draw(st.sampled_from(self.model.states)).name
            self.fire(at, f"to_{wanted}")
            self.states[at] = wanted
        self.stages[at] = self.draw(st.sampled_from(self.model.stages)).name
        items = self.model.items.now
        place = workflow.RowPlace(self.model.entity.now, at, items, int(saved[items][0]["id"]))
        self.world.app.run(self.world.actor("bea"), lambda uow: workflow.fire_row(uow, place, f"to_{self.stages[at]}"))

    def more(self) -> dict[str, Any]:
        """A name, and where links lead, as far as there are any."""
        self.next_token += 1
        found: dict[str, Any] = {"name": f"u{self.next_token}" if self.model.unique else self.draw(st.sampled_from(["a", "b", "c", "d"]))}
        if self.model.led:
            found[self.model.tags.now] = self.draw(st.sampled_from([(), (1,), (2,), (1, 2)]))
        if self.model.linked:
            found[self.model.first.now] = self.draw(st.sampled_from([None, 1, 2]))
        return found

    def keep(self, at: int, numbered: str, more: dict[str, Any]) -> None:
        """Remember it. What a record is numbered it stays; new ones are numbered as it is said today."""
        self.tags[at] = more[self.model.tags.now] if self.model.led else self.tags.get(at, ())
        self.firsts[at] = more[self.model.first.now] if self.model.linked else self.firsts.get(at)
        self.names[at] = more["name"]
        assert at in self.numbers or len(numbered) == len(self.model.pattern) - 2
        assert self.numbers.setdefault(at, numbered) == numbered

    def fire(self, number: int, action: str) -> None:
        """As somebody whose role may be called otherwise by now."""
        self.world.app.run(self.world.actor("bea"), lambda uow: workflow.fire(uow, self.model.entity.now, number, action))

    def expected(self, model: Model, changes: Changes) -> After:
        """What the records hold under another definition. Raises ValueError where it cannot be applied."""
        held, below = (self._turned(model, each, changes.get("sizes", {})) for each in (self.held, self.below))
        if model.unique and len(set(self.names.values())) < len(self.names):
            raise ValueError
        states, stages = (stood(found, changes.get(of, {})) for of, found in (("states", self.states), ("stages", self.stages)))
        return After(held, below, states, stages)

    def _turned(self, model: Model, held: Held, sizes: Renamed) -> Held:
        kinds = {known.token: known.kind for known in self.model.fields}
        coded = [token for token, kind in kinds.items() if kind in CODED]
        found = {}
        for number, values in held.items():
            found[number] = {token: recoded(value, sizes) if token in coded else value for token, value in values.items()}
            for known in model.live:
                kind = kinds.get(known.token, known.kind)
                value = converted(found[number].get(known.token), kind, known.kind, model.codes)
                if known.kind in CODED and not set(codes_of(value)) <= set(model.codes):
                    raise ValueError
                found[number][known.token] = Decimal(known.default) if value is None and known.default else value
        return found

    def step(self) -> None:
        """One edit, applied at once, or cut short, with something written in between, and applied again."""
        self.next_token += 1
        wanted, changes = edit(self.draw, self.model, self.next_token)
        if self.refused(wanted, changes):
            return
        if self.draw(st.booleans()):
            try:
                self.apply(wanted, self.draw(st.integers(1, 4)))
            except Cut:
                if not self.applied(wanted):
                    self.write()
        if self.refused(wanted, changes):
            return
        after = self.expected(wanted, changes)
        self.apply(wanted)
        self.model, self.held, self.below, self.states, self.stages = wanted, after.held, after.below, after.states, after.stages

    def refused(self, wanted: Model, changes: Changes) -> bool:
        """Whether it cannot be applied, and is refused."""
        try:
            self.expected(wanted, changes)
        except ValueError:
            with pytest.raises(Refusal):
                self.apply(wanted)
            return True
        return False

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
        return self.nothing(wanted)

    def nothing(self, wanted: Model) -> bool:
        written = sources(wanted.text())
        with self.world.app.database.read() as connection:
            return migration.plan(connection, written, load_sources(written)).nothing

    def check_agreement(self) -> None:
        """Every value is where its id says, formulas are right, work goes on, and there is nothing more to do."""
        assert self.nothing(self.model)
        self.check_clerk()
        entity, live = self.model.entity.now, self.model.live
        with self.world.look("system") as view:
            for number, values in self.held.items():
                row = records.load(view, entity, number).values
                assert {f.token: same(row[f.name]) for f in live} == {f.token: same(values.get(f.token)) for f in live}
                cells: Any = row[self.model.items.now]
                assert len(cells) == 1
                below = self.below[number]
                assert {f.token: same(cells[0][f.name]) for f in live} == {f.token: same(below.get(f.token)) for f in live}
                assert (row["name"], row["number"]) == (self.names[number], self.numbers[number])
                assert row["computed"] == row["base"] * self.model.factor  # type: ignore[operator]
                assert (row["state"], cells[0]["state"]) == (self.states[number], self.stages[number])
                assert not self.model.led or same(row[self.model.tags.now] or ()) == same(self.tags[number])
                assert not self.model.linked or row[self.model.first.now] == self.firsts[number]
            for known in live:
                if known.kind == "text" and known.spoken:
                    self.check_order(view, known.name)
            assert [task.person for task in workflow.open_tasks(view, entity, self.sent)] == [self.world.people["jack"]]

    def check_clerk(self) -> None:
        """Whoever had a role that is gone has it again when it comes back, whatever it was called in between."""
        try:
            with self.world.look("cora") as view:
                seen = len(records.find(view, records.Query(self.model.entity.now)).records)
        except Forbidden:
            seen = 0
        assert seen == (len(self.held) if self.model.staffed else 0)

    def check_order(self, view: View, name: str) -> None:
        """Records stand in a list as their texts are spoken."""
        page = records.find(view, records.Query(self.model.entity.now, sort=(SortKey(name),)))
        found: Any = [record.values[name] for record in page.records]
        assert found == sorted(found, key=lambda text: (text is None, spelled(text)))

    def end(self) -> None:
        """What began under the first definition comes to its end."""
        with self.world.look("system") as view:
            (task,) = workflow.open_tasks(view, self.model.entity.now, self.sent)
        self.world.app.run(self.world.actor("jack"), lambda uow: workflow.decide(uow, task.id, workflow.Answer("approve")))
        with self.world.look("system") as view:
            assert workflow.open_tasks(view, self.model.entity.now, self.sent) == []


def stood(found: dict[int, str], renamed: Renamed) -> dict[int, str]:
    """The same states under the names of today. Raises ValueError where something is in one that is gone."""
    if any(renamed.get(state, state) is None for state in found.values()):
        raise ValueError
    return {number: renamed.get(state) or state for number, state in found.items()}


def codes_of(value: Any) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def recoded(value: Any, sizes: Renamed) -> Any:
    """The same codes under the names of today; those that are gone keep theirs."""
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(sizes.get(code) or code for code in value))
    return sizes.get(value) or value


def same(value: Any) -> Any:
    """The order in which several codes were chosen says nothing."""
    return frozenset(value) if isinstance(value, tuple) else value


@contextmanager
def carried_from(rows: int) -> Iterator[None]:
    vars(ids)["MANY"] = rows
    try:
        yield
    finally:
        vars(ids)["MANY"] = MANY


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
        with opened(Model().text(), url) as world, carried_from(data.draw(st.sampled_from([FEW, MANY]))):
            run = Run(world, data.draw)
            run.begin()
            for _ in range(data.draw(st.integers(3, 6) if LONG else st.integers(2, 3))):
                run.step()
                run.check_agreement()
                run.write()
            run.end()
    finally:
        drop_scratch(url)
