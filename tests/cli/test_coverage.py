"""`loom test --coverage`: what the scenarios of an application went through, and what they left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.cli.test import command

FILES = {
    "app.yaml": "app: small\nroles: {writer: {}, judge: {}}\n",
    "models/paper.yaml": """entity: paper
fields: {title: {type: text, required: true}, pages: {type: integer}}
access:
  writer: {read: created_by = user, create: true, update: created_by = user}
  judge: {read: true}
""",
    "workflows/paper.yaml": """lifecycle: paper
for: paper
states: {draft: {}, judged: {}}
actions:
  submit: {from: draft, to: judged, who: role:writer, when: [{require: pages > 0}], start: judging}
""",
    "workflows/judging.yaml": """workflow: judging
for: paper
starters: role:writer
admin: role:judge
steps:
  judge: {who: role:judge, do: review, then: {approve: [{when: pages > 100, go: long}, {go: accepted}]}}
detours:
  long: {who: role:judge, do: review, when: pages > 200, then: {approve: accepted}, timers: [{after: 2 days, do: remind}]}
ends: {accepted: {}, rejected: {}}
""",
    "tests/cases/short.yaml": """scenario: short
clock: "2026-03-02 09:00"
people: {wendy: {roles: [writer]}, walt: {roles: [writer]}, jack: {roles: [judge]}}
given: {paper: {figs: {title: Figs, created_by: wendy}}}
steps:
  - {as: wendy, do: submit, record: figs, fails: refused}
  - {as: wendy, update: figs, with: {pages: 3}}
  - {as: walt, update: figs, with: {pages: 4}, fails: invisible}
  - {as: wendy, do: submit, record: figs}
  - {as: jack, decide: approve, record: figs}
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_what_is_covered_and_what_is_not(folder: Path) -> None:
    result = CliRunner().invoke(command, [str(folder), "--coverage", "--at-least", "10", "--json"])
    assert result.exit_code == 0, result.output
    found = {(row["of"], row["kind"]): (row["covered"], row["missed"]) for row in json.loads(result.output)["coverage"]}
    assert found["workflow judging", "steps"] == (1, ["long"])
    assert found["workflow judging", "routes"] == (
        1,
        [
            "judge: approve -> long",
            "judge: reject -> rejected",
            "long: approve -> accepted",
            "long: reject -> rejected",
            "long: return -> judge",
            "long: skip -> the next",
        ],
    )
    assert found["workflow judging", "timers"] == (0, ["long: remind"])
    assert found["workflow judging", "ends"] == (1, ["rejected"])
    assert found["lifecycle paper", "guards"] == (2, [])
    assert found["lifecycle paper", "actions"] == (1, [])
    assert found["entity paper", "permissions"] == (5, ["writer create (rule 1): granted"])


def test_too_little_fails_and_names_what_is_missing(folder: Path) -> None:
    result = CliRunner().invoke(command, [str(folder), "--coverage", "--at-least", "100"])
    assert result.exit_code == 1
    assert "workflow judging  steps 1/2" in result.output
    assert "not covered: route judge: approve -> long" in result.output
