"""What people see: the pages and the API of an application, as one Flask."""

from .accounts import hash_of, set_password
from .application import WebSettings, create_app, make_flask, nothing_wrong
from .views import SignInPage

__all__ = ["SignInPage", "WebSettings", "create_app", "hash_of", "make_flask", "nothing_wrong", "set_password"]
