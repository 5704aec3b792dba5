"""Signing in: who a session belongs to. Flask-Security asks, the accounts answer from records."""

from .looking import look_as, look_as_oneself
from .passwords import hash_of
from .people import Account, Accounts, email_of, set_password
from .signing_in import open_door

__all__ = ["Account", "Accounts", "email_of", "hash_of", "look_as", "look_as_oneself", "open_door", "set_password"]
