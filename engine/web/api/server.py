"""The API as an application of its own beside the pages: no session, no cookie, no form, so nothing that CSRF could use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from engine import settings, storage
from engine.app import App
from engine.web.addresses import Routes
from engine.web.metrics import Metrics

from .archive import archive_record, take_back_record
from .bin import list_bin, purge_deleted, restore_deleted
from .body import LARGEST
from .bulk import change_many
from .comments import follow, list_comments, list_followers, unfollow, write_comment
from .cursors import Cursors
from .door import Door, add_headers, request_id_of
from .exports import export_records
from .files import give_file, send_file
from .groups import list_groups
from .imports import failed_rows, import_records, read_import, run_import, stop_import
from .me import me
from .merging import list_duplicates, merge_records, unmerge_records
from .messages import receive_message
from .openapi import description
from .prints import list_prints
from .records import (
    PREFIX,
    change_record,
    create_record,
    delete_record,
    fire_action,
    fire_row_action,
    list_actions,
    list_records,
    list_row_actions,
    read_record,
)
from .reports import list_reports, read_report
from .saved_views import drop_view, list_views, save_view
from .search import search
from .subscriptions import add_subscription, end_subscription, list_subscriptions
from .tasks import approve_tasks, decide_task, hand_over, list_tasks, move_task, read_task, reassign_task, steer
from .tokens import Tokens

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ROUTES = (
    ("GET", "/records/<entity>", list_records),
    ("POST", "/records/<entity>", create_record),
    ("GET", "/records/<entity>/groups", list_groups),
    ("POST", "/records/<entity>/bulk", change_many),
    ("GET", "/records/<entity>/views", list_views),
    ("POST", "/records/<entity>/views", save_view),
    ("DELETE", "/records/<entity>/views/<id:number>", drop_view),
    ("GET", "/records/<entity>/export", export_records),
    ("POST", "/records/<entity>/import", import_records),
    ("GET", "/imports/<id:number>", read_import),
    ("POST", "/imports/<id:number>/run", run_import),
    ("POST", "/imports/<id:number>/cancel", stop_import),
    ("GET", "/imports/<id:number>/failed", failed_rows),
    ("GET", "/records/<entity>/<id:number>", read_record),
    ("PATCH", "/records/<entity>/<id:number>", change_record),
    ("DELETE", "/records/<entity>/<id:number>", delete_record),
    ("POST", "/records/<entity>/<id:number>/archive", archive_record),
    ("POST", "/records/<entity>/<id:number>/take_back", take_back_record),
    ("GET", "/records/<entity>/<id:number>/duplicates", list_duplicates),
    ("POST", "/records/<entity>/<id:number>/merge", merge_records),
    ("POST", "/records/<entity>/<id:number>/unmerge", unmerge_records),
    ("GET", "/records/<entity>/<id:number>/actions", list_actions),
    ("POST", "/records/<entity>/<id:number>/actions/<action>", fire_action),
    ("GET", "/records/<entity>/<id:number>/<table>/actions", list_row_actions),
    ("POST", "/records/<entity>/<id:number>/<table>/<id:row>/actions/<action>", fire_row_action),
    ("GET", "/records/<entity>/<id:number>/prints", list_prints),
    ("GET", "/records/<entity>/<id:number>/comments", list_comments),
    ("POST", "/records/<entity>/<id:number>/comments", write_comment),
    ("GET", "/records/<entity>/<id:number>/followers", list_followers),
    ("POST", "/records/<entity>/<id:number>/followers", follow),
    ("DELETE", "/records/<entity>/<id:number>/followers", unfollow),
    ("GET", "/bin", list_bin),
    ("POST", "/bin/<id:number>/restore", restore_deleted),
    ("DELETE", "/bin/<id:number>", purge_deleted),
    ("POST", "/files", send_file),
    ("GET", "/files/<id:number>", give_file),
    ("GET", "/reports", list_reports),
    ("GET", "/reports/<name>", read_report),
    ("POST", "/reports/<name>/subscriptions", add_subscription),
    ("GET", "/subscriptions", list_subscriptions),
    ("DELETE", "/subscriptions/<id:number>", end_subscription),
    ("GET", "/search", search),
    ("GET", "/tasks", list_tasks),
    ("POST", "/tasks/approve", approve_tasks),
    ("POST", "/people/<id:number>/handover", hand_over),
    ("GET", "/tasks/<id:number>", read_task),
    ("POST", "/tasks/<id:number>/<decision>", decide_task),
    ("POST", "/tasks/<id:number>/reassign", reassign_task),
    ("POST", "/tasks/<id:number>/moves/<kind>", move_task),
    ("POST", "/processes/<id:number>/<verb>", steer),
    ("GET", "/me", me),
    ("GET", "/openapi.json", description),
)
"""Every route of the API for the holders of tokens, below its prefix."""
SIGNED = (("POST", "/messages/<connector>/<name>", receive_message),)
"""Those for other systems, which sign what they send."""
OURS = ("/api/", "/healthz", "/readyz", "/metrics")
ADDRESSES = Routes()
DOCS = "/api/docs"
"""A page for people among the addresses of programs."""


def make_api(app: App, metrics: Metrics | None = None) -> Flask:
    """The API of an application."""
    metrics = metrics or Metrics(app)
    flask = Flask("engine.web.api", static_folder=None)
    flask.config.update(MAX_CONTENT_LENGTH=LARGEST, PROPAGATE_EXCEPTIONS=False)
    flask.url_map = ADDRESSES
    tokens = Tokens(app.ground)
    app.ground.subscribers = (*app.ground.subscribers, tokens.forget)
    door = Door(app, Cursors(settings.key(app.root, "cursor")), tokens)
    for routes, opened in ((ROUTES, door.open), (SIGNED, door.open_signed)):
        for method, rule, route in routes:
            endpoint = f"{method} {rule}".replace(".", "_")
            flask.add_url_rule(PREFIX + rule, endpoint, opened(route), methods=[method], provide_automatic_options=False)
    flask.add_url_rule("/healthz", "healthz", _alive)
    flask.add_url_rule("/readyz", "readyz", lambda: _ready(app))
    flask.add_url_rule("/metrics", "metrics", lambda: door.watched(metrics))
    metrics.count(flask, "api")
    flask.register_error_handler(HTTPException, lambda error: door.refuse(error, request_id_of(request)))
    flask.register_error_handler(Exception, lambda error: door.refuse(error, request_id_of(request)))
    flask.after_request(add_headers)
    return flask


def _alive() -> Response:
    """The process answers."""
    return Response("ok\n", content_type="text/plain")


def _ready(app: App) -> Response:
    """The process can work: its database answers, and a definition is served."""
    try:
        with app.database.glance() as connection:
            ready = storage.served(connection) > 0
    except Exception:  # noqa: BLE001 - whatever is wrong with the database, this process is not ready
        ready = False
    return Response("ready\n" if ready else "not ready\n", 200 if ready else 503, content_type="text/plain")


def mount(flask: Flask, app: App) -> Flask:
    """Put the API of `app` in front of the pages in `flask`; returns the API."""
    metrics = Metrics(app)
    metrics.count(flask, "pages")
    api = make_api(app, metrics)
    pages: Callable[..., Iterable[bytes]] = flask.wsgi_app

    def gate(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        inside = api.wsgi_app if path.startswith(OURS) and path != DOCS else pages
        with app.ground.traffic.answering():
            return inside(environ, start_response)

    flask.wsgi_app = gate  # type: ignore[method-assign] # Flask's documented way to wrap the application
    return api
