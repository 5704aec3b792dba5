"""An application in which nearly everything meets, and what must hold in it whatever was done."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from engine import records
from engine.metadata import Entity
from engine.records import Query, Row
from engine.storage import verify, verify_roots
from engine.unit_of_work import View
from tests.applications import World

YAML = """
app: mixed
timezone: Asia/Shanghai
languages: [en]
roles: {one: {label: One}, two: {label: Two}}
---
entity: tag
title: name
fields:
  name: {type: text, required: true, unique: true, compare: ignore_case}
access: {one: {read: true, create: true, update: true, delete: true}, two: {read: true}}
---
entity: account
number: {pattern: 'A-{00}'}
title: name
tree: above
fields:
  name: {type: text, required: true, search: true}
  code: {type: text, unique: true}
  above: {type: link, to: account, inverse: parts, on_delete: clear}
  tags: {type: links, to: tag, inverse: accounts}
  factor: {type: decimal, digits: 1, default: 1}
  closed: {type: boolean, default: false}
  contacts:
    type: table
    fields:
      person: {type: text, required: true}
      share: {type: percent, default: 0.1}
      mark: {type: text, formula: 'account.name & ":" & person'}
    unique: [[person]]
  shares: {type: percent, formula: SUM(contacts.share)}
  spent: {type: decimal, digits: 2, formula: 'SUM(orders.total, state <> "dropped") * factor', discloses: true}
  waiting: {type: integer, KEEP formula: 'COUNT(orders, state = "open" AND NOT late)', discloses: true}
  whole: {type: decimal, digits: 2, formula: 'spent + SUM(parts.spent)', discloses: true}
  tagged: {type: integer, KEEP formula: COUNT(tags)}
  largest: {type: decimal, digits: 2, formula: 'MAX(orders.lines.amount)', discloses: true}
duplicates: [{similar: {name: 0.9}, then: warn}]
access:
  one: {read: true, create: true, update: true, delete: true}
  two: {read: 'NOT closed', update: 'NOT closed', create: true, hide: [factor]}
---
entity: price
title: product
dated: [product]
fields:
  product: {type: choice, of: [bolt, nut, oil], required: true}
  amount: {type: decimal, digits: 2, required: true, min: 0}
access: {one: {read: true, create: true, update: true, delete: true}, two: {read: true}}
---
entity: order
number: {pattern: 'O-{YYYY}-{00}', GAPLESS}
title: number
subtypes: {sale: {label: Sale}, service: {label: Service, fields: {hours: {type: integer, required: true, min: 0}}}}
fields:
  account: {type: link, to: account, inverse: orders, ON_DELETE, fill: {factor: =account.factor}}
  factor: {type: decimal, digits: 1, blank: zero}
  day: {type: date, default: =today()}
  late: {type: boolean, default: false}
  note: {type: long_text}
  lines:
    type: table
    fields:
      product: {type: choice, of: [bolt, nut, oil], required: true}
      qty: {type: decimal, digits: 1, default: 1}
      price: {type: link, to: price, match: {product: =product}, as_of: =order.day, missing: blank}
      amount: {type: decimal, digits: 2, formula: 'qty * price.amount * order.factor'}
      taken_by: {type: user}
    lifecycle:
      states: {open: {label: Open}, done: {label: Done, final: true}}
      actions:
        finish: {from: open, to: done, who: [role:one, role:two], set: {taken_by: =user}, when: {require: qty > 0, say: Nothing}}
  total: {type: decimal, digits: 2, formula: 'SUM(lines.amount) + IF(subtype = "service", hours * 10, 0)'}
  done: {type: integer, formula: 'COUNT(lines, state = "done")'}
  part: {type: decimal, digits: 2, formula: 'IF(account.spent = 0, 0, total / account.spent)', keep: virtual, discloses: true}
retention: {after: 2 days, since: day, do: archive}
access:
  one: {read: true, create: true, update: true, delete: true}
  two: {read: 'NOT late', create: true, update: 'NOT late'}
---
lifecycle: order
for: order
states: {open: {label: Open}, sent: {label: Sent}, dropped: {label: Dropped, final: true}}
actions:
  send:
    from: open
    to: sent
    who: [role:one, role:two]
    when: {require: total >= 0, say: Nothing to send}
    create: {entity: move, from: lines, set: {product: =product, qty: =qty, order: =parent}}
  reopen: {from: sent, to: open, who: role:one}
  drop: {from: [open, sent], to: dropped, who: role:one, ask: [note]}
