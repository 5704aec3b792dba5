"""Limits on how often something may be done, counted in the database for all processes together.

A process takes its share of a period at once, so that a busy token costs a few statements a minute instead of one per request;
what it has taken and not used is lost, so the limit is never exceeded, and may be felt a little early.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from engine import storage
from engine.app import App
from engine.errors import TooMany
from engine.frozen import frozen

REMEMBERED = 10_000
"""For how many keys a process keeps a share at most."""
START = datetime(2000, 1, 1, tzinfo=UTC)


@frozen
class Limit:
    """So many times in each period of this length, taken from the database in so many shares; 0 times: no limit."""

    times: int
    period: timedelta
    shares: int = 0

    @property
    def share(self) -> int:
        """How much a process takes at once."""
        return max(1, self.times // self.shares) if self.shares else 1

    def began(self, now: datetime) -> datetime:
        """When the period of `now` began."""
        return START + (now - START) // self.period * self.period


class Limits:
    """Counts, and refuses what is too often."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._left: dict[str, tuple[datetime, int]] = {}
        self._one_at_a_time = threading.Lock()

    def take(self, key: str, limit: Limit) -> None:
        """Count one more. Raises TooMany when that is more than `limit` allows."""
        if not limit.times:
            return
        now = self._app.ground.clock.now()
        period = limit.began(now)
        with self._one_at_a_time:
            began, left = self._left.get(key, (period, 0))
            if began == period and left > 0:
                self._left[key] = period, left - 1
                return
        with self._app.database.write() as connection:
            count = storage.count_up(connection, key, period, limit.share)
        granted = limit.share - max(0, count - limit.times)
        if granted <= 0:
            raise TooMany(int((period + limit.period - now).total_seconds()) + 1)
        self._keep(key, period, granted - 1)

    def forget(self, key: str) -> None:
        """Begin anew for this key."""
        with self._app.database.write() as connection:
            storage.forget_tally(connection, key)
        self._left.pop(key, None)

    def _keep(self, key: str, period: datetime, left: int) -> None:
        if not left:
            return
        with self._one_at_a_time:
            if len(self._left) >= REMEMBERED:
                self._left.clear()
            began, had = self._left.get(key, (period, 0))
            self._left[key] = period, left + (had if began == period else 0)
