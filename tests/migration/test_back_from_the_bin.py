"""Records that were deleted before a definition came: they come back with what it asks of those that were there."""

from decimal import Decimal

from engine import records
from tests.applications import opened

HEAD = """\
app: desk
languages: [en]
roles: {agent: {label: Agent}}
---
"""
BEFORE = """\
entity: ticket
subtypes: {repair: {label: Repair}, advice: {label: Advice}}
fields:
  hours: {type: decimal, digits: 2}
  lines: {type: table, fields: {qty: {type: integer}}}
access: {agent: {read: true, create: true, update: true, delete: true}}
"""
AFTER = """\
choices: level
values: {low: {}, high: {}}
---
entity: ticket
subtypes:
  repair: {label: Repair, fields: {parts: {type: integer, required: true, default: 1}}}
  advice: {label: Advice, fields: {calls: {type: integer, blank: zero}}}
fields:
  hours: {type: decimal, digits: 2, blank: zero}
  level: {type: choice, of: level, required: true, default: low}
  charge: {type: decimal, digits: 2, formula: hours * 80 + calls}
  lines:
    type: table
    fields:
      qty: {type: integer, blank: zero}
      unit: {type: text, required: true, default: piece}
      double: {type: integer, formula: qty * 2}
access: {agent: {read: true, create: true, update: true, delete: true}}
"""


def test_what_is_needed_by_now_stands_there(database_url: str) -> None:
    with opened(HEAD + BEFORE, database_url) as world:
        world.person("ann", roles=["agent"])
        for kind, hours in (("repair", None), ("advice", "2")):
            world.delete("ann", "ticket", int(str(world.save("ann", "ticket", subtype=kind, hours=hours, lines=[{}, {"qty": 3}])["id"])))
        world.apply(HEAD + AFTER)
        with world.look("ann") as view:
            lines = [line.number for line in records.deleted(view)]
        for line in lines:
            world.app.run(world.actor("ann"), lambda uow, line=line: records.restore(uow, line))  # type: ignore[misc]
        with world.look("ann") as view:
            found = [records.fetch(view, "ticket", number) for number in (1, 2)]
            tables = [records.rows_of(row, view.metadata.entities["ticket"].fields["lines"]) for row in found]
        assert [[row[name] for name in ("hours", "level", "parts", "calls", "charge")] for row in found] == [
            [Decimal(0), "low", 1, 0, Decimal(0)],
            [Decimal(2), "low", None, 0, Decimal(160)],
        ]
        assert [[(row["qty"], row["unit"], row["double"]) for row in rows] for rows in tables] == [[(0, "piece", 0), (3, "piece", 6)]] * 2
