"""With whom a record is shared, in words."""

from __future__ import annotations

from datetime import timedelta

from engine.metadata import Entity
from engine.records import Row, Share, shares, titles
from engine.unit_of_work import View

from .views import Shared
from .visit import visit
from .words import _


def shared_with(view: View, entity: Entity, row: Row) -> tuple[Shared, ...]:
    """Everybody to whom people opened a record; for those who may share it themselves."""
    found = shares(view, entity, row["id"])  # type: ignore[arg-type]
    names = titles(view, "user", [one.person for one in found if one.person is not None])
    return tuple(_shared(view, one, names) for one in found)


def _shared(view: View, one: Share, names: dict[int, str | None]) -> Shared:
    here = visit()
    if one.person is not None:
        who = names.get(one.person) or _("not visible to you")
    else:
        role = view.metadata.roles.get(one.role or "")
        who = here.words(role.label) if role is not None else str(one.role)
    last = None if one.until is None else (one.until - timedelta(microseconds=1)).astimezone(view.zone).date()
    until = "" if last is None else _("until %(day)s", day=here.display(view, {}).moment(last))
    return Shared(who, _("may change it") if one.change else _("may read it"), until, one.key)
