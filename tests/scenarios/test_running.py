"""Scenarios on real databases: what is as written, what is not, and what is said then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.cli.scratch import Scratch
from engine.cli.test import command
from engine.loading import load, read_sources
from engine.plugins import Plugins
from engine.scenarios import Findings, Result, read_library, run, runs_of
from tests.applications import write
from tests.scenarios.small import HEAD, write_application
from tests.workflow.test_row_actions import YAML as ROW_ACTIONS
from tests.workflow.test_row_effects import YAML as ROW_EFFECTS
from tests.workflow.visits import STORY
from tests.workflow.visits import YAML as VISITS

GOOD = (
    HEAD
    + """
steps:
  - {as: wendy, update: bees, with: {pages: $pages}}
  - {as: jack, update: bees, with: {pages: 1}, fails: forbidden}
  - {as: wendy, do: submit, record: bees, fails: $fails}
  - expect:
      - {record: bees, state: $state, fields: {pages: $pages, title: On bees}}
      - {tasks: bees, open: $open}
      - {find: paper, match: {pages: $pages}, count: 1, name: same}
      - {record: same, fields: {created_by: wendy}}
      - {audit: bees, field: pages, old: 12, new: $pages, by: wendy, count: 1}
      - {list: paper, as: jack, rows: [bees], where: pages < 100, count: 1}
      - {sees: bees, as: jack, fields: {title: On bees}}
      - {misses: bees, as: anybody}
cases:
  - [pages, fails, state, open]
  - [3, null, in_review, {judge: [bob, jack, jill]}]
  - [0, {refused: A paper has pages}, draft, {}]
"""
)
RACE = """
scenario: both
use: people
clock: "2026-03-02 09:00"
steps:
  - {as: wendy, do: submit, record: bees}
  - {as: bob, decide: approve, record: bees, with: {verdict: Good}}
  - race:
      - {as: jack, decide: approve, record: bees}
      - {as: jill, decide: approve, record: bees}
    wins: 2
  - {expect: [{record: bees, state: accepted}, {audit: bees, step: judge, decision: approve, count: 3}]}
"""
CALL = """
workflow: judging
for: paper
starters: role:writer
admin: role:boss
steps:
  look_up: {do: run, run: register.search, with: {words: =title}, save: {found: hits}}
  judge: {who: role:judge, do: review}
ends:
  accepted: {call: accept}
  rejected: {call: refuse}
  cancelled: {call: take_back}
"""
CALLING = (
    HEAD
    + """connectors: {register.search: [{fail: refused}, {answer: {hits: many}}]}
steps:
  - {as: wendy, create: paper, with: {title: '="On " & "figs"', pages: 2}, names: {paper: figs}, expect: [{record: figs, fields: {title: On figs}}]}
  - {as: wendy, do: submit, record: figs}
  - wait: 1 minute
    expect:
      - {incident: figs, count: 1, for: [bob]}
      - {incident: judging, count: 1}
      - {tasks: figs, open: {}}
  - {as: jack, decide: retry, incident: figs, fails: forbidden}
  - {as: bob, decide: skip, incident: figs, fails: {invalid: [comment]}}
  - {as: bob, decide: retry, incident: figs}
  - at: "2026-03-02 10:00"
    expect:
      - {called: register.search, with: {words: On figs}, times: 2}
      - {incident: judging, count: 0}
      - {record: figs, fields: {found: many}}
      - {tasks: figs, open: {judge: [bob, jack, jill]}}
  - {as: bob, decide: cancel, incident: figs, comment: Why not, fails: refused}
  - {as: anybody, update: figs, with: {pages: 3}, fails: any}
  - {as: system, update: bees, with: {pages: 3}}
  - {as: bob, delete: bees}
  - {expect: [{misses: bees, as: jack}, {audit: figs, step: judge, count: 0}]}
"""
)

IMPORTING = (
    HEAD.replace("story", "import")
    + """
steps:
  - as: wendy
    import: paper
    rows: [[title, pages], [On ants, 3], [On wasps, null]]
    names: {paper: [ants, wasps]}
    expect: [{record: ants, fields: {pages: 3, created_by: wendy}}, {record: wasps, fields: {pages: null}}]
  - as: wendy
    import: paper
    by: [id]
    rows: [[id, title, pages], [ants, On ants, 5], [null, On moths, 2]]
    expect: [{record: ants, fields: {pages: 5}}, {find: paper, match: {title: On moths}}]
  - as: wendy
    import: paper
    rows: [[title, pages], [On flies, 3], [On fleas, x]]
    fails: {invalid: {pages: number}}
    expect: [{find: paper, match: {title: On flies}, count: 0}]
  - {as: jack, import: paper, rows: [[title], [On flies]], fails: forbidden}
