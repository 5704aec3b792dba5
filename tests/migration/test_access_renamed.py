"""Whatever is called otherwise gives nobody a right that they had not, and takes none: a plan says nothing of it."""

from engine import migration
from engine.loading import load_sources
from tests.applications import opened, sources

BEFORE = """\
app: shop
roles: {buyer: {label: Buyer}, clerk: {label: Clerk}}
---
choices: size
values: {s: {label: S}, m: {label: M}}
---
entity: maker
fields: {name: {type: text}, owner: {type: user}}
access: {buyer: {read: true}}
---
entity: thing
fields:
  name: {type: text}
  c: {type: choice, of: size}
  maker: {type: link, to: maker}
  lines: {type: table, fields: {n: {type: integer}}}
access:
  buyer:
    read: state = "open" AND c in ("s", "m") AND maker.owner = user OR COUNT(lines, n > 1) > 0
    update: created_by = user
    hide: [name]
    edit: [c, lines.n]
---
lifecycle: life
for: thing
states: {open: {label: Open}, closed: {label: Closed, final: true}}
actions: {close: {from: open, to: closed, who: role:buyer, label: Close}}
"""
AFTER = """\
app: shop
roles: {purchaser: {label: Buyer, was: buyer}, clerk: {label: Clerk}}
---
choices: size
values: {small: {label: S, was: s}, m: {label: M}}
---
entity: producer
was: maker
fields: {name: {type: text}, boss: {type: user, was: owner}}
access: {purchaser: {read: true}}
---
entity: item
was: thing
fields:
  title: {type: text, was: name}
  d: {type: choice, of: size, was: c}
  producer: {type: link, to: producer, was: maker}
  rows_: {type: table, was: lines, fields: {m: {type: integer, was: n}}}
access:
  purchaser:
    read: state = "fresh" AND d in ("small", "m") AND producer.boss = user OR COUNT(rows_, m > 1) > 0
    update: created_by = user
    hide: [title]
    edit: [d, rows_.m]
---
lifecycle: life
for: item
states: {fresh: {label: Open, was: open}, closed: {label: Closed, final: true}}
actions: {close: {from: fresh, to: closed, who: role:purchaser, label: Close}}
"""


def test_a_new_name_is_no_new_right(database_url: str) -> None:
    with opened(BEFORE, database_url) as world:

        def said(text: str) -> list[str]:
            written = sources(text)
            with world.app.database.read() as connection:
                return [one.render() for one in migration.plan(connection, written, load_sources(written)).access]

        assert said(AFTER) == []
        (wider,) = said(AFTER.replace('d in ("small", "m") AND ', ""))
        assert wider == (
            'purchaser may now read item where state = "fresh" AND producer.boss = user OR COUNT(rows_, m > 1) > 0, '
            'before where state = "fresh" AND d in ("small", "m") AND producer.boss = user OR COUNT(rows_, m > 1) > 0.'
        )
