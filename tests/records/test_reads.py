"""Who was shown a record is kept where the definition says so: in lists, on pages and in files, and for nobody else.

app: readers
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from engine import records
from engine.records import Asked, Query
from tests.applications import START, World, opened

YAML = """
    app: readers
    label: Readers
    timezone: Asia/Shanghai
    roles: {nurse: {label: Nurse}}
    ---
    entity: patient
    title: name
    fields: {name: {type: text}, grade: {type: integer}}
    history: {reads: true}
    access: {nurse: {read: grade < 3, create: true, update: true}}
    ---
    entity: room
    title: name
    fields: {name: {type: text}}
    access: {nurse: {read: true, create: true}}
"""


def kept(world: World) -> list[tuple[str, int]]:
    with world.app.database.read() as connection:
        rows = connection.execute(sa.text("SELECT actor_name, record_id FROM loom_read ORDER BY id"))
        return [(name, record) for name, record in rows]


def test_who_was_shown_a_record_is_kept(database_url: str) -> None:
    with opened(YAML, database_url) as world:
        for name in ("ann", "bob"):
            world.person(name, roles=["nurse"])
        for number, grade in enumerate((1, 2, 3), 1):
            world.save("system", "patient", name=f"p{number}", grade=grade)
        world.save("ann", "room", name="R1")
        assert kept(world) == []
        with world.look("ann") as view:
            assert len(records.find(view, Query("patient")).records) == 2
            records.find(view, Query("room"))
            records.load(view, "patient", 1)
        assert kept(world) == [("Ann", 1), ("Ann", 2)], "each once for one look, and what is hidden was not shown"
        with world.look("bob") as view:
            records.readable(view, view.metadata.entities["patient"], records.fetch(view, "patient", 2))
            records.count(view, Query("patient"))
        assert kept(world)[2:] == [("Bob", 2)]
        with world.app.look(world.actor("ann"), reader=world.actor("bob")) as view:
            records.load(view, "patient", 1)
        assert kept(world)[3:] == [("Bob", 1)], "who looks as somebody else is who was shown it"
        with world.look("system") as view:
            records.find(view, Query("patient"))
        assert len(kept(world)) == 4
        with world.look("system") as view:
            lines, older = records.audited(view, Asked(who="Ann", entity="patient", since=START, reads=True))
            assert ([(line.record, line.title) for line in lines], older) == ([(2, "p2"), (1, "p1")], None)
            (made,), _ = records.audited(view, Asked(entity="patient", record=3, until=START + timedelta(days=1)))
            assert (made.action, [field.name for field in made.fields]) == ("create", ["grade", "name"])
            assert records.audited(view, Asked(since=START + timedelta(days=1))) == ([], None)
