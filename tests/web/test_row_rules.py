"""Rows that are not for everybody, on pages: what is shown, typed and sent, and what stays."""

from __future__ import annotations

from pathlib import Path

from engine import records
from tests.applications import opened
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

YAML = """
    app: plans
    label: Plans
    roles: {member: {label: Member}, chief: {label: Chief}}
    menu: [{module: plans, label: Plans, items: [budget]}]
    ---
    entity: budget
    label: Budget
    title: name
    fields:
      name: {type: text, required: true}
      lines:
        type: table
        label: Lines
        fields:
          owner: {type: user}
          item: {type: text}
          amount: {type: decimal, digits: 2}
          fixed: {type: boolean, default: false}
        access:
          member:
            - {read: owner = user, update: owner = user AND NOT fixed, delete: owner = user AND NOT fixed}
            - {read: fixed, hide: [amount]}
          chief: {read: true, create: true, update: true, delete: true}
          analyst: {read: false}
      ideas: {type: table, fields: {word: {type: text}}}
      total: {type: decimal, digits: 2, formula: SUM(lines.amount), discloses: true}
    access:
      member: {read: true, update: true, hide: [ideas]}
      chief: {read: true, create: true, update: true, delete: true}
      analyst: {read: true}
    ---
    form: budget
    sections: [{fields: [name, total, {field: lines, totals: [amount]}]}]
    ---
    page: budget
    panels:
      - {text: 'The dearest costs {MAX(lines.amount)}.'}
      - {fields: [name, total, {field: lines, totals: [amount]}]}
"""


def test_a_record_of_which_one_sees_some_rows(tmp_path: Path) -> None:
    with opened(YAML, f"sqlite:///{tmp_path / 'a.db'}") as world:
        ann, bob = world.person("ann", roles=["member"]), world.person("bob", roles=["member", "analyst"])
        lines = [
            {"owner": bob, "item": "bananas", "amount": "111"},
            {"owner": ann, "item": "apples", "amount": "20"},
            {"owner": bob, "item": "berries", "amount": "333", "fixed": True},
            {"owner": ann, "item": "anise", "amount": "40", "fixed": True},
        ]
        world.save("system", "budget", name="Plan", lines=lines, ideas=[{"word": "plums"}])
        person = Person(pages_of(world.app), "en")
        come_in(person, ann)
        page = person.open("/records/budget/1")
        assert all(word in page.words for word in ("apples", "anise", "berries", "Total504"))
        assert not {word for word in ("bananas", "333", "The dearest") if word in page.text}
        assert "It is deleted with its 3 rows." in person.open("/records/budget/1/delete").words
        form = person.open("/records/budget/1/edit")
        assert "bananas" not in form.text
        assert "333" not in form.text
        sent = person.form("/records/budget/1/edit")
        assert {name for name in sent.names if name.startswith("lines.") and name.endswith(".item")} == {"lines.1.item"}
        assert ("_remove", "lines.1") in sent.buttons
        assert not {("_remove", "lines.2"), ("_remove", "lines.3"), ("_add", "lines")} & set(sent.buttons)
        person.send("/records/budget/1/edit", **{"lines.1.amount": "25"})
        with world.look("system") as view:
            table = view.metadata.entities["budget"].fields["lines"]
            rows = records.rows_of(records.fetch(view, "budget", 1), table)
        assert [(row["item"], int(str(row["amount"]).partition(".")[0])) for row in rows] == [
            ("bananas", 111), ("apples", 25), ("berries", 333), ("anise", 40),
        ]  # fmt: skip
        person.open("/records/budget/1/edit")
        refused = person.send("/records/budget/1/edit", **{"lines.2.item": "aniseed", "lines.1.owner": str(bob)})
        assert "You may not change this row, or not to these values." in refused.words
        come_in(person, bob)
        known = person.open(f"/records/budget/1/access?person={ann}").words
        assert "Lines: See rows" in known
        assert "The rule of member for rows of lines grants it where owner = user." in known
        assert "Member · Lines" in person.open("/model/budget").words
        come_in(person, world.person("cleo", roles=["chief"]))
        assert "The dearest costs 333" in person.open("/records/budget/1").words


LATER = """
    app: plans
    label: Plans
    roles: {member: {label: Member}}
    ---
    extend: user
    fields: {rank: {type: integer}}
    ---
    entity: budget
    label: Budget
    title: name
    fields:
      name: {type: text}
      lines:
        type: table
        label: Lines
        fields: {item: {type: text}, level: {type: integer}}
        access: {member: {read: level <= user.rank, create: true, update: true, delete: true}}
    access: {member: {read: true, update: true}}
"""


def test_rows_that_one_sees_only_since_a_form_was_opened_are_not_removed(tmp_path: Path) -> None:
    with opened(LATER, f"sqlite:///{tmp_path / 'a.db'}") as world:
        ann = world.person("ann", roles=["member"], rank=1)
        world.save("system", "budget", name="Plan", lines=[{"item": item, "level": level} for level, item in enumerate("abc", 1)])

        def stored() -> list[object]:
            with world.look("system") as view:
                table = view.metadata.entities["budget"].fields["lines"]
                return [row["item"] for row in records.rows_of(records.fetch(view, "budget", 1), table)]

        person = Person(pages_of(world.app), "en")
        come_in(person, ann)
        person.open("/records/budget/1/edit")
        world.save("system", "user", ann, rank=2)
        person.send("/records/budget/1/edit", ("_remove", "lines.1"))
        assert {each for each in person.form("/records/budget/1/edit").names if each.endswith(".item")} == {"lines.1.item"}
        person.send("/records/budget/1/edit", name="Other")
        assert stored() == ["b", "c"]
