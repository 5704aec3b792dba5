"""How long work stays at the steps of a workflow, as lines of a table and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from engine.workflow import Dwell

HEAD = ("step", "left", "waiting", "half within", "9 of 10 within", "longest")


def dwell_data(found: Dwell) -> dict[str, object]:
    """One step as plain data; times are seconds, null where nothing has left it."""
    times = {"median": found.median, "nine_of_ten": found.nine_of_ten, "longest": found.longest}
    seconds = {name: None if time is None else int(time.total_seconds()) for name, time in times.items()}
    return {"step": found.step, "left": found.visits, "waiting": found.now, **seconds}


def dwell_lines(found: Sequence[Dwell]) -> Iterator[str]:
    """A table with a line per step."""
    rows = [HEAD, *((d.step, str(d.visits), str(d.now), _time(d.median), _time(d.nine_of_ten), _time(d.longest)) for d in found)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    for row in rows:
        first, *others = (
            cell.ljust(width) if at == 0 else cell.rjust(width) for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join((first, *others))


def _time(length: timedelta | None) -> str:
    """A length of time in its two largest units."""
    if length is None:
        return "-"
    minutes = int(length.total_seconds()) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    return f"{days}d {hours}h" if days else f"{hours}h {minutes % 60}m"
