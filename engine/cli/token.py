"""`loom token`: keys for programs that act for a person; a key is shown once, and only its hash is kept."""

from __future__ import annotations

from datetime import timedelta

import click

from engine.access import AUTH
from engine.app import App
from engine.records import Query, Record, find, save
from engine.unit_of_work import Cause, UnitOfWork
from engine.web import create_token, read_scope

from .accounts import Place, at_place, person_named


@click.group("token")
def command() -> None:
    """Make, list and revoke access tokens of the API."""


@command.command("create")
@click.argument("user")
@at_place
@click.option("--name", default="command line", show_default=True, help="What the token is for.")
@click.option("--scope", default="", help="Words such as read, write, supplier:read, tasks:write; blank: all that the person may.")
@click.option("--days", type=click.IntRange(1, 3650), help="How long it is valid; blank: until it is revoked.")
def create(place: Place, user: str, *, name: str, scope: str, days: int | None) -> None:
    """Make a token for USER (sign-in name or e-mail) and print it, once."""
    try:
        wanted = read_scope(scope)
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from wrong

    def work(uow: UnitOfWork) -> str:
        uow.cause = Cause("command", "token")
        until = None if days is None else uow.now + timedelta(days=days)
        return create_token(uow, person_named(uow, user).id, name, wanted, until)

    with place.open() as app:
        click.echo(app.run(AUTH, work))


@command.command("list")
@click.argument("user")
@at_place
def list_tokens(place: Place, user: str) -> None:
    """List the tokens of USER, newest first."""
    with place.open() as app:
        tokens = _tokens(app, user)
    for token in tokens:
        values = token.values
        state = "revoked" if values["revoked"] else f"until {values['expires_at']:%Y-%m-%d}" if values["expires_at"] else "valid"
        click.echo(f"{token.id}\t{values['name']}\t{values['scope'] or 'everything'}\t{state}")


@command.command("revoke")
@click.argument("number", type=int)
@at_place
def revoke(place: Place, number: int) -> None:
    """Revoke the token with this number (the one in its text); every process refuses it within two seconds."""
    with place.open() as app:
        app.run(AUTH, lambda uow: save(uow, "token", number, {"revoked": True}))


def _tokens(app: App, user: str) -> list[Record]:
    with app.look(AUTH) as view:
        condition = f"person.id = {person_named(view, user).id}"
        return list(find(view, Query("token", typed=(condition,), limit=500, titles=False)).records)
