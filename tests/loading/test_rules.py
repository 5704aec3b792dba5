"""Rules that warn, and rules whose other side must stay silent; the errors are in `mistakes/`."""

from pathlib import Path

import pytest

from engine.loading import Report, Sources, check_sources, read_sources


def codes(report: Report) -> list[tuple[str, str, int]]:
    return [(issue.code, issue.level, issue.line) for issue in report.issues]


def test_states_and_detours_nobody_reaches(checked: Report) -> None:
    """
    entity: e
    fields: {a: {type: text}}
    ---
    lifecycle: e
    for: e
    states: {new: {}, lost: {}}
    ---
    workflow: w
    for: e
    starters: anybody
    admin: role:boss
    steps:
      write: {who: submitter, do: fill}
    detours:
      never: {who: submitter, do: fill, then: {submit: write}}
    ends: {done: {}}
    """
    assert codes(checked) == [("W414", "warning", 3), ("W417", "warning", 8)]


def test_a_state_that_nobody_leaves(checked: Report) -> None:
    """
    entity: e
    fields: {a: {type: text}}
    ---
    lifecycle: e
    for: e
    states: {new: {}, kept: {}, gone: {final: true}}
    actions:
      keep: {from: new, to: kept, who: role:boss}
      drop: {from: new, to: gone, who: role:boss}
      touch: {from: any, who: role:boss}
    """
    assert codes(checked) == [("W441", "warning", 3)]
    assert "after keep it stays there" in str(checked.issues[0].message)


def test_a_reviewer_who_changes_the_amount(checked: Report) -> None:
    """
    entity: e
    fields: {amount: {type: money}, note: {type: text}}
    ---
    workflow: w
    for: e
    starters: anybody
    admin: role:boss
    steps:
      look: {who: role:boss, do: review, edit: [amount, note]}
    ends: {done: {}, rejected: {}}
    """
    assert codes(checked) == [("W419", "warning", 6)]


def test_disclosure(checked: Report) -> None:
    """
    entity: part
    fields: {price: {type: decimal}, of: {type: link, to: e, inverse: parts}}
    access: {clerk: {read: price > 0}, boss: {read: true}}
    ---
    entity: e
    fields:
      cost: {type: decimal}
      margin: {type: decimal, formula: cost * 2}
      copied: {type: decimal, formula: cost}
      said: {type: decimal, formula: cost, discloses: true}
      parts_cost: {type: decimal, formula: SUM(parts.price)}
      lines:
        type: table
        fields: {price: {type: decimal}, twice: {type: decimal, formula: price * 2}}
    access:
      clerk: {read: true, hide: [cost, lines.price]}
      partner: {read: true, hide: [cost, margin, copied, said, parts_cost, lines]}
      boss: {read: true}
    """
    assert codes(checked) == [
        ("A201", "warning", 4),
        ("A201", "error", 5),
        ("A201", "warning", 7),
        ("A201", "warning", 10),
    ]
    assert "clerk (e.cost)" in checked.issues[0].message
    assert "boss" not in checked.issues[2].message


def test_one_rule_that_shows_both_discloses_nothing(checked: Report) -> None:
    """
    entity: e
    fields: {cost: {type: decimal}, twice: {type: decimal, formula: cost * 2}}
    access:
      clerk: [{read: cost > 0, hide: [cost, twice]}, {read: cost < 0}]
    """
    assert codes(checked) == []


def test_negated_actor_in_a_function(checked: Report) -> None:
    """
    entity: e
    fields: {owner: {type: user}}
    access:
      clerk: {read: NOT (owner = user), create: owner <> null, update: 'not (owner = user)'}
    """
    assert codes(checked) == [("A102", "warning", 4), ("A102", "warning", 4)]


def test_two_of_everything(checked: Report) -> None:
    """
    entity: e
    fields: {a: {type: text}}
    ---
    lifecycle: e
    for: e
    states: {x: {}}
    ---
    lifecycle: other
    for: e
    states: {x: {}}
    """
    assert codes(checked) == [("N303", "error", 2)]


def test_a_workflow_of_another_entity(checked: Report) -> None:
    """
    entity: e
    fields: {a: {type: text}}
    ---
    entity: other
    fields: {a: {type: text}}
    ---
    lifecycle: e
    for: e
    states: {x: {}}
    actions: {go: {from: x, who: role:clerk, start: w}}
    ---
    workflow: w
    for: other
    starters: anybody
    admin: role:boss
    steps: {write: {who: submitter, do: fill}}
    ends: {done: {}}
    """
    assert codes(checked) == [("W416", "error", 4)]


def test_no_application() -> None:
    report = check_sources(Sources({"models/e.yaml": b"entity: e\nfields: {a: {type: txt}}\n"}))
    assert [(i.code, i.file) for i in report.issues] == [("S208", "app.yaml"), ("S204", "models/e.yaml")]


def test_a_print_needs_what_sets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """V516: without the extra `pdf` a print is an issue and not a sheet that never comes."""
    sources = read_sources(Path(__file__).parent / "shop")
    monkeypatch.setattr("engine.loading.rules.prints.find_spec", lambda name: None)
    found = [issue for issue in check_sources(sources).issues if issue.code == "V516"]
    assert [(issue.file, issue.line, issue.hint) for issue in found] == [("forms/label.yaml", 1, "install Objectloom with its extra pdf")]
