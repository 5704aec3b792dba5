"""Sending what schemathesis invented, as somebody: its own `call` makes every request twice, and now and then takes the token away."""

import hmac
import json
from collections.abc import Mapping
from typing import Any

import schemathesis
from werkzeug.test import Client, TestResponse

Request = dict[str, Any]


def ask(case: schemathesis.Case[Any], client: Client, who: Mapping[str, str], secret: str = "") -> TestResponse:
    """The answer to `case` when it is `who` that asks, whatever was invented for the headers; If-Match is "*" where nothing was.

    What other systems send is signed with `secret`: else nothing of it would be looked at.
    """
    request: Request = case.as_transport_kwargs()
    given = {name: text for name, text in request["headers"].items() if name.lower() != "authorization"}
    request["headers"] = {"If-Match": "*", **given, **who}
    if case.operation.definition.raw.get("security") == []:
        _sign(request, secret)
    return client.open(**request)


def _sign(request: Request, secret: str) -> None:
    if "json" in request:
        request["data"] = json.dumps(request.pop("json")).encode()
    body = request.get("data", b"")
    if isinstance(body, str | bytes):
        body = body.encode() if isinstance(body, str) else body
        request["headers"]["X-Loom-Signature"] = "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()
