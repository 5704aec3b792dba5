"""A sheet that each person of a step files, and a signature, in the inbox without script."""

from __future__ import annotations

from pathlib import Path

from tests.applications import opened
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

YAML = """
app: yard
languages: [en]
roles: {owner: {}, inspector: {}, boss: {}}
---
entity: site
fields:
  name: {type: text, required: true}
  score: {type: decimal, digits: 1, formula: AVERAGE(sheets.points)}
access:
  owner: {read: true, create: true}
  boss: {read: true}
---
entity: sheet
fields:
  site: {type: link, to: site, required: true, inverse: sheets, on_delete: cascade}
  points: {type: decimal, digits: 1}
  remark: {type: text}
---
workflow: audit
for: site
starters: role:owner
admin: role:boss
steps:
  look: {who: role:inspector, do: fill, agree: all, form: sheet, edit: [remark], must: [points]}
  sign: {who: role:boss, do: review, sign: true}
ends: {passed: {}, rejected: {}}
"""


def test_each_files_a_sheet_and_the_boss_signs(tmp_path: Path) -> None:
    with opened(YAML, f"sqlite:///{tmp_path / 'yard.db'}") as world:
        for name, role in (("olga", "owner"), ("ann", "inspector"), ("abe", "inspector"), ("bob", "boss")):
            world.person(name, roles=[role])
        world.save("olga", "site", name="North yard")
        people = {name: Person(pages_of(world.app)) for name in world.people}
        for name, person in people.items():
            come_in(person, world.people[name])
        people["olga"].open("/records/site/1")
        people["olga"].send("/actions/audit")
        assert "Look" in people["olga"].page.words
        ann = people["ann"]
        ann.open("/inbox")
        ann.send("/inbox/", ("_decision", "submit"), remark="Dirty")
        assert ann.status == 422
        assert "Points is needed." in ann.page.words
        ann.send("/inbox/", ("_decision", "submit"), points="60", remark="Dirty")
        people["abe"].open("/inbox")
        people["abe"].send("/inbox/", ("_decision", "submit"), points="80")
        bob = people["bob"]
        bob.open("/inbox")
        assert "70" in bob.page.words
        bob.send("/inbox/", ("_decision", "approve"))
        assert "Please sign." in bob.page.words
        bob.send("/inbox/", ("_decision", "approve"), _signature="Bob Boss")
        assert "Nothing is waiting for you" in bob.page.words
