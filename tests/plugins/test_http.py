"""Calls over HTTP: what is sent, and that slow or large answers end."""

import io
import time

import pytest
import requests

from engine.plugins import CallFailed, Payload, Web
from engine.plugins.sending import _read
from engine.plugins.testing import AnsweringServer, Reply


class Order(Payload):
    number: str
    lines: list[int]


def test_post_sends_json_and_own_headers() -> None:
    with AnsweringServer() as server:
        server.answer("/orders", Reply(201, {"number": "A-1", "lines": []}))
        web = Web(server.url + "/", private=True, headers={"Authorization": "Bearer x"})
        answer = web.post("/orders", Order(number="7", lines=[1, 2]))
    (request,) = server.requests
    assert (answer.status, answer.read(Order)) == (201, Order(number="A-1", lines=[]))
    assert (request.method, request.body) == ("POST", b'{"number":"7","lines":[1,2]}')
    assert request.headers["Authorization"] == "Bearer x"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["User-Agent"] == "objectloom"


def test_answers_come_one_after_the_other_and_the_last_is_repeated() -> None:
    with AnsweringServer() as server:
        server.answer("/", Reply(503, {}), Reply(200, {"number": "A", "lines": []}))
        web = Web(server.url, private=True)
        with pytest.raises(CallFailed, match="503"):
            web.get("/")
        assert [web.get("/").status, web.get("/").status] == [200, 200]


def test_an_answer_that_drips_beyond_the_time_is_a_timeout() -> None:
    dripping = requests.Response()
    dripping.raw = io.BytesIO(b"x" * 200_000)
    with pytest.raises(requests.Timeout):
        _read(dripping, until=time.monotonic() - 1)


def test_secrets_of_the_machine_are_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with AnsweringServer() as server:
        server.answer("/", Reply(200, {}))
        assert Web(server.url, private=True).get("/").status == 200
