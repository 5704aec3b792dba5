"""Files are taken back to what they were before a rename: a former name stands for the same thing, with all that it holds."""

from datetime import timedelta

import pytest

from engine import migration, records, workflow
from engine.loading import load_sources
from tests.applications import START, World, opened, sources

FIRST = """\
app: shop
roles: {buyer: {label: Buyer}}
---
choices: size
values: {s: {label: Small}, l: {label: Large}}
---
entity: order
number: {pattern: 'O-{000}'}
fields:
  name: {type: text}
  size: {type: choice, of: size}
  lines: {type: table, fields: {note: {type: text}}}
  twice: {type: text, formula: name & name}
access: {buyer: {read: true, update: true}}
---
lifecycle: life
for: order
states: {open: {}, shut: {}}
actions: {close: {from: open, to: shut, who: role:buyer}, send: {from: [open, shut], who: role:buyer, start: judging}}
---
workflow: judging
for: order
starters: role:buyer
admin: role:buyer
steps: {judge: {do: review, who: role:buyer}}
ends: {approved: {}, rejected: {}}
"""
RENAMED = """\
app: shop
roles: {shopper: {label: Buyer, was: buyer}}
---
choices: size
values: {small: {label: Small, was: s}, l: {label: Large}}
---
entity: deal
was: order
number: {pattern: 'O-{000}'}
fields:
  title: {type: text, was: name}
  measure: {type: choice, of: size, was: size}
  items: {type: table, was: lines, fields: {remark: {type: text, was: note}}}
  twice: {type: text, formula: title & title}
access: {shopper: {read: true, update: true}}
---
lifecycle: course
was: life
for: deal
states: {begun: {was: open}, shut: {}}
actions: {close: {from: begun, to: shut, who: role:shopper}, send: {from: [begun, shut], who: role:shopper, start: weighing}}
---
workflow: weighing
was: judging
for: deal
starters: role:shopper
admin: role:shopper
steps: {weigh: {do: review, who: role:shopper, was: judge}}
ends: {approved: {}, rejected: {}}
"""


def apply(world: World, text: str) -> list[str]:
    """Apply it, and let the workers do what is left to them; what the plan said."""
    written = sources(text)
    found = migration.apply(world.app.database, written, load_sources(written), "tests", START)
    world.app.serving.reload()
    world.app.jobs.run_due(START + timedelta(minutes=1))
    return [str(step.message) for step in found.steps]


def planned(world: World, text: str) -> migration.Plan:
    written = sources(text)
    with world.app.database.read() as connection:
        return migration.plan(connection, written, load_sources(written))


def test_everything_is_as_it_was(database_url: str) -> None:
    """And forth again; who may do what, who is asked and what is counted goes along."""
    with opened(FIRST, database_url) as world:
        for name in ("bea", "jack"):
            world.person(name, roles=["buyer"])
        number = int(str(world.save("system", "order", name="Acme", size="s", lines=[{"note": "by boat"}])["id"]))
        world.app.run(world.actor("bea"), lambda uow: workflow.fire(uow, "order", number, "send"))
        before = world.metadata.identity.numbers
        apply(world, RENAMED)
        said = apply(world, FIRST)
        assert world.metadata.identity.numbers == before
        assert "field deal.title is now called order.name." in said
        assert not [line for line in said if line.startswith(("New", "Gone"))]
        with world.look("bea") as view:
            row = records.fetch(view, "order", number)
            line = row["lines"][0]  # type: ignore[index]
            assert (row["name"], row["size"], row["state"], row["number"], row["twice"]) == ("Acme", "s", "open", "O-001", "AcmeAcme")
            assert line["note"] == "by boat"
            (task,) = workflow.open_tasks(view, "order", number)
        world.app.run(world.actor("jack"), lambda uow: workflow.decide(uow, task.id, workflow.Answer("approve")))
        assert planned(world, FIRST).nothing
        apply(world, RENAMED)
        assert world.metadata.identity.number("field:deal.title") == before["field:order.name"]


PLAIN = """\
app: shop
roles: {buyer: {label: Buyer}}
---
entity: order
fields:
  FIELDS
  other: {type: text}
access: {buyer: {read: true}}
"""


def plain(fields: str) -> str:
    return PLAIN.replace("FIELDS", fields)


NAME, TITLE = "name: {type: text}", "title: {type: text, was: name}"


@pytest.mark.parametrize(
    ("steps", "last", "held"),
    [
        ([TITLE], NAME, {"name": "7"}),
        ([TITLE, "{}"], NAME, {"name": "7"}),
        ([TITLE, "title: {type: integer}"], NAME, {"name": "7"}),
        ([TITLE, "called: {type: text, was: title}"], NAME, {"name": "7"}),
        ([TITLE, "called: {type: text, was: title}"], "title: {type: text}", {"title": "7"}),
        ([TITLE], "name: {type: integer}", {"name": 7}),
        ([TITLE], "title: {type: text}\n  name: {type: text}", {"title": "7", "name": None}),
        ([TITLE], "subject: {type: text, was: title}\n  name: {type: text}", {"subject": "7", "name": None}),
        ([TITLE, "title: {type: text}\n  name: {type: text}"], NAME, {"name": None}),
    ],
    ids=[
        "at once", "after it was removed", "with its type", "two names ago", "one name ago", "to another type",
        "while it is there under its other name", "while another says that it was called so", "while something else has the name",
    ],
)  # fmt: skip
def test_a_former_name(database_url: str, steps: list[str], last: str, held: dict[str, object]) -> None:
    with opened(plain(NAME), database_url) as world:
        number = int(str(world.save("system", "order", name="7")["id"]))
        for each in steps:
            apply(world, plain(each) if each != "{}" else plain("").replace("\n  \n", "\n"))
        apply(world, plain(last))
        with world.look("system") as view:
            row = records.fetch(view, "order", number)
        assert {name: row[name] for name in held} == held
        assert planned(world, plain(last)).nothing
