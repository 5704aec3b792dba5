"""Cases of running work, written as YAML beside this file: a workflow, and what people do with it line by line.

All cases of a file are one application: each has a workflow of its own over the same entity, so that it is applied once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine import errors, workflow
from engine.records import change, fetch
from engine.workflow import Answer, Instance, Move, Task
from engine.workflow.replay import replay
from tests.workflow.small import Small

CASES = Path(__file__).parent / "cases"
APP = """
app: cases
languages: [en, zh]
timezone: Asia/Shanghai
roles:
  writer: {}
  judge: {}
  boss: {}
  lead: {}
  clerk: {}
  partner: {external: true}
connectors:
  register: {provider: none}
"""
ENTITIES = """
entity: paper
fields:
  title: {type: text, required: true}
  pages: {type: integer}
  verdict: {type: long_text}
  note: {type: text}
  found: {type: text}
  due_on: {type: date}
  owner: {type: user}
  office: {type: link, to: department}
  score: {type: decimal, digits: 1, formula: AVERAGE(sheets.points)}
access:
  everybody: {read: created_by = user, create: true, update: created_by = user}
  boss: {read: true}
---
entity: sheet
fields:
  paper: {type: link, to: paper, required: true, inverse: sheets, on_delete: cascade}
  points: {type: decimal, digits: 1}
  remark: {type: text}
access:
  everybody: {read: true}
"""
PEOPLE = {
    "wendy": "writer", "walt": "writer", "jack": "judge", "jill": "judge", "joe": "judge", "bob": "boss", "hana": "lead", "max": "lead",
    "rita": "clerk", "eve": "partner", "ada": "admin",
}  # fmt: skip
Line = str | Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One case: `name` begins with the row of the specification that it shows."""

    name: str
    play: Sequence[Line]
    workflow: Mapping[str, Any] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)


def read(*files: str) -> list[Case]:
    """The cases of some files."""
    cases = []
    found = (written for file in files for written in yaml.safe_load((CASES / file).read_text("utf-8")))
    for number, written in enumerate(found):
        keys = {key: written[key] for key in written if key not in ("case", "play", "record")}
        whole = {
            "workflow": f"case_{number}",
            "for": "paper",
            "starters": "role:writer",
            "admin": "role:boss",
            "ends": {"accepted": {}, "rejected": {}},
            **keys,
        }
        cases.append(Case(written["case"], written["play"], whole, written.get("record", {})))
    return cases


def application(cases: Sequence[Case]) -> str:
    """The documents of the application with the workflows of all cases."""
    workflows = (
        "\n".join(f"{key}: {value if isinstance(value, str) else json.dumps(value)}" for key, value in case.workflow.items())
        for case in cases
    )
    return "\n---\n".join([APP, ENTITIES, *workflows])


def people(world: Small) -> None:
    """Everybody, in their departments."""
    for name, role in PEOPLE.items():
        world.person(name, roles=[role])
    top = world.save("system", "department", name="headquarters", head=world.people["max"])["id"]
    sales = world.save("system", "department", name="sales", parent=top, head=world.people["hana"])["id"]
    world.save("system", "department", name="vacant", parent=top)
    for name in ("wendy", "hana", "rita"):
        world.save("system", "user", world.people[name], department=sales)
    world.save("system", "user", world.people["max"], department=top)
    world.save("system", "group", name="board", members=[{"person": world.people["bob"]}, {"person": world.people["hana"]}])


