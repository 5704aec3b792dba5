"""What people sign in with, read from and written to records as the actor `auth`."""

from __future__ import annotations

from datetime import datetime

from engine import storage
from engine.access import Actor
from engine.frozen import frozen
from engine.metadata import Value
from engine.records import Query, Record, find, person_named, save
from engine.unit_of_work import UnitOfWork, View


@frozen
class Account:
    """A person's sign-in: `id` is their `user` record, `credential` the record of what they sign in with (None: nothing yet)."""

    id: int
    login: str
    name: str
    email: str = ""
    active: bool = True
    credential: int | None = None
    version: int = 0
    password: str = ""
    seed: str = ""
    second_factor_at: datetime | None = None
    last_step: int = 0
    recovery: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What a password of this person may not hold."""
        return (self.login, self.name, self.email.partition("@")[0])


def account_named(view: View, typed: str) -> Account | None:
    """The account of what was typed at the door, a sign-in name or an address; None if there is none."""
    person = person_named(view, typed)
    return None if person is None else _account(view, person)


def account_of(view: View, person: int) -> Account | None:
    """The account of a person."""
    people = find(view, Query("user", ids=(person,), limit=1, titles=False)).records
    return _account(view, people[0]) if people else None


def _account(view: View, person: Record) -> Account:
    row, credential = person.values, _credential(view, person.id)
    held = {} if credential is None else credential.values
    return Account(
        id=person.id,
        login=_text(row.get("login")),
        name=_text(row.get("name")),
        email=_text(row.get("email")),
        active=row.get("active") is not False,
        credential=None if credential is None else credential.id,
        version=0 if credential is None else credential.version,
        password=_text(held.get("password")),
        seed=_text(held.get("seed")),
        second_factor_at=held.get("second_factor_at"),  # type: ignore[arg-type]
        last_step=int(str(held.get("last_step") or 0)),
        recovery=_text(held.get("recovery")),
    )


def _credential(view: View, person: int) -> Record | None:
    found = find(view, Query("credential", typed=(f"person.id = {person}",), limit=1, titles=False)).records
    return found[0] if found else None


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def has_password(view: View, person: int) -> bool:
    """Whether somebody can sign in with a password. Runs as `auth`."""
    account = account_of(view, person)
    return account is not None and bool(account.password)


def email_of(actor: Actor) -> str:
    """The address of a person."""
    return str(actor.row.get("email") or "")


def set_password(uow: UnitOfWork, user: int, hashed: str, but: str = "") -> None:
    """Give a person a password, and end all their sessions except the one whose key is `but`. Runs as `auth`."""
    keep(uow, user, {"password": hashed, "changed_at": uow.now})
    storage.end_sessions(uow.connection, user, but)


def set_factor(uow: UnitOfWork, user: int, values: dict[str, object], but: str) -> None:
    """Give a person another second factor, and end all their sessions except the one whose key is `but`. Runs as `auth`."""
    keep(uow, user, values)
    storage.end_sessions(uow.connection, user, but)


def keep(uow: UnitOfWork, user: int, values: dict[str, object], version: int | None = None) -> None:
    """Write what a person signs in with. Runs as `auth`. Raises Conflict when `version` is not the one of now."""
    found = _credential(uow, user)
    if found is None:
        save(uow, "credential", None, {"person": user, **values})
    else:
        save(uow, "credential", found.id, values, version)


def end_second_factor(uow: UnitOfWork, user: int) -> None:
    """The password alone is enough from now on. Runs as `auth`."""
    keep(uow, user, dict.fromkeys(("seed", "second_factor_at", "last_step", "recovery")))
