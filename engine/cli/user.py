"""`loom user`: people who sign in, made from the command line; the first administrator of a new application comes from here."""

from __future__ import annotations

import secrets

import click

from engine.access import AUTH, SYSTEM
from engine.records import save
from engine.unit_of_work import Cause, UnitOfWork
from engine.web import hash_of, set_password

from .accounts import Place, at_place, person_named

SHORTEST = 10


@click.group("user")
def command() -> None:
    """Make people and set their passwords."""


@command.command("create")
@click.argument("login")
@at_place
@click.option("--name", help="What the person is called; default: the sign-in name.")
@click.option("--email", help="The e-mail address.")
@click.option("--role", "roles", multiple=True, help="A role; may be given several times. `admin` may do everything.")
def create(place: Place, login: str, *, name: str | None, email: str | None, roles: tuple[str, ...]) -> None:
    """Make the person LOGIN with a password that is printed once."""
    password = secrets.token_urlsafe(12)

    def work(uow: UnitOfWork) -> int:
        uow.cause = Cause("command", "user")
        values = {"login": login, "name": name or login, "email": email, "roles": list(roles), "active": True}
        return int(str(save(uow, "user", None, values)["id"]))

    with place.open() as app:
        number = app.run(SYSTEM, work)
        app.run(AUTH, lambda uow: set_password(uow, number, hash_of(password)))
    click.echo(password)


@command.command("password")
@click.argument("login")
@at_place
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when it is not given.")
def change(place: Place, login: str, *, password: str) -> None:
    """Set the password of LOGIN (sign-in name or e-mail) and end all sessions of that person."""
    if len(password) < SHORTEST:
        raise click.UsageError(f"A password has at least {SHORTEST} characters.")
    with place.open() as app:
        app.run(AUTH, lambda uow: set_password(uow, person_named(uow, login).id, hash_of(password)))
