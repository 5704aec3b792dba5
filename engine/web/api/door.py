"""The door of the API: who calls, in which language, with which rights; and how an answer leaves.

Every route is a function of a `Call`. Cookies are not read: a call is made by the holder of a bearer token, or refused.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import field, replace
from datetime import timedelta
from typing import IO, TYPE_CHECKING

import orjson
from flask import Request, Response, request, send_file
from werkzeug.datastructures import Headers

from engine import settings, storage
from engine.access import SYSTEM, Actor
from engine.app import App
from engine.errors import FALLBACK, Forbidden, Invalid, Message, Problem, Unavailable
from engine.frozen import frozen
from engine.metadata import Metadata
from engine.unit_of_work import UnitOfWork, View
from engine.web.limits import Limit, Limits
from engine.web.metrics import Metrics

from . import body, problems
from .cursors import Cursors
from .scope import Kind, Scope
from .shape import encode
from .signed import admit
from .tokens import Tokens

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
MARK = "X-Content-Type-Options"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    MARK: "nosniff",
}
"""What every answer says."""
NO_BODY = 204


@frozen
class Answer:
    """What a route answers: JSON, or a file whose `Content-Type` is among the headers that go with it."""

    json: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    file: IO[bytes] | None = None


@frozen(slots=False)
class Call:
    """One call: by whom, within which scope, asking what."""

    app: App
    actor: Actor
    scope: Scope
    request: Request
    request_id: str
    cursors: Cursors

    @property
    def metadata(self) -> Metadata:
        """The definition being served."""
        return self.app.metadata

    def require(self, kind: Kind, thing: str) -> None:
        """Raises Forbidden when the token may not be used for this."""
        self.scope.require(kind, thing)

    def require_administrator(self) -> None:
        """Raises Forbidden for everybody else."""
        if not self.actor.administrator:
            raise Forbidden(Message("Only administrators may see how the process does."))

    def look(self, *, snapshot: bool = True) -> AbstractContextManager[View]:
        """Read as the caller."""
        return self.app.look(self.actor, snapshot=snapshot)

    def write(self, work: Callable[[UnitOfWork], Answer], item: str = "") -> Answer:
        """Do `work` in one transaction; a request with an idempotency key that was answered before gets the same answer again.

        `item` tells the parts of a request apart that are kept each for itself.
        """
        given = body.idempotency_key(self.request)
        if not given:
            return self.app.run(self.actor, work, request_id=self.request_id)
        key = f"{given}{item}"
        return self.app.run(self.actor, lambda uow: self._once(uow, key, work), request_id=self.request_id)

    def _once(self, uow: UnitOfWork, key: str, work: Callable[[UnitOfWork], Answer]) -> Answer:
        assert self.actor.id is not None
        asked = self._fingerprint()
        before = storage.claim_answer(uow.connection, self.actor.id, key, asked, uow.now)
        about = f"answer:{self.actor.id}:{key}"  # it may hold sealed values, which are not read in the database
        if before is not None:
            return _again(before, asked, uow.cipher.open(before.body, about))
        answer = work(uow)
        kept = encode({"json": answer.json, "headers": answer.headers}).decode()
        storage.keep_answer(uow.connection, self.actor.id, key, answer.status, uow.cipher.close(kept, about))
        return answer

    def _fingerprint(self) -> str:
        about = f"{self.request.method} {self.request.full_path} {self.request.headers.get('If-Match', '')}\n".encode()
        return hashlib.sha256(about + self.request.get_data(cache=True)).hexdigest()


def _again(before: storage.Answered, asked: str, body: str) -> Answer:
    if before.request_hash != asked:
        words = Message("This Idempotency-Key was used for another request.")
        raise Invalid([Problem("Idempotency-Key", "key_used", words)])
    kept = orjson.loads(body)
    return Answer(kept["json"], before.status, {**kept["headers"], "Idempotency-Replayed": "true"})


class JsonResponse(Response):
    """An answer whose headers are as they leave: werkzeug would look through them for addresses to correct and lengths to add."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """Its own headers; without a length where there is no body."""
        return super().get_wsgi_headers(environ) if self.status_code == NO_BODY else self.headers


class Door:
    """Lets calls in and answers out."""

    def __init__(self, app: App, cursors: Cursors, tokens: Tokens) -> None:
        self.app = app
        self._cursors = cursors
        self._tokens = tokens
        self._limits = Limits(app)
        self._limit = Limit(int(settings.setting("LOOM_API_PER_MINUTE")), timedelta(minutes=1), shares=20)

    def open(self, route: Callable[..., Answer | Response]) -> Callable[..., Response]:
        """The route as a view of Flask, for the holders of tokens."""
        return self._view(route, lambda request_id, parts: self._call(request_id, str(parts.get("entity"))))

    def open_signed(self, route: Callable[..., Answer | Response]) -> Callable[..., Response]:
        """The route as a view of Flask, for a system that signs with the secret of the `connector` among its parts."""
        return self._view(route, lambda request_id, parts: self._signed(request_id, str(parts["connector"]), str(parts["name"])))

    def _view(self, route: Callable[..., Answer | Response], enter: Callable[[str, Mapping[str, object]], Call]) -> Callable[..., Response]:
        def view(**parts: object) -> Response:
            request_id, language = request_id_of(request), ""
            try:
                call = enter(request_id, parts)
                language = call.actor.language
                answer = route(call, **parts)
                return _response(answer, request_id)
            except Exception as error:  # noqa: BLE001 - nothing leaves but problem details
                return self.refuse(error, request_id, language)

        return view

    def watched(self, metrics: Metrics) -> Response:
        """The numbers of this process, for the token of an administrator that may read `metrics`."""
        try:
            call = self._call(request_id_of(request))
            call.require("read", "metrics")
            call.require_administrator()
            return metrics.tell()
        except Exception as error:  # noqa: BLE001 - as above
            return self.refuse(error, request_id_of(request))

    def _call(self, request_id: str, entity: str = "") -> Call:
        holder = self._tokens.holder(request.headers.get("Authorization"))
        self._limits.take(f"token:{holder.token}", self._limit)
        actor = self.app.people.actor(holder.user, self._language(), proven=holder.scope.names(entity))
        return Call(self.app, actor, holder.scope, request, request_id, self._cursors)

    def _signed(self, request_id: str, connector: str, name: str) -> Call:
        admit(self.app.metadata, f"{connector}.{name}", request, self.app.ground.clock.now())
        self._limits.take(f"message:{connector}", self._limit)
        actor = replace(SYSTEM, language=self._language_of_problems())
        return Call(self.app, actor, Scope(frozenset()), request, request_id, self._cursors)

    def _language(self) -> str | None:
        """The language that the caller prefers; None for no preference."""
        if not request.headers.get("Accept-Language"):
            return None
        return request.accept_languages.best_match(self.app.metadata.languages)

    def refuse(self, error: Exception, request_id: str, language: str = "") -> Response:
        """Problem details for whatever went wrong, in `language` or as the request prefers."""
        details = told(self.app, error, request_id, conditional=bool(request.headers.get("If-Match")))
        response = problems.answer(details, language or self._language_of_problems(), request_id)
        response.headers["X-Request-ID"] = request_id
        return response

    def _language_of_problems(self) -> str:
        try:
            return self._language() or self.app.metadata.languages[0]
        except Unavailable:
            return FALLBACK


def told(app: App, error: Exception, request_id: str, *, conditional: bool) -> problems.Details:
    """What to answer when `error` ended a request or a part of it; a defect is logged."""
    if app.database.is_transient(error):
        error = Unavailable(Message("Too many people are changing the same data; please try again."))
    details = problems.details_of(error, conditional=conditional)
    if details.code == "internal":
        problems.report(error, request_id)
    return details


def _response(answer: Answer | Response, request_id: str) -> Response:
    if isinstance(answer, Response):
        answer.headers["X-Request-ID"] = request_id
        return answer
    headers = {**HEADERS, **answer.headers, "X-Request-ID": request_id}
    if answer.file is None:
        return JsonResponse(encode(answer.json), answer.status, headers, content_type="application/json")
    response = send_file(answer.file, mimetype=answer.headers["Content-Type"])
    response.headers.update(headers)
    return response


def add_headers(response: Response) -> Response:
    """The headers that an answer of a route has already, for every other one: refusals, files, health."""
    if MARK not in response.headers:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
    return response


def request_id_of(request: Request) -> str:
    """The caller's X-Request-ID where it is well formed, else a new one."""
    given = request.headers.get("X-Request-ID", "")
    return given if REQUEST_ID.match(given) else secrets.token_hex(8)
