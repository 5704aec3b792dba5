"""An application in which everything has a number that somebody can guess, and every address that there is."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Flask

from engine.access import AUTH
from engine.web.api import create_token
from engine.web.api.server import ROUTES
from engine.workflow import Said, fire
from tests.applications import World
from tests.web import outside
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

YAML = (
    outside.YAML
    + """
    ---
    entity: note
    label: {en: Note, zh: 便条}
    title: words
    fields:
      words: {type: text, required: true}
      scan: {type: file}
      items: {type: table, fields: {what: {type: text}}}
    access:
      buyer: {read: true, create: true, update: true, delete: true, export: true, share: true}
    ---
    lifecycle: note
    for: note
    states:
      draft: {label: {en: Draft, zh: 草稿}}
      sent: {label: {en: Sent, zh: 已送}}
    actions:
      send: {from: draft, to: sent, who: role:buyer, start: reading, notify: {who: role:buyer, message: 'Klondike'}}
      back: {from: sent, to: draft, who: role:buyer, ask: [scan]}
    ---
    workflow: reading
    label: {en: Reading, zh: 审阅}
    for: note
    starters: role:buyer
    admin: role:buyer
    steps:
      read: {label: {en: Read, zh: 阅读}, who: role:buyer, do: review, self_approval: true, cc: role:buyer}
    ends:
      done: {label: {en: Done, zh: 完成}}
      rejected: {label: {en: Rejected, zh: 驳回}}
    ---
    print: slip
    for: note
    blocks: [{fields: [words]}]
    ---
    report: notes
    from: note
    rows: [words]
    ---
    dashboard: wall
    access: [buyer]
    tiles: [{number: note}, {list: note}]
"""
)
SECRETS = ("Klondike", "klondike.pdf", "Bullion")
"""What only staff with a role may read: words of the note, the name of its file, and what was said about it."""


PARTS = {
    "name": "note", "entity": "note", "reports.name": "notes", "dashboards.name": "wall", "workflows.name": "reading",
    "public.name": "survey", "portal.name": "partners", "task": "1", "instance": "1", "incident": "1", "id": "1", "at": "0", "tab": "0",
    "action": "back", "field": "words", "path": "words", "table": "items", "row": "1", "filename": "x.js", "kind": "invite", "token": "x", "secret": "x",
    "decision": "approve", "verb": "cancel", "tasks.kind": "delegate", "sheet": "slip",
}  # fmt: skip
"""What stands for each part of an address; for a part of the same name below another first word, that word and a point before it."""


@dataclass
class Walked:
    """The application, and what stands for each part of an address: always something of somebody else."""

    world: World
    flask: Flask
    parts: Mapping[str, str]

    def person(self, name: str) -> Person:
        """Somebody signed in; nobody for a blank name."""
        person = Person(self.flask)
        if name:
            come_in(person, self.world.people[name])
        return person

    def token(self, name: str) -> str:
        """A token of a person for the API."""
        return self.world.app.run(AUTH, lambda uow: create_token(uow, self.world.people[name], "walk"))

    def pages(self) -> Iterator[tuple[str, str, bool]]:
        """Method and address of every page, with the parts filled in, and whether a number stands in it."""
        for rule in self.flask.url_map.iter_rules():
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield method, self.filled(str(rule)), "<int:" in str(rule)

    def calls(self) -> Iterator[tuple[str, str, bool]]:
        """The same for every call of the API."""
        for method, rule, _ in ROUTES:
            yield method, "/api/v1" + self.filled(rule), "<id:" in rule

    def filled(self, rule: str) -> str:
        """An address with something of somebody else in the place of its parts; a number is what its address is about."""
        about = rule.split("/")[1]

        def part(found: re.Match[str]) -> str:
            name = found["name"]
            return self.parts.get(f"{about}.{name}") or self.parts[name]

        return re.sub(r"<(?:\w+:)?(?P<name>\w+)>", part, rule)


def everybody(world: World) -> None:
    """Those of the application with a portal, and Ned, who has an account and no role; Bea has a note that is her own."""
    outside.people_and_firms(world)
    world.person("ned")
    world.person("ada", roles=["buyer"])


def walked(world: World) -> Walked:
    """The application, with everything that has a number: a file, a comment, a task, an import, a view, a notice, something deleted."""
    flask = pages_of(world.app)
    bea = Person(flask)
    come_in(bea, world.people["bea"])
    bea.open("/records/note/new")
    fields = dict(bea.form("/records/note/new").fields)
    data = {**fields, "words": "Klondike", "scan": (io.BytesIO(b"%PDF-1.4 Bullion"), "klondike.pdf")}
    bea.client.post("/records/note/new", data=data, content_type="multipart/form-data")
    (note,) = world.find("bea", "note")
    file = str(world.find("system", "file")[0])
    bea.open(f"/records/note/{note}")
    bea.send("/comments", comment="Bullion")
    bea.open("/records/note/import")
    bea.upload("/import", "notes.csv", b"Words\nBullion\n")
    world.app.run(world.actor("bea"), lambda uow: fire(uow, "note", note, "send", Said()))
    gone = world.save("bea", "note", words="Klondike gone")["id"]
    world.delete("bea", "note", int(str(gone)))
    bea.open("/records/note?q=Klondike")
    bea.send("/views", name="Bullion")
    parts = PARTS | {"number": str(note), "person": str(world.people["bea"]), "files.number": file}
    return Walked(world, flask, parts)
