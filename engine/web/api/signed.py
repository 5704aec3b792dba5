"""Who sends messages (LANGUAGE 5.5): no token and no person, but whoever has the secret of a connector and signs the body with it."""

from __future__ import annotations

from datetime import datetime

from flask import Request

from engine.errors import Message, Unauthorised
from engine.metadata import WEBHOOK, Metadata
from engine.workflow import is_signed, is_signed_now, secret_of

SIGNATURE = "X-Loom-Signature"


def admit(metadata: Metadata, message: str, request: Request, now: datetime) -> None:
    """Raises Unauthorised, in the same words for every reason, unless `message` is signed with the secret of its connector.

    The signature is of the body alone or, where the connector is `timed` only so, of the moment and the name of the message too.
    """
    declared = metadata.connectors.get(message.partition(".")[0])
    secret = secret_of(declared) if declared is not None and declared.provider == WEBHOOK else ""
    body, signature = request.get_data(cache=True), request.headers.get(SIGNATURE, "")
    plain = declared is not None and not declared.timed and is_signed(secret, body, signature)
    if not plain and not is_signed_now(secret, (message, body), signature, now):
        raise Unauthorised(Message("The signature of this message is missing or wrong."))
