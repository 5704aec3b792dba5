"""What went wrong, as pages: the words of the error tree, never a trace."""

from __future__ import annotations

from urllib.parse import quote

import structlog
from flask import Flask, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from engine.errors import Invalid, Message, ObjectloomError, Unauthorised, Unavailable

from .addresses import asked_for
from .frame import bare_shell, shell
from .views import Crumb, ErrorPage
from .visit import visit
from .words import _

_log = structlog.get_logger(__name__)
Answer = tuple[str, int] | Response


def handle_errors(flask: Flask) -> None:
    """Register one handler per kind of error."""
    flask.register_error_handler(Unauthorised, _unauthorised)
    flask.register_error_handler(Unavailable, _unavailable)
    flask.register_error_handler(ObjectloomError, _ours)
    flask.register_error_handler(CSRFError, _stale_form)
    flask.register_error_handler(SecurityError, _strange_host)
    flask.register_error_handler(HTTPException, _http)
    flask.register_error_handler(Exception, _unexpected)


def _titles() -> dict[int, tuple[str, str]]:
    return {
        403: (_("You may not do this"), _("Your roles do not allow this. Ask your administrator if you think they should.")),
        404: (_("Not found"), _("There is no such page or record, or you may not see it.")),
        405: (_("Not found"), _("This address cannot be opened in this way.")),
        409: (_("Not possible now"), ""),
        413: (_("Too large"), _("What was sent is too large.")),
        422: (_("Something does not fit"), ""),
        503: (_("Just a moment"), _("A new definition is being loaded. Please try again in a few seconds.")),
    }


def page(status: int, words: str = "") -> Answer:
    """The page of an error; `words` say more than the general sentence. Who is signed in keeps the menu where the application answers."""
    title, general = _titles().get(status, (_("Something went wrong"), _("Nothing was changed. The error has been recorded.")))
    shown = ErrorPage(status, title, words or general, visit().request_id if status >= 500 else "")
    here = visit()
    if status >= 500 or here.actor.id is None:
        return render_template("error.html", page=shown, shell=bare_shell()), status
    with here.look() as view:
        return render_template("refused.html", page=shown, shell=shell(view, Crumb(title))), status


def _unauthorised(error: Unauthorised) -> Answer:
    return redirect(f"/login?next={quote(asked_for(request))}")


def _unavailable(error: Unavailable) -> Answer:
    """Before anything has been applied there is no language and no page, only plain words."""
    try:
        here = visit()
    except Unavailable:
        return Response(f"{error}\n", 503, mimetype="text/plain")
    return page(503, here.words(error.message))


def _ours(error: ObjectloomError) -> Answer:
    here = visit()
    if isinstance(error, Invalid):
        return page(error.status, " ".join(here.words(problem.message) for problem in error.problems))
    if error.status >= 500:
        return _unexpected(error)
    return page(error.status, here.words(error.message) if error.message != Message("") else "")


def _stale_form(error: CSRFError) -> Answer:
    return page(400, _("This form is too old or comes from elsewhere. Go back, reload the page and send it again."))


def _strange_host(error: SecurityError) -> Response:
    """A host name that is not ours: no page can be made, because no address of ours holds under that name."""
    return Response("This host name is not served here.\n", 400, mimetype="text/plain")


def _http(error: HTTPException) -> Answer:
    if error.code is not None and error.code < 400:
        return error.get_response()
    return page(error.code or 500)


def _unexpected(error: Exception) -> Answer:
    _log.error("page failed", request_id=visit().request_id, path=request.path, exc_info=error)
    return page(500)