"""
)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> str | None:
    """The PostgreSQL server for scratch databases, or None for SQLite files."""
    found: str | None = request.getfixturevalue("postgresql_server_url") if request.param == "postgresql" else None
    return found


ENGINES = pytest.mark.parametrize("server", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)


def results(root: Path, server: str | None) -> Iterator[Result]:
    findings = Findings()
    library = read_library(root, findings)
    assert findings.sorted == []
    with closing(Scratch(root, (read_sources(root), load(root)), Plugins.discover(root), server)) as scratch:
        for name in library.scenarios:
            for scenario in runs_of(name, library, findings):
                yield run(scenario, library.scenarios[name], scratch.open)


@ENGINES
def test_what_is_as_written(tmp_path: Path, server: str | None) -> None:
    root = write_application(tmp_path, GOOD, RACE.lstrip(), IMPORTING)
    found = {result.name: [f"{failure.line}: {failure.message}" for failure in result.failures] for result in results(root, server)}
    assert found == {"both": [], "import": [], "story [1]": [], "story [2]": []}


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ("- {as: wendy, do: submit, record: bees, fails: refused}", "do submit succeeded; it should have failed: refused"),
        ("- {as: jack, do: submit, record: bees}", "do submit failed: forbidden: “Submit” is not for you."),
        (
            "- {as: jack, do: submit, record: bees, fails: invalid}",
            "it failed: forbidden (“Submit” is not for you.); it should have failed: invalid",
        ),
        ("- {as: wendy, update: bees, with: {pages: x}, fails: {invalid: [title]}}", "the problems are pages: Please enter a whole number"),
        ("- {as: wendy, update: bees, with: {pages: 3}, warns: Careful}", "it should have warned 'Careful'; it warned of nothing"),
        ("- {expect: [{record: bees, state: accepted}]}", "bees is in the state draft, not accepted"),
        ("- {expect: [{record: bees, fields: {pages: 13}}]}", "bees: pages is 12, not 13"),
        ("- {expect: [{tasks: bees, open: {judge: [jack]}}]}", "open tasks of bees: none, not judge [jack]"),
        ("- {expect: [{find: paper, match: {pages: 12}, count: 2}]}", "records of paper that match: 1, not 2"),
        ("- {expect: [{may: submit, record: bees, as: jack}]}", "submit is not possible (“Submit” is not for you.)"),
        ("- {expect: [{may_not: submit, record: bees, as: wendy}]}", "submit is possible"),
        ("- {expect: [{misses: bees, as: jack}]}", "bees is in the list"),
        ("- {expect: [{list: paper, as: jack, rows: []}]}", "paper lists bees, not nothing"),
        ("- {expect: [{sees: bees, as: jack, hidden: [title]}]}", "bees: title is shown"),
        ("- {expect: [{audit: bees, field: verdict}]}", "the audit of bees holds no such entry"),
        ("- {expect: [{incident: judging, count: 1}]}", "0 incidents are open at judging, not 1"),
        ("- {expect: [{called: register.search, times: 1}]}", "register.search was called 0 times like this, not 1"),
        (
            "- race: [{as: wendy, update: bees, with: {pages: 1}}, {as: bob, update: bees, with: {pages: 2}}]",
            "1 of the steps succeeded, not 2",
        ),
    ],
)
def test_what_is_otherwise_is_said_with_its_line(tmp_path: Path, steps: str, message: str) -> None:
    root = write_application(tmp_path, f"{HEAD}steps:\n  {steps}\n")
    failures = [failure for result in results(root, None) for failure in result.failures]
    assert [failure.line for failure in failures][:1] == [5]
    assert message in failures[0].message


def test_the_command(tmp_path: Path) -> None:
    root = write_application(tmp_path, GOOD, f"{HEAD.replace('story', 'wrong')}steps: [{{expect: [{{record: bees, state: lost}}]}}]")
    done = CliRunner().invoke(command, [str(root), "--json"])
    shown = {each["name"]: (each["ok"], [failure["line"] for failure in each["failures"]]) for each in json.loads(done.output)["scenarios"]}
    assert (done.exit_code, shown) == (1, {"story [1]": (True, []), "story [2]": (True, []), "wrong": (False, [4])})
    assert CliRunner().invoke(command, [str(root), "story"]).exit_code == 0
    assert CliRunner().invoke(command, [str(root), "sotry"]).exit_code == 2
    assert CliRunner().invoke(command, [str(root), "--db", "mysql://somewhere"]).exit_code == 2


def test_the_command_shows_mistakes_before_it_runs_anything(tmp_path: Path) -> None:
    root = write_application(tmp_path, f"{HEAD}steps: [{{as: wendy, update: bes}}]")
    done = CliRunner().invoke(command, [str(root), "--json"])
    shown = json.loads(done.output)
    assert (done.exit_code, shown["scenarios"], [issue["code"] for issue in shown["issues"]]) == (1, [], ["T602"])


@ENGINES
def test_connectors_incidents_and_names(tmp_path: Path, server: str | None) -> None:
    root = write_application(tmp_path, CALLING)
    (root / "workflows/judging.yaml").write_text(CALL)
    found = [f"{failure.line}: {failure.message}" for result in results(root, server) for failure in result.failures]
    assert found == []


def test_a_call_without_an_answer_is_said(tmp_path: Path) -> None:
    root = write_application(tmp_path, HEAD + "steps:\n  - {as: wendy, do: submit, record: bees}\n  - {wait: 1 minute}\n")
    (root / "workflows/judging.yaml").write_text(CALL)
    found = [(failure.line, failure.message) for result in results(root, None) for failure in result.failures]
    assert found == [(6, "register.search was called and the scenario has no answer for it")]


def test_what_is_given_starts_no_automation_and_is_named_when_it_cannot_be(tmp_path: Path) -> None:
    steps = """steps:
  - as: wendy
    create: paper
    with: {title: On figs}
    name: figs
    expect: [{record: bees, fields: {title: On bees}}, {record: figs, fields: {title: On figs!}}]
