"""Reports that the caller is sent by mail, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from engine.errors import Forbidden, Invalid, Invisible, Message, Problem
from engine.metadata import FileKind
from engine.reports import may_open
from engine.storage import Subscription
from engine.transfer import Rhythm, own_subscriptions, rhythm_of, subscribe, unsubscribe
from engine.unit_of_work import UnitOfWork

from . import body
from .door import Answer, Call
from .reports import NONE, in_scope


def list_subscriptions(call: Call) -> Answer:
    """GET /subscriptions: the reports that the caller is sent."""
    with call.look(snapshot=False) as view:
        return Answer({"subscriptions": [_told(each) for each in own_subscriptions(view)]})


def add_subscription(call: Call, name: str) -> Answer:
    """POST /reports/{name}/subscriptions: `{"every": "monday", "at": "08:00", "as": "xlsx", "parameters": {…}}`.

    Raises Forbidden, Invalid, Invisible, Refusal.
    """
    _writes(call)
    given = body.read_object(call.request)
    body.only(given, "every", "at", "as", "parameters")
    rhythm = Rhythm(body.text_of(given, "every"), body.text_of(given, "at") or "08:00")
    texts = _texts(given.get("parameters", {}))

    def work(uow: UnitOfWork) -> Answer:
        report = uow.metadata.reports.get(name)
        if report is None or not may_open(uow, report):
            raise Invisible(NONE)
        if not in_scope(call.scope, report):
            raise Forbidden(Message("This token may not be used for that: its scope is {scope}.", {"scope": str(call.scope)}))
        kind = cast("FileKind", body.text_of(given, "as") or report.file.kind)
        return Answer(_told(subscribe(uow, report, texts, (rhythm, kind))), 201)

    return call.write(work)


def _writes(call: Call) -> None:
    if not call.scope.writes:
        call.require("write", "subscription")


def _texts(given: object) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        raise Invalid([Problem("parameters", "type", Message("Parameters are texts, as in an address."))])
    return given


def end_subscription(call: Call, number: int) -> Answer:
    """DELETE /subscriptions/{id}: the caller is sent it no more. Raises Invisible."""
    _writes(call)

    def work(uow: UnitOfWork) -> Answer:
        unsubscribe(uow, number)
        return Answer(None, 204)

    return call.write(work)


def _told(wanted: Subscription) -> Mapping[str, object]:
    rhythm = rhythm_of(wanted.cron)
    return {"id": wanted.id, "report": wanted.report, "parameters": wanted.texts, "every": rhythm.every, "at": rhythm.at, "as": wanted.kind}
