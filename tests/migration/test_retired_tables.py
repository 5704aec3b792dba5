"""A table that is removed keeps its rows, holds nobody back, and is there again when it is declared again."""

import pytest
import sqlalchemy as sa

from engine import migration, records
from engine.loading import load_sources
from tests.applications import START, World, opened, sources

ORDER = """\
app: shop
roles: {buyer: {label: Buyer}}
---
entity: tag
fields: {name: {type: text}}
access: {buyer: {read: true}}
---
entity: order
fields:
  name: {type: text}
  lines: {type: table, fields: {n: {type: integer}, tag: {type: link, to: tag}}}
  tags: {type: links, to: tag}
  sum: {type: integer, formula: SUM(lines.n)}
access: {buyer: {read: true}}
"""
WITHOUT = "\n".join(line for line in ORDER.splitlines() if not line.startswith(("  lines", "  tags", "  sum"))) + "\n"


def apply(world: World, text: str) -> list[str]:
    written = sources(text)
    found = migration.apply(world.app.database, written, load_sources(written), "Li Na", START)
    world.app.serving.reload()
    world.app.jobs.run_due(START.replace(year=2099))
    return [str(step.message) for step in found.steps if not step.blocked]


def test_a_table_that_is_removed_keeps_its_rows(database_url: str) -> None:
    with opened(ORDER, database_url) as world:
        tag = int(str(world.save("system", "tag", name="red")["id"]))
        rows = [{"n": 2, "tag": tag}, {"n": 3}]
        kept, gone = (int(str(world.save("system", "order", name=name, lines=rows, tags=[tag])["id"])) for name in ("A", "B"))
        words = "Gone: table order.lines. Its 4 records stay in the database, unseen; declared again it has them again."
        assert words in apply(world, WITHOUT)
        world.delete("system", "order", gone)
        world.delete("system", "tag", tag)
        new = int(str(world.save("system", "order", name="C")["id"]))
        apply(world, ORDER)
        with world.look("system") as view:
            lines, none = records.fetch(view, "order", kept), records.fetch(view, "order", new)
            assert [(line["n"], line["tag"]) for line in lines["lines"]] == [(2, None), (3, None)]  # type: ignore[attr-defined]
            assert (lines["sum"], lines["tags"], none["lines"], none["sum"]) == (5, [], [], 0)
        with world.app.database.read() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM order__lines")).scalar() == 2
        world.save("system", "order", kept, lines=[{"n": 7}])
        assert apply(world, ORDER) == []
        with pytest.raises(sa.exc.IntegrityError), world.app.database.write() as connection:
            connection.execute(sa.text('DELETE FROM "order"'))
