"""What the page of a record says of the archive, and offers: putting it there, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.metadata import ARCHIVED, USER, Entity, Value
from engine.records import Row, may_archive, titles
from engine.unit_of_work import View

from .display import Display
from .lists.cells import columns_of
from .views import Archive
from .visit import visit
from .words import _


def archive_of(view: View, entity: Entity, row: Row, display: Display) -> Archive | None:
    """The part that the archive has on the page of a record; None where its entity has none."""
    if not entity.archives:
        return None
    address, may = f"/records/{entity.name}/{row['id']}", may_archive(view, entity, row)
    if row[ARCHIVED] is None:
        return Archive(put=f"{address}/archive" if may else "")
    return Archive(_why(view, entity, row, display), back=f"{address}/take-back" if may else "")


def _why(view: View, entity: Entity, row: Mapping[str, Value], display: Display) -> str:
    """When it was archived, and by whom or why: nobody changes it since, so whoever changed it last did it."""
    at, rule, by = row[ARCHIVED], entity.retention, row["updated_by"]
    assert isinstance(at, datetime)
    day = display.moment(at.astimezone(view.zone).date())
    if by is not None or rule is None:
        who = titles(view, USER, [by]).get(by) if isinstance(by, int) else None
        return _("Archived on %(day)s by %(who)s.", day=day, who=who or _("somebody"))
    after, [since] = visit().words(rule.span), columns_of(view.metadata, entity, (rule.since,))
    return _("Archived on %(day)s because it is older than %(after)s, counted from “%(since)s”.", day=day, after=after, since=since.label)
