"""What the declarations become: labels, types, computed fields, rules, workflows, screens."""

from zoneinfo import ZoneInfo

import pytest

from engine.formula import Currency, Kind, Via
from engine.loading import Report, check_sources
from engine.metadata import Given, Metadata, SortKey, Who
from tests.loading.conftest import sources_of


@pytest.fixture
def loaded(checked: Report) -> Metadata:
    assert [f"{i.file}:{i.line} {i.message}" for i in checked.errors] == []
    assert checked.metadata is not None
    return checked.metadata


def test_labels(loaded: Metadata) -> None:
    """
    entity: sales_order
    plural: {en: Orders, zh: 订单}
    fields:
      first_name: {type: text}
      other: {type: text, label: Something, help: {zh: 说明}}
    """
    entity = loaded.entities["sales_order"]
    assert entity.label == {"en": "Sales order"}
    assert entity.plural == {"en": "Orders", "zh": "订单"}
    assert entity.fields["first_name"].label == {"en": "First name"}
    assert entity.fields["other"].label == {"en": "Something"}
    assert entity.fields["other"].help == {"zh": "说明"}


def test_application(loaded: Metadata) -> None:
    """
    app: shop
    languages: [zh]
    currency: JPY
    timezone: Asia/Tokyo
    roles: {a: {includes: [b]}, b: {includes: [a, c]}, c: {external: true}}
    ---
    entity: e
    fields: {m: {type: money}, n: {type: money, currency: KWD}, o: {type: money, currency: cur}, cur: {type: text}}
    """
    assert (loaded.name, loaded.languages, loaded.zone) == ("shop", ("zh",), ZoneInfo("Asia/Tokyo"))
    assert loaded.roles["a"].includes == {"a", "b", "c", "everybody", "staff"}
    assert loaded.roles["c"].includes == {"c", "everybody"}
    assert loaded.held(frozenset({"c", "gone"})) == {"c", "everybody"}
    assert [c.code for c in loaded.choices["role"]] == ["admin", "auditor", "analyst", "a", "b", "c"]
    assert loaded.roles["admin"].label == {"zh": "系统管理员"}
    fields = loaded.entities["e"].fields
    assert (fields["m"].type.currency, fields["m"].type.scale) == (Currency("JPY"), 0)
    assert (fields["n"].type.currency, fields["n"].type.scale) == (Currency("KWD"), 3)
    assert (fields["o"].type.currency, fields["o"].type.scale) == (Currency(path=("cur",)), 4)


def test_literals(loaded: Metadata) -> None:
    """
    entity: e
    fields:
      t: {type: text, default: '012'}
      n: {type: decimal, digits: 2, default: 3.10, min: -1, max: 99.5}
      b: {type: boolean, default: true}
      d: {type: date, default: 2026-01-31, max: =today()}
      c: {type: choice, of: [x, y], default: y}
      m: {type: multi_choice, of: [x, y], default: [y, x]}
    """
    fields = loaded.entities["e"].fields
    assert {name: given_text(field.default) for name, field in fields.items()} == {
        "t": "'012'",
        "n": "Decimal('3.10')",
        "b": "True",
        "d": "datetime.date(2026, 1, 31)",
        "c": "'y'",
        "m": "('y', 'x')",
    }
    assert (given_text(fields["n"].least), given_text(fields["n"].most)) == ("Decimal('-1')", "Decimal('99.5')")
    assert given_text(fields["d"].most) == "=today()"


def given_text(given: Given | None) -> str:
    assert given is not None
    return given.formula.text if given.formula else repr(given.literal)


def test_computed_fields(loaded: Metadata) -> None:
    """
    entity: company_x
    fields: {name: {type: text}, rate: {type: decimal}}
    ---
    entity: e
    fields:
      total: {type: decimal, formula: SUM(lines.amount) * factor}
      factor: {type: decimal, formula: base + 1}
      base: {type: decimal}
      lines:
        type: table
        fields:
          qty: {type: decimal}
          amount: {type: decimal, formula: qty * e.factor}
      x: {type: link, to: company_x, inverse: many}
      outside: {type: decimal, formula: x.rate + total, discloses: true}
      late: {type: boolean, formula: created_at < now()}
      after: {type: text, formula: 'IF(late, "late", "ok")'}
      forced: {type: decimal, formula: base * 2, keep: virtual}
      reads_forced: {type: decimal, formula: forced + 1}
    """
    entity = loaded.entities["e"]
    assert entity.compute == ("factor", "lines.amount", "total", "outside", "reads_forced")
    kept = {name: field.keep for name, field in entity.fields.items() if field.computed}
    assert kept == {
        "total": "stored",
        "factor": "stored",
        "outside": "stored",
        "late": "virtual",
        "after": "virtual",
        "forced": "virtual",
        "reads_forced": "stored",
    }
    inlined = entity.fields["reads_forced"].formula
    assert inlined is not None
    assert {(r.entity, r.field) for r in inlined.references} == {("e", "base")}
    assert loaded.catalog.members("company_x")["many"].via is Via.INVERSE
    assert loaded.catalog.members("e")["late"].formula is entity.fields["late"].formula


