"""Values that belong to no record, such as an action asks for: read, completed and checked as the fields of a record are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.errors import Problem
from engine.metadata import Entity, Field, Value
from engine.unit_of_work import UnitOfWork, View

from .accept import Entering, accept
from .check import check
from .compute import defaults
from .draft import Draft
from .links import check_conditions, check_links
from .writable import Writable

Fields = Mapping[str, Field]


def loose_defaults(view: View, owner: Entity, fields: Fields) -> dict[str, Value]:
    """What each of the fields begins with."""
    draft = _draft(owner, fields)
    defaults(view, draft)
    return draft.new


def loose_values(uow: UnitOfWork, owner: Entity, fields: Fields, given: Mapping[str, object]) -> tuple[dict[str, Value], list[Problem]]:
    """The value of each of the fields that are declared at `owner`, and what is wrong with them."""
    draft = _draft(owner, fields)
    accept(draft, given, Entering(Writable(), uow.zone))
    check_links(uow, [draft])
    defaults(uow, draft)
    check(uow, draft)
    check_conditions(uow, draft)
    return draft.new, draft.problems


def _draft(owner: Entity, fields: Fields) -> Draft:
    alone = replace(owner, fields=dict(fields), checks=(), compute=(), lifecycle=None, number=None, min_rows=0, max_rows=None)
    return Draft(alone, None, {})
