"""Tokens: scope, end, revocation; what is kept of them; and requests that are sent twice."""

import threading
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from engine.access import AUTH, SYSTEM
from engine.records import fetch, save
from engine.web.api import create_token, read_scope
from tests.api.conftest import Client
from tests.api.orders import order

if TYPE_CHECKING:
    from tests.api.conftest import World

ORDERS = "/records/purchase_order"


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("", {"read", "write", "supplier", "tasks"}),
        ("read", {"read", "supplier", "tasks"}),
        ("purchase_order:read", {"read"}),
        ("purchase_order:write", {"read", "write"}),
        ("supplier:read tasks:read", {"supplier", "tasks"}),
    ],
)
def test_a_scope_narrows_what_a_token_may_do(world: "World", supplier: int, scope: str, allowed: set[str]) -> None:
    token = world.token("ann", scope)
    sent = {
        "read": token.get(ORDERS),
        "write": token.send("POST", ORDERS, order(supplier)),
        "supplier": token.get(f"/records/supplier/{supplier}"),
        "tasks": token.get("/tasks"),
    }
    assert {name for name, answer in sent.items() if answer.status_code < 300} == allowed
    assert {answer.status_code for name, answer in sent.items() if name not in allowed} <= {403}


def test_accounts_are_changed_only_by_a_token_that_names_them(world: "World") -> None:
    row = world.app.run(AUTH, lambda uow: save(uow, "user", None, {"name": "Root", "login": "root", "roles": ["admin"]}))
    world.users["root"] = int(str(row["id"]))
    found: dict[str, int] = {}
    for scope in ("", "write", "read", "user:write", "write user:write"):
        token = world.token("root", scope)
        assert token.get("/records/user").status_code == 200
        found[scope] = token.send("POST", "/records/user", {"name": "Eve", "login": f"eve{len(found)}"}).status_code
    assert found == {"": 403, "write": 403, "read": 403, "user:write": 201, "write user:write": 201}


def test_a_scope_is_not_left_over_a_link(world: "World", supplier: int) -> None:
    token = world.token("ann", "purchase_order:read")
    assert token.get(ORDERS, where='supplier.name = "Hong"').status_code == 403
    assert token.get(ORDERS, sort="supplier.name").status_code == 403
    assert token.get(ORDERS, where="total > 1").status_code == 200


def test_a_scope_has_only_known_words() -> None:
    assert read_scope(" read  supplier:write ").words == frozenset({"read", "supplier:write"})
    for wrong in ("all", "read,write", "supplier", "supplier:delete", "Supplier:read"):
        with pytest.raises(ValueError, match="is no scope"):
            read_scope(wrong)


def test_a_revoked_token_is_refused_at_once(world: "World") -> None:
    token = world.token("ann")
    assert token.get("/me").status_code == 200
    number = int(token.token.split("_")[1])
    world.app.run(AUTH, lambda uow: save(uow, "token", number, {"revoked": True}))
    assert token.get("/me").status_code == 401


def test_a_token_ends(world: "World") -> None:
    now = world.app.ground.clock.now()
    for moved, status in ((timedelta(minutes=1), 200), (timedelta(0), 401)):
        until = now + moved
        text = world.app.run(AUTH, partial(create_token, user=world.users["ann"], name="short", expires_at=until))
        assert Client(world.flask.test_client(), 0, text).get("/me").status_code == status


def test_the_token_of_a_closed_account_is_refused(world: "World") -> None:
    def close(active: bool) -> None:
        world.app.run(AUTH, lambda uow: save(uow, "user", world.users["nobody"], {"active": active}))

    close(active=False)
    assert world["nobody"].get("/me").status_code == 401
    close(active=True)
    assert world["nobody"].get("/me").status_code == 200


def test_only_a_hash_of_a_token_is_kept(world: "World") -> None:
    token = world["ann"].token
    with world.app.look(SYSTEM) as view:
        row = fetch(view, "token", int(token.split("_")[1]))
    assert len(str(row["hash"])) == 64
    assert token.split("_", 2)[2] not in str(row)


def test_the_same_request_with_the_same_key_is_done_once(world: "World", supplier: int) -> None:
    ann = world["ann"]
    first = ann.send("POST", ORDERS, order(supplier), Idempotency_Key="first")
    again = ann.send("POST", ORDERS, order(supplier), Idempotency_Key="first")
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert (again.headers["Location"], again.headers["ETag"]) == (first.headers["Location"], first.headers["ETag"])
    assert again.headers["Idempotency-Replayed"] == "true"
    other = ann.send("POST", ORDERS, order(supplier, remark="other"), Idempotency_Key="first")
    assert (other.status_code, other.get_json()["errors"][0]["code"]) == (422, "key_used")
    world["lea"].send("POST", ORDERS, order(supplier), Idempotency_Key="first")
    assert len(world["lea"].get(ORDERS, where=f"supplier.id = {supplier}").get_json()["records"]) == 2


def test_a_request_that_failed_can_be_sent_again_with_its_key(world: "World", supplier: int) -> None:
    ann = world["ann"]
    wrong = order(supplier, lines=[{"product": "x", "qty": 0}])
    assert [ann.send("POST", ORDERS, wrong, Idempotency_Key="second").status_code for _ in range(2)] == [422, 422]
    assert ann.send("POST", ORDERS, order(supplier), Idempotency_Key="second").status_code == 201


def test_of_the_same_request_at_once_one_is_done(world: "World", supplier: int) -> None:
    answers: list[tuple[int, int]] = []
    begin = threading.Barrier(4)

    def send() -> None:
        client = world["ann"]
        begin.wait()
        answer = client.send("POST", ORDERS, order(supplier), Idempotency_Key="race")
        answers.append((answer.status_code, answer.get_json()["id"]))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert len(world["ann"].get(ORDERS, where=f"supplier.id = {supplier}").get_json()["records"]) == 1


def test_a_token_that_reads_keeps_no_views_and_ends_no_subscriptions(world: "World") -> None:
    """Views may be shared with everybody, and a subscription sends what it tells by mail."""
    token, view = world.token("ann", "read"), {"name": "Mine", "parameters": "sort=-total", "shared": True}
    sent = {
        "save": token.send("POST", f"{ORDERS}/views", view),
        "drop": token.send("DELETE", f"{ORDERS}/views/1"),
        "subscribe": token.send("POST", "/reports/none/subscriptions", {"every": "day"}),
        "end": token.send("DELETE", "/subscriptions/1"),
    }
    assert {name: answer.status_code for name, answer in sent.items()} == dict.fromkeys(sent, 403)
    made = world.token("ann", "purchase_order:write").send("POST", f"{ORDERS}/views", view)
    assert made.status_code == 201
