"""What people see: the pages and the API of an application, as one Flask."""

from .application import WebSettings, create_app, make_flask
from .views import SignInPage

__all__ = ["SignInPage", "WebSettings", "create_app", "make_flask"]
