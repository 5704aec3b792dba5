"""The Flask application: made once; its routes are generic, and each request takes the definition that is served now."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Flask
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from engine import settings as keys
from engine.app import App
from engine.errors import Issue
from engine.frozen import frozen

from .accounts import FULL_COST, Keeping, PasswordCost, open_door
from .addresses import Routes
from .api import mount
from .errors import handle_errors
from .grid_rows import add_grid_rows
from .language import speak
from .marks import add_marks
from .pages import pages
from .public import end_it, public
from .security import protect
from .static_files import serve_static
from .table_rows import add_rows
from .views import SignInPage
from .visit import reader_language


@frozen
class WebSettings:
    """How the pages are served. `proxies` counts the reverse proxies in front; `hosts` are the only names answered to, where given.

    `second_factor` says who needs one: admin, all, or nobody (blank).
    """

    secret: str
    https: bool = False
    proxies: int = 0
    hosts: tuple[str, ...] = ()
    password_cost: PasswordCost = FULL_COST
    second_factor: str = ""


NOBODY = SignInPage()
ADDRESSES = Routes()


def nothing_wrong() -> Sequence[Issue]:
    """The issues of a folder that nobody watches."""
    return ()


def create_app(app: App, settings: WebSettings, demo: SignInPage = NOBODY, issues: Callable[[], Sequence[Issue]] = nothing_wrong) -> Flask:
    """The pages and the API of an open application.

    `demo` names accounts for the door of a demonstration; `issues` gives what is wrong with a folder that is being watched.
    """
    flask = make_flask(settings, reader_language)
    flask.url_map = ADDRESSES
    flask.extensions["objectloom"] = app
    flask.extensions["objectloom_issues"] = issues
    flask.extensions["objectloom_watched"] = issues is not nothing_wrong
    key = keys.key(app.root, "second_factor")
    open_door(flask, app, Keeping(demo, key, settings.password_cost, settings.second_factor))
    flask.register_blueprint(pages)
    flask.register_blueprint(public)
    flask.extensions["csrf"].exempt(end_it)
    handle_errors(flask)
    mount(flask, app)
    return flask


def make_flask(settings: WebSettings, language: Callable[[], str]) -> Flask:
    """A Flask that can render our templates, safely, and knows no page yet; `language` gives the reader's per request."""
    flask = Flask("engine.web", static_folder=None)
    flask.config.update(
        SECRET_KEY=settings.secret,
        TRUSTED_HOSTS=list(settings.hosts) or None,
        COMPRESS_MIMETYPES=["text/html", "application/json"],
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=3,
    )
    flask.jinja_env.trim_blocks = flask.jinja_env.lstrip_blocks = True
    flask.jinja_env.autoescape = True
    speak(flask, language)
    add_marks(flask, language)
    add_rows(flask, language)
    add_grid_rows(flask, language)
    protect(flask, https=settings.https)
    Compress(flask)
    serve_static(flask)
    if settings.proxies:
        count = settings.proxies
        flask.wsgi_app = ProxyFix(flask.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return flask
