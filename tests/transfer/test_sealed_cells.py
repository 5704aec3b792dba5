"""A file may hold what is sealed in records; while it waits, nobody reads that in the database either."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from engine.records import fetch
from engine.transfer import change, failed_file, sample
from engine.unit_of_work import UnitOfWork
from tests.applications import opened
from tests.transfer.test_import import done, of, staged

YAML = """
    app: tender
    languages: [en]
    currency: CNY
    timezone: Asia/Shanghai
    roles:
      buyer: {label: {en: Buyer}}
    ---
    entity: bid
    title: name
    fields:
      name: {type: text, required: true}
      opens_at: {type: datetime}
      price: {type: money, sealed: {until: opens_at, except: created_by = user}}
      note: {type: text, max: 10}
    access:
      buyer: {read: true, create: true, update: true, export: true}
"""


def test_what_may_be_sealed_lies_closed_while_an_import_waits(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Name,Price,Remark\nBolt,4711,dear\nNut,4712,much too long for it\n")
    with opened(YAML, f"sqlite:///{tmp_path}/x.db") as world:
        world.person("bea", roles=["buyer"])
        number = staged(world, "bea", path, "bid")
        with world.app.database.read() as connection:
            kept = [str(row) for row in connection.execute(sa.text("SELECT * FROM loom_import_piece"))]
        assert [("Bolt" in row, "4711" in row, "dear" in row) for row in kept] == [(True, False, False)]
        doing = of(world, "bea", number)
        with world.look("bea") as view:
            assert sample(view, doing) == {(0, 0): "Bolt · Nut", (0, 1): "4711 · 4712", (0, 2): "dear · much too long for it"}

        def meant(uow: UnitOfWork) -> None:
            change(uow, number, [replace(doing.meanings[0], paths=("name", "", "note"))], doing.options)

        world.app.run(world.actor("bea"), meant)
        assert dict(done(world, "bea", number).counts) == {"done": 1, "failed": 1}
        with world.look("system") as view:
            assert fetch(view, "bid", 1)["note"] == "dear"
        out = io.BytesIO()
        with world.look("bea") as view:
            failed_file(view, of(world, "bea", number), "csv", out)
        assert [row[:3] for row in csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig")))][1:] == [
            ["Nut", "4712", "much too long for it"]
        ]
