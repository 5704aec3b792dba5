"""The examples of docs/screens.md are declarations that load."""

import re
from pathlib import Path

from engine.loading import check_sources
from tests.applications import sources

PAGE = Path(__file__).parents[2] / "docs" / "screens.md"
AROUND = """
    app: visits
    languages: [en, zh]
    roles: {buyer: {label: Buyer}}
    MENU
    ---
    entity: supplier
    title: name
    fields:
      name: {type: text}
      category: {type: choice, of: [steel, paper]}
      last_visit: {type: date, formula: MAX(visits.day)}
    access: {buyer: {read: true}}
    ---
    entity: visit
    title: reason
    fields:
      supplier: {type: link, to: supplier, inverse: visits}
      day: {type: date}
      reason: {type: text}
      findings: {type: table, fields: {what: {type: text}, points: {type: integer}}}
      score: {type: decimal, digits: 1, formula: AVERAGE(findings.points)}
      advice: {type: long_text}
    access: {buyer: {read: true, create: true}}
    ---
    lifecycle: visit
    for: visit
    states: {planned: {}, done: {final: true}}
    actions: {close: {from: planned, to: done, who: role:buyer}}
    ---
    list: visits_to_come
    for: visit
    where: day >= today()
    ---
    report: visits_by_month
    from: visit
    rows: [{field: day, by: month}]
"""


def test_the_examples_load() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    *screens, menu = blocks
    around = re.sub(r"^    ", "", AROUND, flags=re.MULTILINE).replace("MENU\n", menu)
    found = check_sources(sources("\n---\n".join([around, *screens]))).issues
    assert [f"{issue.path}: {issue.message}" for issue in found if issue.level == "error"] == []
