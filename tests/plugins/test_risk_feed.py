"""The bundled risk feed against a server that answers as 天眼查 does, and against its file."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.plugins import CallFailed, Opened, Setting
from engine.plugins.testing import AnsweringServer, Reply, opened_for_test
from plugins.risk_feed import RISK_FEED
from plugins.risk_feed.tianyancha import PATHS

USCC = "91330206MA2AF6R30Y"
NOTHING = {"error_code": 300000, "reason": "经查无结果", "result": None}


@pytest.fixture
def server() -> Iterator[AnsweringServer]:
    with AnsweringServer() as running:
        yield running


def feed(server: AnsweringServer) -> Opened:
    return RISK_FEED.open("tianyancha", Setting(Path(), {"url": server.url, "private": True}, "a token"))


def screened(opened: Opened) -> dict[str, object]:
    return opened.call("screen", {"tax_id": USCC}, "key")


def test_each_kind_is_counted_and_nothing_found_is_none(server: AnsweringServer) -> None:
    for kind, path in PATHS.items():
        server.answer(path, Reply(json=NOTHING))
        if kind == "lawsuits":
            server.answer(path, Reply(json={"error_code": 0, "reason": "ok", "result": {"total": 14, "items": [{"title": "合同纠纷"}]}}))
    assert screened(feed(server)) == {"lawsuits": 14, "dishonest": 0, "penalties": 0, "abnormal": 0, "tax_arrears": 0}
    assert {request.params["keyword"] for request in server.requests} == {USCC}
    assert {request.headers["Authorization"] for request in server.requests} == {"a token"}
    assert len(server.requests) == len(PATHS)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"error_code": 300004, "reason": "访问频率过快"}, "rate_limited"),
        ({"error_code": 300001, "reason": "请求失败"}, "server_error"),
        ({"error_code": 300006, "reason": "余额不足"}, "refused"),
        ({"error_code": 0, "reason": "ok", "result": None}, "bad_answer"),
        ({"message": "something else"}, "bad_answer"),
    ],
)
def test_what_goes_wrong_is_told_apart(server: AnsweringServer, answer: dict[str, object], kind: str) -> None:
    for path in PATHS.values():
        server.answer(path, Reply(json=answer))
    with pytest.raises(CallFailed) as raised:
        screened(feed(server))
    assert raised.value.kind == kind


def test_the_file_answers_for_companies_it_knows(tmp_path: Path) -> None:
    book = {"companies": [{"tax_id": USCC, "risks": {"penalties": 2}}, {"tax_id": "X", "fails": "timeout"}]}
    (tmp_path / "book.json").write_text(json.dumps(book), encoding="utf-8")
    opened = opened_for_test(RISK_FEED, "sandbox", {"file": "book.json"}, tmp_path)
    assert screened(opened)["penalties"] == 2
    assert set(opened.call("screen", {"tax_id": "somebody else"}, "key").values()) == {0}
    with pytest.raises(CallFailed):
        opened.call("screen", {"tax_id": "X"}, "key")
