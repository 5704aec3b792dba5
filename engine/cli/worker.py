"""`loom worker`: do the work that happens later, beside the processes that serve pages."""

from __future__ import annotations

import signal
import threading

import click

from .accounts import Place, at_place
from .watching import Watcher


@click.command("worker")
@at_place
@click.option("--threads", type=click.IntRange(1, 32), default=2, show_default=True, help="How many jobs at once.")
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
def command(place: Place, *, threads: int, once: bool) -> None:
    """Work on jobs (timers, schedules, calls, mail) until it is stopped; as many of these as wanted, on PostgreSQL on any machine."""
    with place.open() as app:
        if once:
            click.echo(f"{app.jobs.run_due()} jobs done", err=True)
            return
        if threads > 1 and app.database.dialect == "sqlite":
            threads = 1
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        watcher = Watcher(app, None)
        watcher.start()
        app.jobs.start(threads)
        click.echo(f"Objectloom works for {place.path.resolve()} ({app.jobs.worker})", err=True)
        stop.wait()
        watcher.stop()
