"""What a monitor may ask of a process: how many requests, how long they took, what became of them, and which work waits.

Addresses are counted by their pattern, never by what was in them, so that there are few series and no data in any.
"""

from __future__ import annotations

import time
from datetime import timedelta
from functools import lru_cache, partial

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from engine.app import App
from engine.jobs import standing

METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "PUT"})


class Metrics:
    """The numbers of one process; those of the work that waits are read from the database when they are asked for."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.registry = CollectorRegistry()
        self._requests = Counter("loom_requests", "Requests answered", ("door", "method", "route", "status"), registry=self.registry)
        self._seconds = Histogram("loom_request_seconds", "Seconds until the answer", ("door", "route"), registry=self.registry)
        self._jobs = Gauge("loom_jobs", "Jobs by state", ("state",), registry=self.registry)
        self._late = Gauge("loom_jobs_late_seconds", "For how long the oldest job that is due has waited", registry=self.registry)
        self._revision = Gauge("loom_revision", "The applied definition that this process serves", registry=self.registry)

    def count(self, flask: Flask, door: str) -> None:
        """Count what `flask` answers, as requests at this door (pages or api)."""

        def begin() -> None:
            g.began = time.perf_counter()

        requests = lru_cache(maxsize=None)(partial(self._requests.labels, door))
        seconds = lru_cache(maxsize=None)(partial(self._seconds.labels, door))

        def end(response: Response) -> Response:
            rule, asked = request.url_rule, request.method
            route = rule.rule if rule is not None else "none"
            requests(asked if asked in METHODS else "other", route, response.status_code).inc()
            if (began := g.get("began")) is not None:
                seconds(route).observe(time.perf_counter() - began)
            return response

        flask.before_request(begin)
        flask.after_request(end)

    def tell(self) -> Response:
        """Everything in the format of Prometheus."""
        now = self._app.ground.clock.now()
        with self._app.database.glance() as connection:
            found = standing(connection, now)
        for state, count in found.counts.items():
            self._jobs.labels(state).set(count)
        self._late.set(max(found.late, timedelta()).total_seconds())
        self._revision.set(self._app.metadata.number)
        return Response(generate_latest(self.registry), content_type=CONTENT_TYPE_LATEST)
