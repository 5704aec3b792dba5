"""An apply whose process is killed, at one statement after the other, ends in the same state as one that was left alone."""

import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from engine import migration, records
from engine.loading import load_sources
from engine.metadata import SortKey
from tests.applications import START, World, opened, sources

ROOT = Path(__file__).parents[2]
BEFORE = """\
app: shop
roles: {buyer: {label: Buyer}}
---
choices: size
values: {s: {label: Small}, l: {label: Large}}
---
entity: maker
fields: {name: {type: text}}
access: {buyer: {read: true}}
---
entity: thing
fields:
  code: {type: text}
  it: {type: text}
  size: {type: choice, of: size}
  maker: {type: link, to: maker}
  lines: {type: table, fields: {cell: {type: text}}, lifecycle: {states: {open: {}, shut: {}}, actions: {shut: {from: open, to: shut, who: role:buyer}}}}
access: {buyer: {read: true}}
---
lifecycle: life
for: thing
states: {new: {}, old: {}}
actions: {age: {from: new, to: old, who: role:buyer}}
"""
AFTER = """\
app: shop
roles: {buyer: {label: Buyer}}
---
choices: size
values: {small: {label: Small, was: s}, l: {label: Large}}
---
entity: maker
fields: {name: {type: text}}
access: {buyer: {read: true}}
---
entity: item
was: thing
fields:
  code: {type: text, unique: true, sort: pinyin}
  it: {type: integer, index: true}
  size: {type: choice, of: size}
  rank: {type: integer, required: true, default: 4}
  twice: {type: integer, formula: it * 2}
  lines:
    type: table
    fields: {cell: {type: integer}}
    lifecycle:
      states: {begun: {was: open}, done: {was: shut}}
      actions: {finish: {from: begun, to: done, who: role:buyer}}
  notes: {type: table, fields: {text: {type: text}}}
access: {buyer: {read: true}}
---
lifecycle: life
for: item
states: {old: {was: new}, new: {was: old}}
actions: {age: {from: old, to: new, who: role:buyer}}
"""
THINGS = 7
STRIDE = 40, 3
"""From one kill to the next, in statements."""
LEAST = 3


def test_an_apply_that_is_killed_anywhere_ends_as_if_nothing_had_been(database_url: str, effort: Callable[[int, int], int]) -> None:
    """Meanwhile people change what has been carried already."""
    with opened(BEFORE, database_url) as world:
        maker = int(str(world.save("system", "maker", name="Acme")["id"]))
        held = {number: number for number in (made(world, n, maker) for n in range(1, THINGS + 1))}
        command = [sys.executable, "-m", "tests.migration.applying_process", database_url]
        stride, killed = effort(*STRIDE), 0
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as applying:
            assert applying.stdin is not None
            assert applying.stdout is not None
            while True:
                applying.stdin.write(f"{1 + killed * stride}\n")
                if (said := applying.stdout.readline().strip()) != "killed":
                    break
                killed += 1
                world.app.serving.reload()
                if world.app.serving.current().number == 1:
                    number = sorted(held)[killed % THINGS]
                    held[number] = 100 + killed
                    world.save("system", "thing", number, it=str(held[number]), lines=[{"cell": str(held[number])}])
            applying.stdin.close()
        assert (said, killed > LEAST) == ("done", True)
        agree(world, held)


def made(world: World, number: int, maker: int) -> int:
    row = world.save("system", "thing", code=f"A{number}", it=str(number), size="s", maker=maker, lines=[{"cell": str(number)}])
    return int(str(row["id"]))


def agree(world: World, held: dict[int, int]) -> None:
    wanted = sources(AFTER)
    with world.app.database.read() as connection:
        assert migration.plan(connection, wanted, load_sources(wanted)).nothing
    world.app.serving.reload()
    assert world.app.serving.current().number == 2
    world.app.jobs.run_due(START.replace(year=2099))
    with world.look("system") as view:
        listed = records.find(view, records.Query("item", sort=(SortKey("code"),))).records
        assert [record.id for record in listed] == sorted(held)
        for number, it in held.items():
            row = records.fetch(view, "item", number)
            line = row["lines"][0]  # type: ignore[index]
            assert (row["state"], line["state"]) == ("old", "begun")
            values = (row["code"], row["it"], row["size"], row["rank"], row["twice"], line["cell"])
            assert values == (f"A{number}", Decimal(it), "small", 4, it * 2, it)
