"""Everything that can go wrong with a request, as problem details (RFC 9457): one shape, made in one place.

{"type": "urn:objectloom:problem:invalid", "title": "Unprocessable Entity", "status": 422, "code": "invalid",
 "detail": "Please correct what is marked.", "errors": [{"path": "lines.2.qty", "code": "required", "message": "…"}],
 "request_id": "5f0c…"}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from http import HTTPStatus

import orjson
import structlog
from flask import Response
from werkzeug.exceptions import HTTPException

from engine.errors import Conflict, Invalid, Message, ObjectloomError, Problem, TooMany
from engine.formula import FormulaErrors
from engine.frozen import frozen

MEDIA_TYPE = "application/problem+json"
CODES: Mapping[int, str] = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}
"""What the framework refuses, by status."""
WORDS: Mapping[int, str] = {
    400: "The request cannot be read.",
    404: "There is nothing at this address.",
    405: "This address does not know this method.",
    413: "The request is too large.",
    415: "Please send JSON (Content-Type: application/json).",
    500: "Something went wrong here; nothing was changed.",
}

_log = structlog.get_logger(__name__)


class RequestProblem(ObjectloomError):
    """The request itself is at fault, not its values: `status` and `code` are the answer's."""

    def __init__(self, status: int, code: str, message: Message | str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@frozen
class Details:
    """Problem details before they are put into words."""

    status: int
    code: str
    message: Message
    errors: Sequence[Problem] = ()
    theirs: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def details_of(error: Exception, *, conditional: bool = False) -> Details:
    """What to answer when `error` ended a request; `conditional` if it carried If-Match, so that a lost race is status 412."""
    if isinstance(error, ObjectloomError):
        return _of_ours(error, conditional=conditional)
    if isinstance(error, HTTPException) and error.code is not None and error.code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _of_framework(error, error.code)
    return Details(500, "internal", Message(WORDS[500]))


def _of_ours(error: ObjectloomError, *, conditional: bool) -> Details:
    if isinstance(error, Conflict):
        return Details(412 if conditional else 409, error.code, error.message, theirs=error.theirs)
    if isinstance(error, Invalid):
        return Details(error.status, error.code, error.message, errors=error.problems)
    if isinstance(error, FormulaErrors):
        found = [Problem("where", issue.code, issue.message) for issue in error.issues]
        return Details(error.status, "invalid", Message("This formula cannot be used here."), errors=found)
    if isinstance(error, TooMany):
        return Details(error.status, error.code, error.message, headers={"Retry-After": str(error.seconds)})
    headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "1"}}.get(error.status, {})
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR and error.status != HTTPStatus.SERVICE_UNAVAILABLE:
        return Details(500, "internal", Message(WORDS[500]))
    message = error.message if str(error.message) else Message(FALLBACK_WORDS.get(error.code, HTTPStatus(error.status).phrase))
    return Details(error.status, error.code, message, headers=headers)


FALLBACK_WORDS: Mapping[str, str] = {"unauthorised": "Please send a valid token (Authorization: Bearer …)."}


def _of_framework(error: HTTPException, status: int) -> Details:
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    words = WORDS.get(status, HTTPStatus(status).phrase)
    return Details(status, CODES.get(status, HTTPStatus(status).name.lower()), Message(words), headers=headers)


def said(details: Details, language: str, request_id: str) -> dict[str, object]:
    """The problem details in the reader's language."""
    body: dict[str, object] = {
        "type": f"urn:objectloom:problem:{details.code}",
        "title": HTTPStatus(details.status).phrase,
        "status": details.status,
        "code": details.code,
        "detail": details.message.render(language),
        "request_id": request_id,
    }
    if details.errors:
        body["errors"] = [{"path": p.path, "code": p.code, "message": p.message.render(language)} for p in details.errors]
    if details.theirs:
        body["theirs"] = {name: _plain(value, language) for name, value in details.theirs.items()}
    return body


def answer(details: Details, language: str, request_id: str) -> Response:
    """The problem details as a response, in the reader's language."""
    response = Response(orjson.dumps(said(details, language, request_id)), details.status, content_type=MEDIA_TYPE)
    response.headers.update(details.headers)
    return response


def _plain(value: object, language: str) -> object:
    if isinstance(value, Message):
        return value.render(language)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item, language) for item in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(item, language) for name, item in value.items()}
    return value if isinstance(value, (bool, int, str, date)) or value is None else str(value)


def report(error: Exception, request_id: str) -> None:
    """Log a defect with everything that helps to find it; the person only gets the request id."""
    _log.error("request failed", request_id=request_id, exc_info=error)