"""
    root = write_application(tmp_path, HEAD + steps)
    (root / "workflows/louder.yaml").write_text("automation: louder\nfor: paper\ntrigger: created\ndo: {set: {title: '=title & \"!\"'}}\n")
    (result,) = results(root, None)
    assert result.failures == []
    write_application(tmp_path, HEAD + "given: {paper: {plums: {title: null}}}\n" + steps)
    (result,) = results(root, None)
    assert [failure.message for failure in result.failures] == ["plums cannot be made: invalid: title: Title is needed."]


@ENGINES
def test_a_step_answers_what_only_the_action_asks_for(tmp_path: Path, server: str | None) -> None:
    write(VISITS, tmp_path)
    (tmp_path / "tests/cases").mkdir(parents=True)
    (tmp_path / "tests/cases/story.yaml").write_text(STORY, "utf-8")
    assert [result.failures for result in results(tmp_path, server)] == [[]]


ROW_EFFECTS_TOLD = """scenario: rows
clock: "2026-03-02 09:00"
people: {cle: {roles: [clerk]}, bo: {roles: [boss]}}
given: {order: {plant: {subject: Plant, created_by: cle, parts: [{item: pump, qty: 3}, {item: seal}, {item: nut, state: dropped}]}}}
steps:
  - {as: cle, do: fetch, record: plant.parts.1, with: {source: Wuxi}, fails: {invalid: [weight]}}
  - {as: cle, do: drop, record: plant.parts.3, with: {comment: no}, fails: {refused: not possible}}
  - {as: cle, do: fetch, record: plant.parts.1, with: {source: Wuxi, weight: 2, comment: heavy}, names: {parcel: parcel}}
  - expect:
      - {record: plant.parts.1, state: fetched, fields: {source: Wuxi, by: cle, parcel: parcel}}
      - {may: split, as: cle, record: plant.parts.2}
      - {may_not: split, as: bo, record: plant.parts.2}
      - {notified: bo, about: plant}
      - {blind: order, as: cle, record: plant, to: [done]}
"""
ROWS = """scenario: rows
clock: "2026-03-02 09:00"
people: {cle: {roles: [clerk]}, bo: {roles: [boss]}}
given: {request: {tools: {subject: Tools, created_by: cle, lines: [{item: saw}, {item: drill, qty: 0}]}}}
steps:
  - {as: bo, do: order, record: tools.lines.1, fails: forbidden}
  - {as: cle, do: order, record: tools.lines.2, fails: {refused: Nothing of drill}}
  - {as: cle, do: order, record: tools.lines.1, expect: [{record: tools, fields: {ordered: 1}}, {record: tools.lines.1, state: ordered}]}
"""


@ENGINES
def test_rows_are_acted_on(tmp_path: Path, server: str | None) -> None:
    write(ROW_ACTIONS, tmp_path)
    case = tmp_path / "tests/cases/rows.yaml"
    case.parent.mkdir(parents=True)
    case.write_text(ROWS, "utf-8")
    assert [(r.name, [f.message for f in r.failures]) for r in results(tmp_path, server)] == [("rows", [])]


@ENGINES
def test_rows_ask_and_tell(tmp_path: Path, server: str | None) -> None:
    """All holds but the last: who may read a field is not blind to it."""
    write(ROW_EFFECTS, tmp_path)
    case = tmp_path / "tests/cases/rows.yaml"
    case.parent.mkdir(parents=True)
    case.write_text(ROW_EFFECTS_TOLD, "utf-8")
    told = ["done can be filtered by", "done can be grouped by", "done is shown and exported"]
    assert [[f.message for f in r.failures] for r in results(tmp_path, server)] == [told]
