"""Messages that other systems send (LANGUAGE 5.5)."""

from __future__ import annotations

from engine.workflow import receive

from .body import read_object
from .door import Answer, Call


def receive_message(call: Call, connector: str, name: str) -> Answer:
    """POST /messages/CONNECTOR/NAME: kept, and its effect follows; sent again with the same key it is answered as before."""
    content = read_object(call.request)
    received = call.app.run(call.actor, lambda uow: receive(uow, f"{connector}.{name}", content), request_id=call.request_id)
    return Answer({"message": received.name, "key": received.key, "received_at": received.at}, 202)
