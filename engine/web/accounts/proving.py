"""Giving a second factor: a code is good once, whoever asks first."""

from __future__ import annotations

from engine.unit_of_work import UnitOfWork

from .people import Account, account_of, keep
from .second_factor import secret_of, step_of, without


def proven(uow: UnitOfWork, key: bytes, person: int, code: str) -> Account | None:
    """The account, if this is a code of its authenticator or one of its recovery codes; the code is used up with that.

    `key` is the one that secrets are made with. Raises Conflict when the same person proves themselves elsewhere at this moment.
    """
    account = account_of(uow, person)
    if account is None or not account.active or not account.seed:
        return None
    step = step_of(secret_of(key, person, account.seed), code, uow.now, account.last_step)
    if step is not None:
        keep(uow, person, {"last_step": step}, account.version)
        return account
    left = without(account.recovery, code)
    if left is None:
        return None
    keep(uow, person, {"recovery": left or None}, account.version)
    return account
