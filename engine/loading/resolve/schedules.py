"""When something happens again and again: `every: monday at 09:00`, or a cron line."""

from __future__ import annotations

import re

from engine.errors import Sentence
from engine.loading.findings import Place
from engine.metadata import declared as d

from .bench import Bench

DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_EVERY = re.compile(r"(?:(hour|day|[a-z]+day)|(\d{1,2})(?:st|nd|rd|th) of month)(?: at ([01]\d|2[0-3]):([0-5]\d))?", re.ASCII)
_CRON = re.compile(r"(?:[\d*/,-]+ ){4}[\d*/,-]+", re.ASCII)


def schedule(bench: Bench, written: d.Trigger | d.Sending, place: Place) -> str:
    """Minute, hour, day, month and weekday of `every` or `cron`; blank with an issue for what is neither."""
    if written.cron is not None:
        if not _CRON.fullmatch(written.cron):
            bench.findings.add(
                "W404", Sentence('"{cron}" is no cron schedule.', cron=written.cron), place.at("cron"), hint="such as '0 2 * * *'"
            )
            return ""
        return written.cron
    found = _EVERY.fullmatch(written.every or "")
    day = found[1] if found else None
    if found is None or (day and day not in (*DAYS, "day", "hour")) or (found[2] and not 1 <= int(found[2]) <= 28):
        hint = "such as day at 02:00, monday at 09:00, 1st of month at 00:00, hour"
        bench.findings.add("W404", Sentence('"{every}" is no schedule.', every=written.every), place.at("every"), hint=hint)
        return ""
    hour, minute = int(found[3] or 0), int(found[4] or 0)
    if day == "hour":
        return "0 * * * *"
    weekday = DAYS.index(day) if day in DAYS else "*"
    return f"{minute} {hour} {found[2] or '*'} * {weekday}"
