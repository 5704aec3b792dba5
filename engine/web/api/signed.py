"""Who sends messages (LANGUAGE 5.5): no token and no person, but whoever has the secret of a connector and signs the body with it."""

from __future__ import annotations

from flask import Request

from engine.errors import Message, Unauthorised
from engine.metadata import WEBHOOK, Metadata
from engine.workflow import is_signed, secret_of

SIGNATURE = "X-Loom-Signature"


def admit(metadata: Metadata, connector: str, request: Request) -> None:
    """Raises Unauthorised, in the same words for every reason, unless the body is signed with the secret of the connector."""
    declared = metadata.connectors.get(connector)
    secret = secret_of(declared) if declared is not None and declared.provider == WEBHOOK else ""
    if not is_signed(secret, request.get_data(cache=True), request.headers.get(SIGNATURE, "")):
        raise Unauthorised(Message("The signature of this message is missing or wrong."))
