"""What an analyst writes about the archive: the clock goes on, records are out of lists and still counted, and come back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from engine.cli.scratch import Scratch
from engine.loading import load, read_sources
from engine.plugins import Plugins
from engine.scenarios import Findings, read_library, run, runs_of
from tests.applications import write

APP = """
app: cases
languages: [en]
timezone: Asia/Shanghai
roles: {clerk: {}, helper: {}}
---
entity: customer
title: name
fields: {name: {type: text}, bought: {type: integer, formula: SUM(deals.value)}}
access: {clerk: {read: true, create: true, update: true}}
---
entity: deal
title: name
fields:
  name: {type: text}
  value: {type: integer}
  customer: {type: link, to: customer, inverse: deals}
  signed_on: {type: date}
retention: {after: 2 years, since: signed_on, do: archive}
access:
  clerk: {read: true, create: true, update: true, delete: value < 100}
  helper: {read: true, update: true}
---
lifecycle: deal
for: deal
states: {open: {timers: [{after: 1095 days, do: close}]}, closed: {final: true}}
actions: {close: {from: open, to: closed, who: [role:clerk, system]}}
---
report: sold
from: deal
rows: [customer]
values: {value: SUM(rows.value)}
access: [clerk]
"""
STORY = """
scenario: story
clock: "2026-03-02 09:00"
people:
  cleo: {name: Cleo, roles: [clerk]}
  hal: {name: Hal, roles: [helper]}
given:
  customer: {lin: {name: Lin}}
  deal:
    small: {name: Small, value: 5, customer: lin, signed_on: "2026-03-02", created_by: cleo}
    large: {name: Large, value: 500, customer: lin, signed_on: "2026-03-03"}
    young: {name: Young, value: 7, customer: lin, signed_on: "2027-06-01"}
steps:
  - {at: "2028-03-01 23:00", expect: [{list: deal, as: hal, rows: [small, large, young]}]}
  - at: "2028-03-02 01:00"
    expect:
      - {list: deal, as: hal, rows: [large, young]}
      - {find: deal, match: {archived_at: "2028-03-02 01:00:00"}, count: 1}
      - {find: deal, match: {customer: lin}, count: 3}
      - {record: lin, fields: {bought: 512}}
      - {report: sold, as: cleo, rows: [[customer, value], [lin, 512]]}
      - {sees: small, as: hal, fields: {value: 5}}
      - {audit: small, field: archived_at, cause: retention, count: 1}
      - {may_not: close, record: small, as: cleo, say: The record is archived}
  - {as: cleo, update: small, with: {value: 6}, fails: {refused: archived}}
  - {as: cleo, do: close, record: small, fails: {refused: archived}}
  - {as: hal, take_back: small, fails: forbidden}
  - {as: cleo, archive: small, fails: {refused: already}}
  - {as: cleo, take_back: large, fails: any}
  - {as: cleo, take_back: small, expect: [{list: deal, as: hal, rows: [small, large, young]}]}
  - {as: cleo, update: small, with: {value: 6}, expect: [{record: lin, fields: {bought: 513}}]}
  - {as: cleo, archive: young, expect: [{list: deal, as: hal, rows: [small, large]}]}
  - {wait: 1 day, expect: [{list: deal, as: hal, rows: [small]}]}
  - {as: cleo, take_back: large, fails: forbidden}
  - {at: "2030-03-01 23:00", expect: [{list: deal, as: hal, rows: [small]}, {record: small, state: closed}, {record: large, state: open}]}
  - {at: "2030-03-02 02:00", expect: [{list: deal, as: hal, rows: []}, {report: sold, as: cleo, rows: [[customer, value], [lin, 513]]}]}
"""


def played(folder: Path, story: str) -> tuple[list[str], list[str]]:
    """What is wrong with a scenario, and what came out otherwise."""
    write(APP, folder)
    (folder / "tests" / "cases").mkdir(parents=True)
    (folder / "tests" / "cases" / "story.yaml").write_text(story.lstrip(), "utf-8")
    findings = Findings()
    library = read_library(folder, findings)
    with closing(Scratch(folder, (read_sources(folder), load(folder)), Plugins.discover(folder), None)) as scratch:
        scenarios = runs_of("story", library, findings)
        results = [run(scenario, library.scenarios["story"], scratch.open) for scenario in scenarios]
    return [issue.message for issue in findings.sorted], [failure.message for result in results for failure in result.failures]


def test_the_clock_archives_and_somebody_takes_back(tmp_path: Path) -> None:
    assert played(tmp_path, STORY) == ([], [])
