"""Whoever still uses the name that a thing had before is told what it is called now."""

from engine.loading import check_sources
from tests.applications import sources

RENAMED = """\
app: shop
roles: {purchaser: {label: Purchaser, was: buyer}}
---
choices: danger
was: risk
values: {high: {label: High, was: urgent}, low: {label: Low}}
---
entity: vendor
was: [supplier, partner]
fields:
  title: {type: text, was: name}
  risk: {type: choice, of: risk}
  level: {type: choice, of: danger}
  loud: {type: text, formula: 'name & "!"'}
  much: {type: boolean, formula: 'level = "urgent"'}
  other: {type: link, to: supplier}
access: {buyer: {read: true}}
---
{extend: partner, fields: {words: {type: text}}}
---
lifecycle: life
for: supplier
states: {fresh: {was: draft}, done: {final: true}}
actions: {go: {from: draft, to: done, who: role:buyer, when: [{require: words <> name}]}}
---
list: vendor
columns: [name, level]
where: state = "draft"
---
workflow: judging
for: vendor
starters: role:purchaser
admin: role:purchaser
steps:
  judge: {was: look, do: review, who: role:purchaser}
  sign: {do: review, who: 'actor:look'}
ends: {approved: {}, rejected: {}}
---
report: counted
from: supplier
values: {count: COUNT(rows)}
"""


def test_an_earlier_name_is_told_with_the_one_of_today() -> None:
    """In lists, formulas, links, rights, workflows and files for an entity; what is wrong only because of that is no issue."""
    said = {(issue.message, issue.hint) for issue in check_sources(sources(RENAMED)).issues}
    assert said == {
        ('There is no field of vendor "name".', 'it is called "title" now'),
        ('There is no list of choices "risk".', 'it is called "danger" now'),
        ('vendor has no field "name".', 'it is called "title" now'),
        ('danger has no code "urgent"; codes: high, low.', 'it is called "high" now'),
        ('There is no entity "supplier".', 'it is called "vendor" now'),
        ('There is no entity "partner".', 'it is called "vendor" now'),
        ('There is no role "buyer".', 'it is called "purchaser" now'),
        ('There is no state "draft".', 'it is called "fresh" now'),
        ('state of vendor has no code "draft"; codes: fresh, done.', 'it is called "fresh" now'),
        ('There is no step "look".', 'it is called "judge" now'),
    }
