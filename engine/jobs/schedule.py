"""When the next time of a schedule is, and the jobs that wait for it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def next_time(cron: str, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant after `after` that `cron` (minute hour day month weekday, in `zone`) means. Raises ValueError for no schedule."""
    from croniter import croniter  # noqa: PLC0415 - few processes meet a schedule

    found: datetime = croniter(cron, after.astimezone(zone)).get_next(datetime)
    return found.astimezone(UTC)
