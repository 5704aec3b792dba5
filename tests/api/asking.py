"""Sending what schemathesis invented, as somebody: its own `call` makes every request twice, and now and then takes the token away."""

from collections.abc import Mapping
from typing import Any

import schemathesis
from werkzeug.test import Client, TestResponse


def ask(case: schemathesis.Case[Any], client: Client, who: Mapping[str, str]) -> TestResponse:
    """The answer to `case` when it is `who` that asks, whatever was invented for the headers; If-Match is "*" where nothing was."""
    request = case.as_transport_kwargs()
    given = {name: text for name, text in request["headers"].items() if name.lower() != "authorization"}
    return client.open(**{**request, "headers": {"If-Match": "*", **given, **who}})
