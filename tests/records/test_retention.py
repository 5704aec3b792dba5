"""Records that have been kept long enough go, or lose what tells of people; what still needs them keeps them.

app: kept
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import records, settings, storage
from engine.errors import Invisible
from tests.applications import opened
from tests.databases import SCRATCH
from tests.records.later import an_hour_later, days_later

YAML = """
    app: kept
    label: Kept
    timezone: Asia/Shanghai
    roles: {clerk: {label: Clerk}}
    ---
    entity: visit
    title: purpose
    fields:
      purpose: {type: text}
      left_on: {type: date}
    retention: {after: 90 days, since: left_on, do: delete}
    access: {clerk: {read: true, create: true, update: true, delete: true}}
    ---
    entity: badge
    title: code
    fields:
      code: {type: text}
      visit: {type: link, to: visit}
    access: {clerk: {read: true, create: true, update: true, delete: true}}
    ---
    entity: applicant
    title: name
    fields:
      name: {type: text, required: true}
      email: {type: email}
      points: {type: integer}
      closed_at: {type: datetime}
      jobs:
        type: table
        fields: {employer: {type: text, required: true}, years: {type: integer}}
    retention: {after: 2 years, since: closed_at, do: anonymise}
    access: {clerk: {read: true, create: true, update: true}}
"""


def test_records_go_when_their_time_is_over_unless_something_refers_to_them(database_url: str) -> None:
    with opened(YAML, database_url) as world:
        world.person("cle", roles=["clerk"])
        gone, used, staying = (world.save("cle", "visit", purpose=name, left_on=day)["id"] for name, day in VISITS)
        badge = int(str(world.save("cle", "badge", code="B1", visit=used)["id"]))
        days_later(world, 89)
        assert sorted(world.find("cle", "visit")) == [gone, used, staying]
        days_later(world, 2)
        assert sorted(world.find("cle", "visit")) == [used, staying]
        with world.look("cle") as view, pytest.raises(Invisible):
            records.load(view, "visit", int(str(gone)))
        with world.look("system") as view:
            assert [d for d in records.deleted(view) if d.entity.name == "visit"] == []
            entity = view.metadata.identity.numbers["entity:visit"]
            entries = storage.entries(view.connection, entity, int(str(gone)))
            assert [(e.action, e.cause, dict(e.changes)) for e in entries][:2] == [("purge", "retention", {}), ("delete", "retention", {})]
            assert not list(storage.verify(view.connection, settings.key(SCRATCH, "audit")))
        world.save("cle", "badge", badge, visit=None)
        an_hour_later(world)
        assert world.find("cle", "visit") == [staying]


VISITS = (("a", "2026-03-02"), ("b", "2026-03-02"), ("c", None))


def test_what_tells_of_people_is_forgotten_and_figures_stay(database_url: str) -> None:
    with opened(YAML, database_url) as world:
        world.person("cle", roles=["clerk"])
        made = world.save("cle", "applicant", name="Lin Wei", email="lin@example.com", points=7, jobs=[{"employer": "Hong", "years": 3}])
        number = int(str(made["id"]))
        world.save("cle", "applicant", number, name="Lin Wei-Ming", closed_at="2026-03-02T01:00:00Z")
        days_later(world, 731)
        with world.look("cle") as view:
            kept = records.load(view, "applicant", number)
            told = repr(records.activity(view, view.metadata.entities["applicant"], kept))
            assert (kept.values["name"], kept.values["email"], kept.values["points"]) == (f"anonymised-{number}", None, 7)
            (job,) = records.rows_of(kept.values, view.metadata.entities["applicant"].fields["jobs"])
            assert (job["employer"], job["years"]) == (f"anonymised-{number}", 3)
            assert "Lin" not in told
            with pytest.raises(Invisible):
                records.past(view, "applicant", number, world.clock.now() - timedelta(days=1))
            version = kept.values["version"]
        with world.look("system") as view:
            assert not list(storage.verify(view.connection, settings.key(SCRATCH, "audit")))
        days_later(world, 1)
        with world.look("cle") as view:
            assert records.load(view, "applicant", number).values["version"] == version
