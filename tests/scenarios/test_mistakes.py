"""Mistakes in scenario files: all at once, each at its line, with the nearest valid name."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import Issue
from engine.loading import load
from engine.scenarios import Findings, check, read_library, runs_of
from tests.scenarios.small import HEAD, write_application


def mistakes(folder: Path, text: str) -> list[Issue]:
    root = write_application(folder, text)
    findings, metadata = Findings(), load(root)
    library = read_library(root, findings)
    for name in library.scenarios:
        for scenario in runs_of(name, library, findings):
            check(scenario, library, metadata, findings)
    return findings.sorted


@pytest.mark.parametrize(
    ("lines", "line", "code", "hint"),
    [
        ("steps: [{as: wendy, update: bes, with: {pages: 3}}]", 4, "T602", 'did you mean "bees"?'),
        ("steps: [{as: wandy, update: bees}]", 4, "T602", 'did you mean "wendy"?'),
        ("steps: [{as: wendy, update: bees, with: {page: 3}}]", 4, "T608", 'did you mean "pages"?'),
        ("steps: [{as: wendy, do: sumbit, record: bees}]", 4, "T612", 'did you mean "submit"?'),
        ("steps: [{as: wendy, do: submit, recrod: bees}]", 4, "T606", 'did you mean "record"?'),
        ("steps: [{as: jack, decide: [approve], record: bees}]", 4, "T604", ""),
        ("steps: [{as: [wendy], update: bees}]", 4, "T602", ""),
        ("given: {paper: {one: {title: x, figures: none}}}\nsteps: [{wait: 1 minute}]", 4, "T608", ""),
        ("steps: [{as: wendy, do: submit}]", 4, "T604", ""),
        ("steps: [{as: anybody, fill: papre}]", 4, "T602", ""),
        ("steps: [{expect: [{may: submit, as: wendy}]}]", 4, "T604", ""),
        ("steps: [{as: wendy, update: bees, delete: bees}]", 4, "T604", ""),
        ("steps: [{update: bees}]", 4, "T604", ""),
        ("steps: [{as: wendy, merge: bees}]", 4, "T604", ""),
        ("steps: [{as: wendy, archive: bees}]", 4, "T604", ""),
        ("steps: [{as: wendy, take_back: bes}]", 4, "T602", 'did you mean "bees"?'),
        ("steps: [{as: wendy, merge: bees, into: wendy}]", 4, "T604", ""),
        (
            "steps:\n  - {as: jack, decide: approve, record: bees}\n  - {as: jack, decide: aprove, record: bees}",
            6,
            "T604",
            'did you mean "approve"?',
        ),
        ("steps: [{as: jack, decide: return, record: bees, to: wirte}]", 4, "T613", 'did you mean "write"?'),
        ("steps: [{as: jack, decide: transfer, record: bees, to: jil}]", 4, "T602", 'did you mean "jill"?'),
        ("steps: [{as: wendy, import: paper}]", 4, "T604", ""),
        ("steps: [{as: wendy, import: paper, rows: [[titel], [On ants]]}]", 4, "T608", 'did you mean "title"?'),
        ("steps: [{as: wendy, import: paper, by: [pages], rows: [[title], [On ants]]}]", 4, "T608", ""),
        ("steps: [{expect: [{blind: paper}]}]", 4, "T604", ""),
        ("steps: [{expect: [{blind: paper, record: bees, to: [pags]}]}]", 4, "T608", 'did you mean "pages"?'),
        ("steps: [{expect: [{audit: bees, for: jil}]}]", 4, "T602", 'did you mean "jill"?'),
        ("steps: [{expect: [{chain: bees, has: [bee]}]}]", 4, "T602", 'did you mean "bees"?'),
        ("steps: [{expect: [{recod: bees}]}]", 4, "T605", 'did you mean "record"?'),
        ("steps: [{expect: [{record: bees, fields: {titel: x}}]}]", 4, "T608", 'did you mean "title"?'),
        ("steps: [{expect: [{tasks: bees, open: {juge: [jack]}}]}]", 4, "T613", 'did you mean "judge"?'),
        ("steps: [{expect: [{may: submit, record: bees, as: nobody}]}]", 4, "T602", ""),
        ("steps: [{as: wendy, delete: bees, fails: refuse}]", 4, "T604", 'did you mean "refused"?'),
        ("steps: [{as: wendy, update: bees, with: {pages: $n}}]", 4, "T607", ""),
        ("steps: [{as: wendy, update: bees, with: {pages: $n}}]\ncases: [[m], [3]]", 4, "T607", "there is: m"),
        ("steps: [{as: wendy, update: bees, with: {pages: $n}}]\ncases: [[n], [3, 4]]", 5, "T607", ""),
        ('steps: [{at: "2026-03-01 09:00"}]', 4, "T611", ""),
        ("steps: [{wait: 3 minuets}]", 4, "T611", ""),
        ("people: {zoe: {name: Zoe}}\nsteps: [{wait: 1 minute}]", 4, "T610", ""),
        ("people: {zoe: {roles: [wirter]}}\nsteps: [{wait: 1 minute}]", 4, "T602", 'did you mean "writer"?'),
        ("given: {papper: {one: {title: x}}}\nsteps: [{wait: 1 minute}]", 4, "T602", 'did you mean "paper"?'),
        ("given: {paper: {bees: {title: x}}}\nsteps: [{wait: 1 minute}]", 4, "T603", ""),
        ("covers: [A1]", 1, "T601", ""),
        ("connectors: {regster.search: []}\nsteps: [{wait: 1 minute}]", 4, "T602", ""),
        ("connectors: {register.search: [{fail: timout}]}\nsteps: [{wait: 1 minute}]", 4, "T604", 'did you mean "timeout"?'),
        ("connectors: {register.search: [{hits: 3}]}\nsteps: [{wait: 1 minute}]", 4, "T604", ""),
        ("steps: [{wait: 1 minute}]\nextra: 1", 5, "T606", ""),
    ],
)
def test_each_mistake_at_its_line(tmp_path: Path, lines: str, line: int, code: str, hint: str) -> None:
    found = mistakes(tmp_path, HEAD + lines)
    assert [(issue.file, issue.line, issue.code) for issue in found] == [("tests/cases/story.yaml", line, code)]
    assert not hint or found[0].hint == hint


def test_all_at_once_and_each_once_for_all_cases(tmp_path: Path) -> None:
    text = HEAD + "steps:\n  - {as: wendy, update: bes, with: {pages: $n}}\n  - {as: wandy, delete: bees}\ncases: [[n], [1], [2], [3]]"
    assert [(issue.line, issue.code) for issue in mistakes(tmp_path, text)] == [(5, "T602"), (6, "T602")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("story: one\nsteps: []", "T600"),
        ("scenario: other\nclock: '2026-03-02 09:00'\nsteps: [{wait: 1 minute}]", "T600"),
        ("- a list", "T600"),
        ("scenario: [", "Y1"),
    ],
)
def test_files_that_are_no_scenarios(tmp_path: Path, text: str, code: str) -> None:
    root = write_application(tmp_path)
    (root / "tests/cases/story.yaml").write_text(text)
    findings = Findings()
    library = read_library(root, findings)
    for name in library.scenarios:
        list(runs_of(name, library, findings))
    assert [issue.code[: len(code)] for issue in findings.sorted] == [code]


def test_fixtures_that_call_two_things_alike(tmp_path: Path) -> None:
    (tmp_path / "tests/cases").mkdir(parents=True)
    (tmp_path / "tests/cases/more.yaml").write_text("fixture: more\nuse: people\ngiven: {paper: {figs: {title: x}}}\n")
    (tmp_path / "tests/cases/other.yaml").write_text("fixture: other\nuse: people\ngiven: {paper: {figs: {title: y}}}\n")
    text = HEAD.replace("use: people", "use: [more, other]") + "steps: [{wait: 1 minute}]"
    assert [(issue.code, issue.line, issue.message) for issue in mistakes(tmp_path, text)] == [
        ("T603", 2, "The name figs is used twice: in tests/cases/more.yaml and tests/cases/other.yaml.")
    ]