@dataclass
class Play:
    """One case being played over one paper."""

    world: Small
    case: Case
    paper: int = 0
    refused: str = ""

    def check_story(self) -> None:
        """Everything that the case says, line by line."""
        self.begin()
        for number, line in enumerate(self.case.play):
            try:
                self._line(line)
            except (AssertionError, errors.ObjectloomError) as error:
                pytest.fail(f"{self.case.name}\nline {number + 1}: {line}\n{type(error).__name__}: {error}\nrefused before: {self.refused}")
        self.told()

    def begin(self) -> None:
        """Wendy writes the paper and hands it in."""
        values = {"title": "On bees", "pages": 12, **self.case.record}
        if "owner" in values:
            values["owner"] = self.world.people[str(values["owner"])]
        self.paper = self.world.create("wendy", "paper", values)
        self.world.run("wendy", lambda uow: workflow.fire(uow, "paper", self.paper, str(self.case.workflow["workflow"])))

    def told(self) -> None:
        """What is stored is what the events tell, and whatever runs waits for somebody."""
        instance = self.instance
        events = [e for e in self._see(workflow.events_of) if e.instance_id == instance.id]
        standing = replay(events)
        stored = (instance.state, instance.open, instance.visits, instance.branches, instance.picked, instance.resume, instance.version)
        told = (standing.state, standing.open, standing.visits, standing.branches, standing.picked, standing.resume, standing.version)
        assert stored == told
        tasks = {task.id: (task.step, task.round, task.person, task.owner, task.parent, task.status, task.decision) for task in self.tasks}
        parts = {n: (p.step, p.round, p.person, p.owner, p.parent, p.status, p.decision) for n, p in standing.tasks.items()}
        assert tasks == parts
        if instance.open:
            assert any(task.status == "open" for task in self.tasks) or self._see(workflow.incidents_of)

    @property
    def instance(self) -> Instance:
        found: list[Instance] = self._see(workflow.instances_of)
        return found[-1]

    @property
    def tasks(self) -> list[Task]:
        return [task for task in self._see(workflow.all_tasks) if task.instance_id == self.instance.id]

    def _see(self, read: Callable[..., list[Any]]) -> list[Any]:
        return self.world.see("system", lambda view: read(view, "paper", self.paper))

    def _line(self, line: Line) -> None:
        if isinstance(line, str):
            self._do(line)
            return
        for key, value in line.items():
            getattr(self, f"see_{key}")(value)

    def _do(self, line: str) -> None:
        """`jack approve`; with an exclamation mark before it, what must be refused."""
        must_fail = line.startswith("! ")
        name, verb, *rest = line.removeprefix("! ").split(" ")
        self.refused = ""
        try:
            getattr(self, f"do_{verb}", self._decide(verb))(name, rest)
        except errors.ObjectloomError as refusal:
            self.refused = str(refusal)
            if not must_fail:
                raise
        else:
            assert not must_fail, "it was not refused"

    def _decide(self, verb: str) -> Callable[[str, list[str]], None]:
        """`approve`, `reject`, `submit`, `return STEP`, `advise`, with `field=value`, `pick:STEP=name,name`, `signed`, `resume`, `silent`."""

        def decide(name: str, rest: list[str]) -> None:
            values = dict(word.split("=", 1) for word in rest if "=" in word and not word.startswith("pick:"))
            picks = {w[5:].split("=")[0]: self._people(w.split("=")[1]) for w in rest if w.startswith("pick:")}
            words = [word for word in rest if "=" not in word and word not in ("signed", "resume", "silent")]
            answer = Answer(
                verb,
                values,
                "" if "silent" in rest else "So it is",
                words[0] if words else None,
                resume="resume" in rest,
                picks=picks,
                signature="M 1 1 L 20 20" if "signed" in rest else "",
            )
            task = self._task(name)
            self.world.run(name, lambda uow: workflow.decide(uow, task.id, answer))

        return decide

    def _task(self, name: str) -> Task:
        own = [task for task in self.tasks if task.person == self.world.people[name]]
        assert own, f"{name} was never asked"
        return next((task for task in own if task.status == "open"), own[-1])

    def _people(self, names: str) -> list[int]:
        return [self.world.people[name] for name in names.split(",")]

    def _move(self, kind: str) -> Callable[[str, list[str]], None]:
        def move(name: str, rest: list[str]) -> None:
            wish = Move(kind, self._people(rest[0]) if rest else (), "Please")
            task = self._task(name)
            self.world.run(name, lambda uow: workflow.move(uow, task.id, wish))

        return move

    def __getattr__(self, name: str) -> Any:
        if name.removeprefix("do_") in workflow.WITH_TASK:
            return self._move(name.removeprefix("do_"))
        raise AttributeError(name)

    def do_withdraw(self, name: str, rest: list[str]) -> None:
        self.world.run(name, lambda uow: workflow.withdraw(uow, self.instance.id))

    def do_urge(self, name: str, rest: list[str]) -> None:
        self.world.run(name, lambda uow: workflow.urge(uow, self.instance.id))

    def do_reclaim(self, name: str, rest: list[str]) -> None:
        self.world.run(name, lambda uow: workflow.reclaim(uow, self.instance.id))

    def do_jump(self, name: str, rest: list[str]) -> None:
        self.world.run(name, lambda uow: workflow.jump(uow, self.instance.id, rest[0], "It must be"))

    def do_cancel(self, name: str, rest: list[str]) -> None:
        self.world.run(name, lambda uow: workflow.cancel(uow, self.instance.id, "It must be"))

    def do_reopen(self, name: str, rest: list[str]) -> None:
        self.world.run(name, lambda uow: workflow.reopen(uow, self.instance.id, rest[0], "It must be"))

    def do_reassign(self, name: str, rest: list[str]) -> None:
        """`bob reassign jack rita`: jack's task goes to rita."""
        task, to = self._task(rest[0]), self.world.people[rest[1]]
        self.world.run(name, lambda uow: workflow.reassign(uow, task.id, to, "It must be"))

    def do_resolve(self, name: str, rest: list[str]) -> None:
        incident = self._see(workflow.incidents_of)[0]
        self.world.run(name, lambda uow: workflow.resolve_incident(uow, incident.id, rest[0], "Seen"))  # type: ignore[arg-type]

    def do_approves_among(self, name: str, rest: list[str]) -> None:
        """`jill approves_among jack`: jill ticks the task of jack and approves it among others."""
        task = self._task(rest[0])
        self.world.run(name, lambda uow: workflow.approve_among(uow, task.id))

    def do_writes(self, name: str, rest: list[str]) -> None:
        """`system writes pages=3`."""
        values = dict(word.split("=", 1) for word in rest)
        if name == "system":
            self.world.run(name, lambda uow: change(uow, "paper", fetch(uow, "paper", self.paper, lock=True), self._typed(values)))
        else:
            self.world.save(name, "paper", self.paper, **values)

    def _typed(self, values: Mapping[str, str]) -> dict[str, Any]:
        return {name: int(value) if value.isdigit() else value for name, value in values.items()}

    def do_waits(self, name: str, rest: list[str]) -> None:
        """`time waits 3`: so many hours go by."""
        self.world.runner.run_due(self.world.clock.now() + timedelta(hours=int(rest[0])))

    def do_leaves(self, name: str, rest: list[str]) -> None:
        self.world.save("system", "user", self.world.people[name], active=False)

    def do_comes(self, name: str, rest: list[str]) -> None:
        self.world.save("system", "user", self.world.people[name], active=True)

    def do_away(self, name: str, rest: list[str]) -> None:
        """`jack away rita`: rita stands in for jack from today on; `jack away` ends it."""
        rules = self.world.find(name, "delegation")
        if not rest:
            for rule in rules:
                self.world.delete(name, "delegation", rule)
            return
        today = self.world.clock.now().date()
        days = {"starts_on": today - timedelta(days=2), "ends_on": today + timedelta(days=30)}
        self.world.save(name, "delegation", substitute=self.world.people[rest[0]], **days)

    def see_asked(self, wanted: Mapping[str, list[str]]) -> None:
        """Who has an open task at which step."""
        names = {number: name for name, number in self.world.people.items()}
        found: dict[str, list[str]] = {}
        for task in self.tasks:
            if task.status == "open":
                found.setdefault(task.step, []).append(names[task.person])
        assert {step: sorted(who) for step, who in found.items()} == {step: sorted(who) for step, who in wanted.items()}

    def see_at(self, step: str) -> None:
        assert (self.instance.state, self.instance.open) == (step, True)

    def see_ended(self, end: str) -> None:
        assert (self.instance.state, self.instance.open) == (end, False)

    def see_paper(self, wanted: Mapping[str, Any]) -> None:
        row = self.world.row("paper", self.paper)
        assert {name: str(row[name]) for name in wanted} == {name: str(value) for name, value in wanted.items()}

    def see_refused(self, words: str) -> None:
        assert words in self.refused, self.refused

    def see_stuck(self, kinds: list[str]) -> None:
        assert [incident.kind for incident in self._see(workflow.incidents_of)] == kinds

    def see_round(self, wanted: Mapping[str, int]) -> None:
        assert {step: self.instance.visits.get(step, 0) for step in wanted} == wanted

    def see_told(self, wanted: list[str]) -> None:
        """Some of the events, as `kind step decision by`, in this order."""
        names = {number: name for name, number in self.world.people.items()}
        words = [f"{e.kind} {e.step} {e.detail.get('decision', '')} {names.get(e.actor, e.cause)}" for e in self._see(workflow.events_of)]
        rest = iter(words)
        assert all(any(line == word for word in rest) for line in wanted), words

    def see_ahead(self, wanted: Mapping[str, str]) -> None:
        """The step that somebody is told an approval leads to."""
        for name, following in wanted.items():
            duty = self.world.see(name, lambda view: workflow.duties(view, "paper", fetch(view, "paper", self.paper)))[0]
            approval = next(choice for choice in duty.choices if choice.decision == "approve")
            assert following in approval.next.render("en").lower()

    def see_copies(self, wanted: list[str]) -> None:
        """Who of everybody has a copy."""
        found = [n for n in self.world.people if any(w.instance.id == self.instance.id for w in self.world.see(n, workflow.copies))]
        assert sorted(found) == sorted(wanted)

    def see_reads(self, wanted: Mapping[str, bool]) -> None:
        """Who may read the paper."""
        assert {name: self.paper in self.world.find(name, "paper") for name in wanted} == wanted
