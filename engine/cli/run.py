"""`loom run`: serve an application."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from pathlib import Path
from typing import Any

import click

from engine import settings, storage
from engine.access import SYSTEM
from engine.app import App, open_app
from engine.clock import SystemClock
from engine.errors import FALLBACK, BadDefinition, in_language
from engine.frozen import frozen
from engine.loading import check, read_sources
from engine.migration import apply
from engine.web import SignInPage, WebSettings, create_app, nothing_wrong

from .accounts import Place, at_place
from .demo import DEMO_PASSWORD, demo_people, has_people, let_in, load
from .issues import print_issues, reader_of
from .serving import Server
from .watching import Watcher

OURS = ("localhost", ".localhost", "127.0.0.1")
"""The names under which a machine reaches itself."""


@frozen
class Serving:
    """How an application is served."""

    place: Place
    host: str
    port: int
    dev: bool = False
    demo: bool = False

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback


@click.command("run")
@at_place
@click.option("--host", default=lambda: settings.setting("LOOM_HOST"), help="Address to listen on (LOOM_HOST, default 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), default=lambda: int(settings.setting("LOOM_PORT")), help="Port (LOOM_PORT, 8000).")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; default: 2, or 1 on a single processor and with --dev.")
@click.option("--dev", is_flag=True, help="Watch PATH: apply what destroys nothing, show issues in place. Only on loopback.")
@click.option("--demo", is_flag=True, help="Fill an empty database with the demonstration and offer its accounts. Only on loopback.")
def command(place: Place, *, host: str, port: int, workers: int | None, dev: bool, demo: bool) -> None:  # noqa: PLR0913 - its options
    """Serve the application in PATH (default: here). The first start applies it."""
    os.environ.update(LOOM_HOST=host, LOOM_PORT=str(port))  # links in letters lead to where it serves
    serving = Serving(place, host, port, dev, demo)
    if (dev or demo) and not serving.is_local:
        raise click.UsageError("--dev and --demo serve only this machine; leave out --host.")
    _assert_free(host, port)
    with place.open() as app:
        _prepare(app, serving)
    demo_page = _demo_page(serving) if demo else SignInPage()
    click.echo(f"Objectloom serves {place.path.resolve()} on http://{host}:{port}", err=True)
    for email, name, role in demo_page.demo:
        click.echo(f"  {email:28} {in_language(role, FALLBACK):24} {name}", err=True)
    if demo_page.demo:
        click.echo(f"  password of all: {demo_page.demo_password}", err=True)
    Server(lambda: _make(serving, demo_page), f"{host}:{port}", workers or _workers(serving)).run()


def _workers(serving: Serving) -> int:
    """One computes while another one writes; a folder is watched, and its mistakes are known, by one."""
    return 1 if serving.dev else min(2, os.cpu_count() or 1)


def _assert_free(host: str, port: int) -> None:
    """Raises ClickException where somebody else listens already: the server itself would try for seconds, and say it in its own words."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
    except OSError as refused:
        if refused.errno == errno.EADDRINUSE:
            raise click.ClickException(f"Something listens on {host}:{port} already: stop it, or take another port with --port.") from None
        raise click.ClickException(f"Nobody can listen on {host}:{port}: {refused.strerror}.") from None


def _prepare(app: App, serving: Serving) -> None:
    """Apply the folder where nothing has been applied yet, or where it is being worked on; fill an empty demonstration."""
    folder = serving.place.path
    if serving.dev or not _applied(app):
        report = check(folder)
        print_issues(report.issues, reader_of(folder))
        if report.metadata is None and not _applied(app):
            raise BadDefinition(report.issues)
        if report.metadata is not None:
            apply(app.database, read_sources(folder), report.metadata, "loom run", SystemClock().now(), app.plugins)
            app.serving.reload()
    app.serving.current()  # what cannot be served says so here, once, and not in every worker
    if serving.demo:
        if not has_people(app):
            click.echo("Loading the demonstration …", err=True)
            load(serving.place)
        let_in(app)


def _applied(app: App) -> int:
    with app.database.glance() as connection:
        return storage.served(connection) if storage.is_prepared(connection) else 0


def _demo_page(serving: Serving) -> SignInPage:
    """The accounts that the door offers: those of the demonstration, with their first role in words."""
    with serving.place.open() as app, app.look(SYSTEM) as view:
        roles = view.metadata.roles
        accounts = []
        for person in reversed(demo_people(view)):
            held: tuple[str, ...] = person.values.get("roles") or ()  # type: ignore[assignment]
            label = roles[held[0]].label if held and held[0] in roles else {}
            accounts.append((str(person.values["email"]), str(person.values["name"]), label))
    return SignInPage(demo=tuple(accounts), demo_password=DEMO_PASSWORD)


def _make(serving: Serving, demo: SignInPage) -> Any:
    """The application of one worker process, with its own connections and threads."""
    place = serving.place
    app = open_app(place.path, place.database)
    watcher = Watcher(app, place.path if serving.dev else None)
    watcher.start()
    app.closing.append(watcher.stop)
    app.start()
    return create_app(app, web_settings(place.path, serving), demo, watcher.issues if serving.dev else nothing_wrong)


def web_settings(root: Path, serving: Serving) -> WebSettings:
    """The settings of the pages: on loopback without a proxy plain HTTP is enough, everywhere else cookies want HTTPS.

    There only names of this machine are answered to: any other one is that of a site that had its own name lead here, to read
    with the browser of whoever sits here what it could not reach.
    """
    proxies = int(settings.setting("LOOM_PROXIES"))
    hosts = tuple(name.strip() for name in settings.setting("LOOM_HOSTS").split(",") if name.strip())
    reachable = not serving.is_local or proxies > 0
    if not (hosts or reachable or ":" in serving.host):  # an IPv6 address cannot be named in that list
        hosts = (*OURS, serving.host)
    second_factor = settings.setting("LOOM_SECOND_FACTOR") or ("admin" if reachable else "nobody")
    key = settings.key(root, "session").hex()
    return WebSettings(key, https=reachable, proxies=proxies, hosts=hosts, second_factor=second_factor)