def test_virtual_circle(checked: Report) -> None:
    """
    entity: e
    fields:
      a: {type: decimal, formula: 'b + IF(now() > created_at, 1)'}
      b: {type: decimal, formula: c * 2}
      c: {type: decimal, formula: a - 1}
    """
    assert [(i.code, i.line) for i in checked.issues] == [("FX801", 3)]
    assert "e.a -> e.b -> e.c -> e.a" in checked.issues[0].message


def test_long_chain_of_virtual_fields() -> None:
    chain = "".join(f"  f{n}: {{type: decimal, formula: f{n + 1} + 1}}\n" for n in range(60))
    text = f"entity: e\nfields:\n{chain}  f60: {{type: decimal, formula: 'DAYS(today(), since)'}}\n  since: {{type: date}}"
    report = check_sources(sources_of(text))
    assert report.metadata is not None, report.issues
    assert report.metadata.entities["e"].fields["f0"].keep == "virtual"


def test_number_and_title(loaded: Metadata) -> None:
    """
    entity: a
    number: {pattern: 'A{kind}-{YYYY}-{0000}'}
    fields: {kind: {type: choice, of: [x]}, name: {type: text}}
    ---
    entity: b
    fields: {n: {type: integer}}
    ---
    entity: c
    fields: {n: {type: integer}, long: {type: text}}
    """
    a, b, c = (loaded.entities[name] for name in "abc")
    assert a.number is not None
    assert [kind for kind, _ in a.number.parts] == ["text", "field", "text", "date", "text", "counter"]
    assert (a.number.width, next(iter(a.fields)), a.title.text) == (4, "number", "number")
    assert (b.title.text, c.title.text) == ('"#" & id', "long")


def test_access(loaded: Metadata) -> None:
    """
    entity: e
    fields:
      owner: {type: user}
      secret: {type: text}
      lines: {type: table, fields: {p: {type: decimal}}}
    access:
      clerk: [{read: owner = user, hide: [secret, lines.p]}, {read: true, update: owner = user, edit: [owner], mask: {secret: last4}}]
    ---
    extend: e
    fields: {more: {type: text}}
    access: {boss: {read: true}}
    """
    first, second, third = loaded.entities["e"].rules
    assert first.hide == {"secret", "lines.p"}
    assert second.verbs["read"] is True
    assert (second.edit, second.mask) == (frozenset({"owner"}), {"secret": "last4"})
    assert (third.role, third.verbs) == ("boss", {"read": True, "print": True})
    assert list(loaded.entities["e"].fields) == ["owner", "secret", "lines", "more"]


def test_workflow(loaded: Metadata) -> None:
    """
    entity: e
    fields: {boss: {type: user}, text: {type: long_text}}
    ---
    workflow: w
    for: e
    starters: [role:clerk, submitter]
    admin: role:boss
    defaults: {self_approval: true, comment: required}
    steps:
      write: {who: submitter, do: fill, edit: [text]}
      check: {who: field:boss, do: review}
      second: {who: [role:boss, field:boss], do: review, agree: all, comment: none, then: {reject: [{when: text = null, go: write}, {go: rejected}]}}
    detours:
      help: {who: role:boss, do: fill, then: {submit: check}}
    ends: {done: {}, rejected: {lock: true}}
    """
    workflow = loaded.workflows["w"]
    assert workflow.starters == (Who("role", "clerk"), Who("submitter"))
    assert (workflow.path, workflow.success) == (("write", "check", "second"), "done")
    check, second = workflow.steps["check"], workflow.steps["second"]
    assert {outcome: [r.go for r in routes] for outcome, routes in check.then.items()} == {"approve": ["second"], "reject": ["rejected"]}
    assert {outcome: [r.go for r in routes] for outcome, routes in second.then.items()} == {
        "approve": ["done"],
        "reject": ["write", "rejected"],
    }
    assert second.returns == ("write", "check")
    assert (check.self_approval, check.comment, second.comment, check.agree.kind) == (True, "required", "none", "any")
    assert loaded.entities["e"].workflows == ("w",)


