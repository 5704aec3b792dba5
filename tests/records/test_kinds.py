"""Subtypes: one entity whose records are of several kinds, each with fields and checks of its own."""

from collections.abc import Iterator

import pytest

from engine.errors import Invalid
from engine.loading import check_sources
from engine.records import load
from tests.applications import World, opened, sources

EVENTS = """
app: sourcing
languages: [en, zh]
roles: {buyer: {}}
---
entity: event
title: subject
fields:
  subject: {type: text, required: true}
  budget: {type: integer, default: 5}
subtypes:
  tender:
    label: {en: Tender, zh: 招标}
    fields:
      opens: {type: date, required: true}
      fee: {type: integer, default: 10}
      papers: {type: table, fields: {name: {type: text}}}
      double: {type: integer, formula: budget * 2}
      lines: {type: integer, formula: COUNT(papers)}
    checks:
      - {require: fee < 100, field: fee, say: The fee is too high.}
  reverse_auction:
    label: {en: Reverse auction, zh: 反向竞价}
    fields:
      step: {type: integer, required: budget > 5, show: budget > 1}
      bidders: {type: links, to: event}
  talk: {}
access:
  buyer: {read: true, create: true, update: true}
"""


@pytest.fixture
def events(database_url: str) -> Iterator[World]:
    with opened(EVENTS, database_url) as world:
        world.person("bea", roles=["buyer"])
        yield world


def refused(world: World, number: int | None = None, /, **values: object) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as found:
        world.save("bea", "event", number, **values)
    return [(p.path, p.code) for p in found.value.problems]


def test_each_kind_has_what_is_its_own(events: World) -> None:
    tender = events.save("bea", "event", subject="Bolts", subtype="tender", opens="2026-04-01", papers=[{"name": "a"}])
    auction = events.save("bea", "event", subject="Nuts", subtype="reverse_auction", step=2)
    with events.look("bea") as view:
        one, two = (load(view, "event", int(str(row["id"]))).values for row in (tender, auction))
    assert (one["fee"], one["double"], one["lines"], one["step"]) == (10, 10, 1, None)
    assert (two["fee"], two["double"], two["lines"], two["opens"], two["step"]) == (None, None, None, None, 2)
    assert events.find("bea", "event", "fee > 0") == [tender["id"]]


def test_what_is_needed_is_needed_of_its_kind(events: World) -> None:
    assert refused(events, subject="a") == [("subtype", "required")]
    assert refused(events, subject="a", subtype="tender") == [("opens", "required")]
    assert refused(events, subject="a", subtype="reverse_auction", budget=6) == [("step", "required")]
    assert refused(events, subject="a", subtype="auction") == [("subtype", "type")]
    events.save("bea", "event", subject="a", subtype="talk", budget=6)


def test_what_belongs_to_another_kind_is_not_taken(events: World) -> None:
    assert refused(events, subject="a", subtype="talk", fee=3) == [("fee", "other_kind")]
    assert refused(events, subject="a", subtype="talk", papers=[{"name": "a"}]) == [("papers", "other_kind")]
    assert refused(events, subject="a", subtype="tender", opens="2026-04-01", bidders=[1]) == [("bidders", "no_such_record")]
    row = events.save("bea", "event", subject="a", subtype="talk", fee=None, papers=[])
    assert refused(events, int(str(row["id"])), step=1) == [("step", "other_kind")]


def test_the_kind_is_fixed_once_the_record_is_made(events: World) -> None:
    number = int(str(events.save("bea", "event", subject="a", subtype="talk")["id"]))
    events.save("bea", "event", number, subject="b", subtype="talk")
    assert refused(events, number, subtype="reverse_auction") == [("subtype", "not_editable")]


def test_checks_count_on_their_kind(events: World) -> None:
    assert refused(events, subject="a", subtype="tender", opens="2026-04-01", fee=100) == [("fee", "check")]
    events.save("bea", "event", subject="a", subtype="talk")


def test_a_later_package_adds_a_kind_and_to_a_kind(sqlite_url: str) -> None:
    more = """
---
extend: event
subtypes:
  talk: {fields: {topic: {type: text}}}
  market: {label: Market, fields: {stalls: {type: integer}}}
"""
    with opened(EVENTS + more, sqlite_url) as world:
        world.person("bea", roles=["buyer"])
        assert world.save("bea", "event", subject="a", subtype="market", stalls=3)["stalls"] == 3
        assert world.save("bea", "event", subject="a", subtype="talk", topic="x")["topic"] == "x"
        field = world.metadata.entities["event"].fields["subtype"]
        assert [(c.code, c.label.get("zh")) for c in field.choices][:2] == [("tender", "招标"), ("reverse_auction", "反向竞价")]


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("step: {type", "subject: {type", "N303", "subtypes.reverse_auction.fields.subject"),
        ("bidders: {type", "fee: {type", "N303", "subtypes.reverse_auction.fields.fee"),
        ("budget: {type", "subtype: {type", "N308", "fields.subtype"),
        ("fee < 100", "feee < 100", "FX201", "subtypes.tender.checks.0.require"),
        ("budget * 2", "budgt * 2", "FX201", "subtypes.tender.fields.double.formula"),
        ("talk: {}", "talk: {field: {}}", "S201", "subtypes.talk.field"),
    ],
)
def test_mistakes_in_kinds(old: str, new: str, code: str, path: str) -> None:
    issues = check_sources(sources(EVENTS.replace(old, new, 1))).issues
    assert (code, path) in {(i.code, i.path) for i in issues}, issues