---
entity: move
append_only: true
title: product
fields:
  product: {type: choice, of: [bolt, nut, oil], required: true}
  qty: {type: decimal, digits: 1}
  order: {type: link, to: order, inverse: moves}
  stock: {type: link, to: stock, inverse: moves, match: {product: =product}, missing: create}
access: {one: {read: true, create: true}, two: {read: true}}
---
entity: stock
title: product
unique: [[product]]
fields:
  product: {type: choice, of: [bolt, nut, oil], required: true}
  sent: {type: decimal, digits: 1, formula: SUM(moves.qty)}
checks: [{require: sent <= 30, say: 'Too much of {product}'}]
access: {one: {read: true}, two: {read: true}}
"""
WRITTEN = ("tag", "account", "price", "order", "move")
DOCUMENTS = (*WRITTEN, "stock")
NAMES = ("Acme", "Acme Ltd", "Beta", "宏达", "Gamma")
PRODUCTS = ("bolt", "nut", "oil")
Values = dict[str, object]


def variant(seed: int) -> str:
    """The application, with numbers, links and computed fields kept in one of several ways."""
    links = ("required: true", "required: true, on_delete: cascade", "on_delete: clear")
    kept = YAML.replace("KEEP ", "keep: deferred, " if seed % 5 == 0 else "").replace("ON_DELETE", links[seed % 3])
    return kept.replace("GAPLESS", "gapless: true" if seed % 2 else "gapless: false")


def begin(world: World) -> None:
    """Its people, and a few records."""
    for name, role in (("ann", "one"), ("bob", "two"), ("ada", "admin")):
        world.person(name, roles=[role])
    for name in ("red", "blue", "green"):
        world.save("ann", "tag", name=name)
    for at, name in enumerate(NAMES):
        world.save("ann", "account", name=name, contacts=[{"person": "a"}], tags=[at % 3 + 1])
    for product in PRODUCTS[:2]:
        world.save("ann", "price", product=product, amount="2.5", valid_from="2025-01-01")
    for at in range(4):
        world.save("ann", "order", account=at % 3 + 1, subtype="sale", lines=[{"product": "bolt", "qty": "2"}, {"product": "oil"}])


def ids(view: View, entity: str) -> list[int]:
    return [each.id for each in records.find(view, Query(entity, limit=500, archived=None, titles=False)).records]


def wrong(world: World) -> Iterator[object]:
    """Everything that is not as it should be, once nothing waits any more."""
    world.app.jobs.run_due(world.clock.now())
    with world.look("system") as view:
        for entity in (world.metadata.entities[name] for name in DOCUMENTS):
            numbers = ids(view, entity.name)
            yield from records.drifts(view, entity, numbers)
            yield from records.gaps(view, entity) if entity.number is not None and entity.number.gapless else ()
            for number in numbers:
                yield from _miscomputed(view, entity, records.fetch(view, entity.name, number))
        yield from _not_found(view)
    with world.app.database.read() as connection:
        yield from (*verify(connection, None), *verify_roots(connection, None))


def _miscomputed(view: View, entity: Entity, row: Row) -> Iterator[object]:
    """Stored values that their formulas do not give, by another way of evaluating them than that of the engine."""
    frame = records.frame_of(view, row)
    for field in entity.fields.values():
        if field.formula is not None and field.keep != "virtual":
            value = field.formula.closure(row, frame)
            if isinstance(value, Decimal):
                value = value.quantize(Decimal(1).scaleb(-(field.type.scale or 0)), ROUND_HALF_UP)
            if row[field.name] != value:
                yield entity.name, row["id"], field.name, row[field.name], value
        elif field.table is not None:
            for child in records.rows_of(row, field):
                yield from _miscomputed(view, field.table, child)


def _not_found(view: View) -> Iterator[object]:
    names = {number: str(records.fetch(view, "account", number)["name"]) for number in ids(view, "account")}
    for word in ("Acme", "宏达", "Beta"):
        found = {each.id for each in records.find(view, Query("account", search=word, limit=500)).records}
        if found != {number for number, name in names.items() if word in name}:
            yield word, found
