"""Two requests at the same moment: one is done, and the answer to the other says why it is not."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from engine import storage
from engine.access import SYSTEM
from tests.api.orders import order
from tests.racing import at_once

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.api.conftest import World

ORDERS = "/records/purchase_order"
Send = Callable[[], "TestResponse"]


def answers(*sends: Send) -> list[tuple[int, Any]]:
    """Status and body of each request, the least status first; all are sent at the same moment."""
    found: list[tuple[int, Any]] = []

    def sent(send: Send) -> None:
        answer = send()
        found.append((answer.status_code, answer.get_json()))

    assert at_once(*(partial(sent, send) for send in sends)) == [None] * len(sends)
    return sorted(found, key=lambda answer: answer[0])


def test_of_two_who_change_one_version_the_second_is_told_who_was_faster(
    world: "World", supplier: int, effort: Callable[[int, int], int]
) -> None:
    people = {"Ann": world["ann"], "Lea": world["lea"]}
    for _ in range(effort(5, 200)):
        path = f"{ORDERS}/{world['ann'].made('purchase_order', order(supplier))['id']}"
        changes = [partial(who.send, "PATCH", path, {"remark": name}, If_Match='"1"') for name, who in people.items()]
        (done, kept), (status, told) = answers(*changes)
        assert (done, status, told["code"], kept["version"]) == (200, 412, "conflict", 2)
        assert told["detail"].startswith(f"{kept['remark']} changed this record in the meantime")
        assert world["lea"].get(path).get_json()["remark"] == kept["remark"]


def test_of_two_who_submit_one_is_refused_with_the_state(world: "World", supplier: int, effort: Callable[[int, int], int]) -> None:
    for _ in range(effort(5, 200)):
        made = world["ann"].made("purchase_order", order(supplier))
        submits = [partial(world["ann"].send, "POST", f"{ORDERS}/{made['id']}/actions/submit", {}) for _ in range(2)]
        (done, kept), (status, told) = answers(*submits)
        assert (done, kept["state"], status, told["code"]) == (200, "in_review", 409, "refused")
        assert told["detail"].startswith("“Submit” is not possible in the state")
    with world.app.look(SYSTEM) as view:
        assert not list(storage.verify(view.connection, world.app.ground.audit_key))
