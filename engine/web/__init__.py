"""What people see: the pages and the API of an application, as one Flask."""

from .accounts import end_second_factor, has_password, hash_of, set_password, weakness
from .accounts.passwords import PasswordCost
from .api import create_token, read_scope
from .application import WebSettings, create_app, make_flask, nothing_wrong
from .views import SignInPage

__all__ = [
    "PasswordCost",
    "SignInPage",
    "WebSettings",
    "create_app",
    "create_token",
    "end_second_factor",
    "has_password",
    "hash_of",
    "make_flask",
    "nothing_wrong",
    "read_scope",
    "set_password",
    "weakness",
]
