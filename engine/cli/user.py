"""`loom user`: people who sign in, made from the command line; the first administrator of a new application comes from here."""

from __future__ import annotations

import secrets

import click

from engine.access import AUTH, SYSTEM
from engine.notices import put_letter
from engine.records import Erasure, Query, erase_person, find, preview_erasure, save
from engine.unit_of_work import Cause, UnitOfWork
from engine.web import end_second_factor, hash_of, set_password, weakness

from .accounts import Place, at_place, person_named

MOST = 500
"""How many people are listed."""


@click.group("user")
def command() -> None:
    """Make and list people, set their passwords, close and open their accounts."""


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
@click.option("--without-second-factor", "bare", is_flag=True, help="Also switch the second factor off, for who has lost it.")
def change(place: Place, login: str, *, password: str, bare: bool) -> None:
    """Set the password of LOGIN (sign-in name or e-mail) and end all sessions of that person."""
    if (weak := weakness(password, login)) is not None:
        raise click.UsageError(str(weak))

    def work(uow: UnitOfWork) -> None:
        uow.cause = Cause("command", "user")
        number = person_named(uow, login).id
        set_password(uow, number, hash_of(password))
        if bare:
            end_second_factor(uow, number)

    with place.open() as app:
        app.run(AUTH, work)


@command.command("invite")
@click.argument("login")
@at_place
def invite(place: Place, login: str) -> None:
    """Send LOGIN (sign-in name or e-mail) a letter with a link, good once within seven days, to choose a password.

    Where no mail leaves (LOOM_SMTP is empty), or they have no address, the link is printed instead.
    """

    def work(uow: UnitOfWork) -> None:
        uow.cause = Cause("command", "user")
        put_letter(uow.connection, "invite", person_named(uow, login).id, uow.now)

    with place.open() as app:
        with app.look(AUTH, snapshot=False) as view:
            person = person_named(view, login)
            email = person.values.get("email")
            if not app.letters.leave or not email:
                click.echo(app.letters.link(view, "invite", person.id, view.now))
                return
        app.run(AUTH, work)
    click.echo(f"A letter to {email} leaves as soon as the application runs.", err=True)


@command.command("erase")
@click.argument("login")
@at_place
@click.option("--yes", is_flag=True, help="Do it; otherwise only what would be erased is told.")
def erase(place: Place, login: str, *, yes: bool) -> None:
    """Erase LOGIN (sign-in name or e-mail): who they were is told by nothing any more, what they did stays. Exit 1 without --yes."""

    def work(uow: UnitOfWork) -> Erasure:
        uow.cause = Cause("command", "user")
        return erase_person(uow, person_named(uow, login).id)

    with place.open() as app:
        if yes:
            found = app.run(SYSTEM, work)
        else:
            with app.look(SYSTEM) as view:
                found = preview_erasure(view, person_named(view, login).id)
    click.echo(f"person {found.person}\t{found.name}")
    for name in ("versions", "actions", "comments", "tokens", "sessions"):
        click.echo(f"{name}\t{getattr(found, name)}")
    if not yes:
        click.echo("Nothing was changed; --yes erases, and cannot be undone.", err=True)
        raise click.exceptions.Exit(1)


@command.command("list")
@at_place
def list_people(place: Place) -> None:
    """List accounts: sign-in name, name, roles, and whether it is closed."""
    with place.open() as app, app.look(AUTH) as view:
        people = find(view, Query("user", limit=MOST, titles=False)).records
    for person in people:
        held = person.values["roles"]
        roles = ", ".join(map(str, held)) if isinstance(held, tuple) else ""
        closed = "" if person.values["active"] else "\tclosed"
        click.echo(f"{person.values['login']}\t{person.values['name']}\t{roles}{closed}")


@command.command("close")
@click.argument("login")
@at_place
def close(place: Place, login: str) -> None:
    """Close an account: nobody signs in with it, and its tokens are refused."""
    _activate(place, login, active=False)


@command.command("open")
@click.argument("login")
@at_place
def reopen(place: Place, login: str) -> None:
    """Open a closed account again."""
    _activate(place, login, active=True)


def _activate(place: Place, login: str, *, active: bool) -> None:
    def work(uow: UnitOfWork) -> None:
        uow.cause = Cause("command", "user")
        save(uow, "user", person_named(uow, login).id, {"active": active})

    with place.open() as app:
        app.run(AUTH, work)
