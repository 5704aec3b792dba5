"""Accounts as Flask-Security wants them, read from and written to records as the actor `auth`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from flask_security import RoleMixin, UserDatastore, UserMixin

from engine.access import AUTH, Actor
from engine.app import App
from engine.records import Query, Record, find, save
from engine.unit_of_work import UnitOfWork, View

LONGEST = 120


@dataclass(eq=False)
class Account(UserMixin):
    """A person's sign-in: `id` is their `user` record, `credential` the record with the hash, the uniquifier ends sessions."""

    id: int
    credential: int
    email: str = ""
    password: str = ""
    fs_uniquifier: str = ""
    active: bool = True
    roles: list[RoleMixin] = field(default_factory=list)

    def get_id(self) -> str:
        """What a session holds: dropped when the uniquifier changes, found by one key."""
        return f"{self.credential}.{self.fs_uniquifier}"


class Role(RoleMixin):
    """Flask-Security knows no roles here: what people may do is decided by records."""


class Accounts(UserDatastore):
    """The little that signing in needs to read and write."""

    def __init__(self, app: App) -> None:
        super().__init__(Account, Role)
        self._app = app

    def find_user(self, case_insensitive: bool = False, **wanted: object) -> Account | None:
        """The account of a session (`fs_uniquifier`) or of what was typed at the door (`email`); None if there is none."""
        with self._app.look(AUTH, snapshot=False) as view:
            if "fs_uniquifier" in wanted:
                return _of_session(view, str(wanted["fs_uniquifier"]))
            return _of_name(view, str(wanted.get("email", ""))[:LONGEST].strip().lower())

    def put(self, account: Account) -> Account:
        """Keep a hash or uniquifier that signing in has changed."""
        values = {"password": account.password, "uniquifier": account.fs_uniquifier}
        self._app.run(AUTH, lambda uow: save(uow, "credential", account.credential, values))
        return account

    def commit(self) -> None:
        """Every `put` is a transaction of its own."""

    def find_role(self, role: str) -> None:
        """There are none."""


def _of_session(view: View, key: str) -> Account | None:
    number, _dot, uniquifier = key.partition(".")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    page = find(view, Query("credential", ids=(int(number),), limit=1, titles=False))
    account = _account(view, page.records[0]) if page.records else None
    return account if account and secrets.compare_digest(account.fs_uniquifier, uniquifier) else None


def _of_name(view: View, name: str) -> Account | None:
    quoted = name.replace('"', '""')
    if not name.isprintable() or not name:
        return None
    people = find(view, Query("user", typed=(f'email = "{quoted}" OR login = "{quoted}"',), limit=1, titles=False))
    if not people.records:
        return None
    found = find(view, Query("credential", typed=(f"person.id = {people.records[0].id}",), limit=1, titles=False))
    return _account(view, found.records[0]) if found.records else None


def _account(view: View, credential: Record) -> Account | None:
    number = credential.values["person"]
    people = find(view, Query("user", ids=(int(str(number)),), limit=1, titles=False))
    if not people.records:
        return None
    row = people.records[0].values
    return Account(
        id=people.records[0].id,
        credential=credential.id,
        email=str(row.get("email") or row.get("login") or ""),
        password=str(credential.values.get("password") or ""),
        fs_uniquifier=str(credential.values["uniquifier"]),
        active=row.get("active") is not False,
    )


def email_of(actor: Actor) -> str:
    """The address of a person."""
    return str(actor.row.get("email") or "")


def set_password(uow: UnitOfWork, user: int, hashed: str) -> None:
    """Give a person a password, and end all their sessions. Runs as `auth`."""
    found = find(uow, Query("credential", typed=(f"person.id = {user}",), limit=1, titles=False))
    values = {"password": hashed, "uniquifier": secrets.token_hex(32), "changed_at": uow.now}
    if found.records:
        save(uow, "credential", found.records[0].id, values)
    else:
        save(uow, "credential", None, {"person": user, **values})