def test_lifecycle(loaded: Metadata) -> None:
    """
    entity: e
    fields: {a: {type: text}, when_done: {type: date}}
    ---
    lifecycle: e
    for: e
    states: {new: {}, done: {final: true, color: green}}
    actions:
      finish: {from: any, to: done, who: role:clerk, when: {require: a <> null, say: 'No {a}'}, ask: [a], set: {when_done: =today(), a: =a & "!"}}
      touch: {from: new, who: [system, role:boss]}
    """
    lifecycle = loaded.entities["e"].lifecycle
    assert lifecycle is not None
    assert lifecycle.start == "new"
    finish = lifecycle.actions["finish"]
    assert (finish.sources, finish.to, finish.ask) == (frozenset({"new", "done"}), "done", ("a",))
    assert [guard.require.text for guard in finish.guards] == ["a <> null"]
    assert set(finish.effects.set) == {"when_done", "a"}
    assert lifecycle.actions["touch"].to is None
    state = loaded.catalog.members("e")["state"].type
    assert (state.kind, state.choices) == (Kind.CHOICE, ("new", "done"))


def test_screens_without_files(loaded: Metadata) -> None:
    """
    entity: e
    title: name
    number: {pattern: '{0000}'}
    fields:
      name: {type: text, required: true}
      code: {type: text, unique: true}
      note: {type: long_text}
      kind: {type: choice, of: [x]}
      amount: {type: decimal, required: true}
      day: {type: date}
      lines: {type: table, fields: {q: {type: decimal}}}
    """
    form, view = loaded.form_of("e"), loaded.list_of("e")
    assert [(f.name, f.span) for f in form.sections[0].fields] == [
        ("name", 1),
        ("code", 1),
        ("note", "full"),
        ("kind", 1),
        ("amount", 1),
        ("day", 1),
        ("lines", "full"),
    ]
    assert view.columns == ("number", "name", "kind", "amount")
    assert view.sort == (SortKey("id", descending=True),)
    assert (view.filters, view.search) == (("kind", "day"), ("number", "name", "code"))


def test_screens_of_files(loaded: Metadata) -> None:
    """
    entity: e
    fields: {name: {type: text}, other: {type: link, to: e}, lines: {type: table, fields: {q: {type: decimal}, r: {type: text}}}}
    ---
    form: short
    for: e
    sections:
      - {label: Main, columns: 1, fields: [name, {field: lines, columns: [r], totals: [q], add: false, required: other <> null}]}
    ---
    list: e
    columns: [name, other.name]
    sort: -other.name
    tabs: [{name: mine, where: created_by = user}]
    """
    form, view = loaded.forms["short"], loaded.lists["e"]
    lines = form.sections[0].fields[1]
    assert (form.entity, lines.columns, lines.totals, lines.add) == ("e", ("r",), ("q",), False)
    assert loaded.form_of("e").name == "e"
    assert (view.columns, view.sort) == (("name", "other.name"), (SortKey("other.name", descending=True),))
    assert [(t.name, t.label) for t in view.tabs] == [("mine", {"en": "Mine"})]


def test_system_entities(loaded: Metadata) -> None:
    """
    extend: user
    fields: {nick: {type: text}}
    """
    user = loaded.entities["user"]
    assert (user.system, user.api, "nick" in user.fields) == (True, True, True)
    assert loaded.entities["credential"].api is False
    assert loaded.entities["department"].fields["head"].link is not None
    labels = [panel.label["en"] for tab in loaded.page_of("user").tabs for panel in tab.panels[1:]]
    assert len(labels) == len(set(labels)), "what links to a person by two of its fields is told apart"
    assert "Out of office · Substitute" in labels


def test_links_over_an_entity_say_neither_how_many_nor_what_becomes_of_them(checked: Report) -> None:
    """
    entity: a
    fields: {others: {type: links, to: b, through: ab, min: 1, on_delete: clear}}
    ---
    entity: b
    fields: {name: {type: text}}
    ---
    entity: ab
    fields: {one: {type: link, to: a}, other: {type: link, to: b}}
    """
    assert [(i.code, i.path) for i in checked.errors] == [("S228", "fields.others.min"), ("S228", "fields.others.on_delete")]


def test_links_over_records_that_need_more_are_made_by_making_these(checked: Report) -> None:
    """
    app: shop
    roles: {boss: {}}
    ---
    entity: event
    fields: {people: {type: links, to: user, through: seat}}
    ---
    entity: seat
    fields: {event: {type: link, to: event}, who: {type: user}, row: {type: text, required: true}}
    ---
    lifecycle: event
    for: event
    states: {a: {}, b: {final: true}}
    actions: {go: {from: a, to: b, who: role:boss, set: {people: null}}}
    """
    found = [(issue.path.rpartition(".")[2], issue.hint) for issue in checked.errors if issue.code == "W402"]
    hint = "create: {entity: seat, set: {event: …, who: …}}"
    assert found == [("people", hint)]
