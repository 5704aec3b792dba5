"""A small application with scenarios, written into a folder."""

from __future__ import annotations

from pathlib import Path

from tests.workflow.papers import FILES
from tests.workflow.small import APP

PEOPLE = """
fixture: people
people:
  wendy: {name: Wendy, roles: [writer]}
  jack: {name: Jack, roles: [judge]}
  jill: {name: Jill, roles: [judge]}
  bob: {name: Bob, roles: [boss]}
given:
  paper:
    bees: {title: On bees, pages: 12, created_by: wendy}
"""
PLUGIN = """
from engine.plugins import Action, Call, Connector, Payload, Provider, hookimpl


class Words(Payload):
    words: str


class Hits(Payload):
    hits: str


class Nobody(Provider):
    def search(self, question: Words, call: Call) -> Hits:
        return Hits(hits=question.words)


@hookimpl
def connectors():
    return [Connector("register", {"search": Action(Words, Hits)}, {"none": Nobody})]
"""
HEAD = """scenario: story
use: people
clock: "2026-03-02 09:00"
"""


def write_application(folder: Path, *scenarios: str) -> Path:
    """An application with these scenarios in `folder`; each file is called as the scenario in it."""
    files = {"app.yaml": APP, "plugins/register/__init__.py": PLUGIN, **FILES, "tests/cases/people.yaml": PEOPLE}
    for text in scenarios:
        files[f"tests/cases/{text.split(maxsplit=2)[1]}.yaml"] = text
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder
