"""Files and links to many in scenarios: written by name, read by name."""

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
roles: {clerk: {}}
---
entity: dossier
title: name
fields:
  name: {type: text}
  scan: {type: file, accept: [pdf], required: true}
  photos: {type: image, many: true}
  signed: {type: signature}
  related: {type: links, to: dossier}
access: {clerk: {read: true, create: true, update: true}}
"""
STORY = """
scenario: story
clock: "2026-03-02 09:00"
people:
  cleo: {name: Cleo, roles: [clerk]}
given:
  dossier:
    first: {name: First, scan: lease.pdf, created_by: cleo}
steps:
  - {as: cleo, create: dossier, with: {name: Second}, fails: {invalid: [scan]}}
  - {as: cleo, create: dossier, with: {name: Second, scan: notes.txt}, fails: {invalid: [scan]}}
  - {as: cleo, create: dossier, with: {name: Second, scan: any text, photos: [a.png, b.jpg], signed: Cleo, related: [first]}, names: {dossier: second}}
  - expect:
      - {record: first, fields: {scan: lease.pdf, signed: null}}
      - {record: second, fields: {scan: any text, photos: [a.png, b.jpg], signed: Cleo, related: [first]}}
  - {as: cleo, update: second, with: {photos: null, related: []}}
  - {expect: [{record: second, fields: {photos: null, related: null}}]}
  - {expect: [{record: second, fields: {scan: other.pdf, related: [first]}}]}
"""


def test_files_and_links_are_written_by_name(tmp_path: Path) -> None:
    write(APP, tmp_path)
    (tmp_path / "tests" / "cases").mkdir(parents=True)
    (tmp_path / "tests" / "cases" / "story.yaml").write_text(STORY.lstrip(), "utf-8")
    findings = Findings()
    library = read_library(tmp_path, findings)
    with closing(Scratch(tmp_path, (read_sources(tmp_path), load(tmp_path)), Plugins.discover(tmp_path), None)) as scratch:
        (scenario,) = runs_of("story", library, findings)
        result = run(scenario, library.scenarios["story"], scratch.open)
    assert findings.sorted == []
    said = [failure.message for failure in result.failures]
    assert len(said) == 2, said
    assert "scan is any text, not other.pdf" in said[0]
    assert "related is blank, not first" in said[1]
