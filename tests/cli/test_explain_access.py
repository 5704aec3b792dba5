"""`loom explain access`: why somebody may do something with a record or not, each rule with its condition taken apart."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.cli import loom
from tests.applications import opened, write

YAML = """
    app: shop
    roles:
      buyer: {label: Buyer}
      clerk: {label: Clerk}
      guest: {label: Guest}
    ---
    entity: order
    fields:
      subject: {type: text}
      owner: {type: user}
      price: {type: decimal, digits: 2}
      twice: {type: decimal, digits: 2, discloses: true, formula: 'price * 2'}
      lines:
        type: table
        fields:
          qty: {type: integer}
      notes:
        type: table
        fields:
          by: {type: user}
          words: {type: text}
        access:
          buyer: [{read: by = user, create: by = user}, {read: words = null, hide: [words]}]
          clerk: {read: true}
    access:
      buyer: {read: true, create: true, update: owner = user, delete: true}
      clerk: {read: subject != null, update: true, hide: [price], edit: [subject]}
    ---
    lifecycle: order
    for: order
    states:
      open: {label: Open}
      closed: {label: Closed, lock: true}
    actions:
      close: {from: open, to: closed, who: role:buyer}
"""

Explain = Callable[..., Result]


@pytest.fixture
def explain(tmp_path: Path, database_url: str) -> Iterator[Explain]:
    write(YAML, tmp_path)
    with opened(YAML, database_url) as world:
        for name, role in (("bea", "buyer"), ("cleo", "clerk"), ("gus", "guest"), ("ada", "admin")):
            world.person(name, roles=[role])
        world.save("bea", "order", subject="Bolts", owner=world.people["cleo"], price="3", lines=[{"qty": 1}])
        notes = [{"by": world.people["bea"], "words": "a"}, {"words": "b"}, {"by": world.people["cleo"]}]
        world.save("system", "order", 1, notes=notes)
        yield lambda *arguments: CliRunner().invoke(loom, ["explain", "access", *arguments, str(tmp_path), "--db", database_url])


def answers(explain: Explain, *arguments: str) -> dict[str, tuple[bool, str]]:
    found = explain(*arguments, "--json")
    assert found.exit_code == 0, found.output
    return {
        each["what"]: (each["allowed"], " ".join(one["words"] for one in each["because"])) for each in json.loads(found.stdout)["answers"]
    }


def test_each_verb_with_its_reason(explain: Explain) -> None:
    found = answers(explain, "bea", "order/1")
    assert found["read"] == (True, "The rule of buyer grants it on every record.")
    assert found["update"] == (False, "The rule of buyer grants it only where owner = user, which is not so here.")
    assert found["delete"][0]
    found = answers(explain, "gus", "order/1")
    assert [allowed for allowed, _ in found.values()] == [False, False, False]
    assert found["read"][1] == "No rule of their roles (everybody, guest, staff) grants it."
    assert answers(explain, "ada", "order/1")["delete"] == (True, "Administrators may do everything.")


def test_conditions_are_taken_apart(explain: Explain) -> None:
    lines = explain("bea", "order/1").stdout.splitlines()
    at = lines.index("update: no")
    assert lines[at + 2 : at + 4] == ["    owner = 2", "    user = 1"]


def test_a_field_is_seen_and_written_or_not(explain: Explain) -> None:
    assert answers(explain, "cleo", "order/1.price") == {
        "see": (False, "The rule of clerk hides price."),
        "write": (False, "The rules that grant changing the record do not allow this field."),
    }
    assert answers(explain, "cleo", "order/1.subject")["write"][0]
    assert answers(explain, "cleo", "order/1.twice") == {
        "see": (True, "The rule of clerk shows twice."),
        "write": (False, "It is computed."),
    }
    assert answers(explain, "bea", "order/1.price")["write"] == (False, "You may not change this record.")
    assert answers(explain, "bea", "order/1.lines.qty")["see"][0]
    assert not answers(explain, "gus", "order/1.price")["see"][0]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nobody", "order/1"), 1),
        (("bea", "order/9"), 1),
        (("bea", "nothing/1"), 1),
        (("bea", "order/1.nothing"), 1),
        (("bea", "order"), 2),
    ],
)
def test_what_is_not_there(explain: Explain, arguments: tuple[str, ...], code: int) -> None:
    assert explain(*arguments).exit_code == code


def test_rows_with_rules_of_their_own(explain: Explain) -> None:
    found = answers(explain, "bea", "order/1")
    assert found["read notes"] == (
        True,
        (
            "The rule of buyer for rows of notes grants it where by = user: on 1 of 3 here."
            " The rule of buyer for rows of notes grants it where words = null: on 1 of 3 here."
        ),
    )
    assert found["create notes"] == (True, "The rule of buyer for rows of notes grants it where by = user.")
    assert found["delete notes"][0] is False
    assert answers(explain, "cleo", "order/1")["read notes"] == (True, "The rule of clerk for rows of notes grants it on every row.")
    assert "The rule of buyer hides notes.words." in answers(explain, "bea", "order/1", "notes.words")["see"][1]
