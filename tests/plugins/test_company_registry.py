"""The bundled connector against a server that answers as GLEIF documents, and against its file."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.plugins import CallFailed, Opened, Setting
from engine.plugins.testing import AnsweringServer, Reply, opened_for_test
from plugins.company_registry import COMPANY_REGISTRY

USCC = "91320594MA1WX3K70R"


def gleif_record(name: str, registered_as: str = USCC, status: str = "ACTIVE", registration: str = "ISSUED") -> dict[str, object]:
    return {
        "type": "lei-records",
        "id": "300300ABCDEF00000000",
        "attributes": {
            "lei": "300300ABCDEF00000000",
            "entity": {
                "legalName": {"name": name, "language": "zh"},
                "otherNames": [],
                "legalAddress": {
                    "language": "zh",
                    "addressLines": ["星湖街 1 号"],
                    "city": "苏州",
                    "region": "CN-JS",
                    "country": "CN",
                    "postalCode": "215000",
                },
                "registeredAt": {"id": "RA000092", "other": None},
                "registeredAs": registered_as,
                "jurisdiction": "CN",
                "status": status,
            },
            "registration": {"status": registration, "nextRenewalDate": "2027-01-01T00:00:00Z"},
        },
    }


def gleif_page(*records: dict[str, object]) -> dict[str, object]:
    return {"meta": {"pagination": {"currentPage": 1, "total": len(records)}}, "links": {}, "data": list(records)}


@pytest.fixture
def server() -> Iterator[AnsweringServer]:
    with AnsweringServer() as running:
        yield running


def gleif(server: AnsweringServer, **options: object) -> Opened:
    return opened_for_test(COMPANY_REGISTRY, "gleif", {"url": server.url, "private": True, **options})


def failure(opened: Opened, **inputs: object) -> CallFailed:
    with pytest.raises(CallFailed) as raised:
        opened.call("lookup", inputs or {"tax_id": USCC}, "key")
    return raised.value


def test_gleif_gives_name_status_and_address(server: AnsweringServer) -> None:
    server.answer("/lei-records", Reply(json=gleif_page(gleif_record("苏州宏达精密制造有限公司"))))
    answer = gleif(server).call("lookup", {"tax_id": USCC}, "key")
    assert answer == {"status": "存续", "name": "苏州宏达精密制造有限公司", "address": "星湖街 1 号, 215000, 苏州, CN-JS, CN"}
    (request,) = server.requests
    assert request.params["filter[entity.registeredAs]"] == USCC
    assert request.params["filter[entity.legalAddress.country]"] == "CN"
    assert request.headers["Accept"] == "application/vnd.api+json"


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], ("查无", None)),
        ([gleif_record("Other", registered_as="91310115MA1K4QT80B")], ("查无", None)),
        ([gleif_record("Twice", registration="DUPLICATE"), gleif_record("Right")], ("存续", "Right")),
        ([gleif_record("By mistake", registration="ANNULLED")], ("查无", None)),
        ([gleif_record("Closed", status="INACTIVE")], ("注销", "Closed")),
        ([gleif_record("Lapsed identifier", registration="LAPSED")], ("存续", "Lapsed identifier")),
    ],
)
def test_gleif_takes_only_what_speaks_of_the_number(
    server: AnsweringServer, records: list[dict[str, object]], expected: tuple[str, str | None]
) -> None:
    server.answer("/lei-records", Reply(json=gleif_page(*records)))
    answer = gleif(server).call("lookup", {"tax_id": USCC}, "key")
    assert (answer["status"], answer["name"]) == expected


@pytest.mark.parametrize(
    ("reply", "kind", "temporary", "wait"),
    [
        (Reply(429, {"errors": []}, headers={"Retry-After": "30"}), "rate_limited", True, 30),
        (Reply(429, {"errors": []}, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), "rate_limited", True, None),
        (Reply(500, {}), "server_error", True, None),
        (Reply(503, {}, headers={"Retry-After": "5"}), "server_error", True, 5),
        (Reply(408, {}), "timeout", True, None),
        (Reply(404, {"errors": [{"status": "404"}]}), "refused", False, None),
        (Reply(400, {"errors": [{"title": "Filter should contain only allowed values"}]}), "refused", False, None),
        (Reply(302, {}, headers={"Location": "http://127.0.0.1:1/"}), "refused", False, None),
        (Reply(200, body=b"<html>maintenance</html>"), "bad_answer", False, None),
        (Reply(200, {"data": [{"attributes": {}}]}), "bad_answer", False, None),
        (Reply(200, body=b"x" * 5_100_000), "bad_answer", False, None),
    ],
)
def test_gleif_failures_are_typed(server: AnsweringServer, reply: Reply, kind: str, temporary: bool, wait: int | None) -> None:
    server.answer("/lei-records", reply)
    failed = failure(gleif(server))
    assert (failed.kind, failed.temporary, failed.wait_seconds) == (kind, temporary, wait)


def test_gleif_that_says_nothing_is_a_timeout(server: AnsweringServer) -> None:
    server.answer("/lei-records", Reply(silent=True))
    assert failure(gleif(server, seconds=1)).kind == "timeout"


def test_gleif_that_is_away_is_unreachable() -> None:
    with AnsweringServer() as closed:
        opened = gleif(closed)
    assert failure(opened).kind == "unreachable"


def test_own_network_is_closed_unless_allowed(server: AnsweringServer) -> None:
    assert failure(gleif(server, private=False)).kind == "refused"
    assert server.requests == []


def test_question_must_fit_the_contract(server: AnsweringServer) -> None:
    assert failure(gleif(server), tax_id=None).kind == "bad_request"
    assert server.requests == []


def sandbox(folder: Path, content: object) -> Opened:
    (folder / "book.json").write_text(json.dumps(content), encoding="utf-8")
    return opened_for_test(COMPANY_REGISTRY, "sandbox", {"file": "book.json"}, folder)


def test_sandbox_answers_from_its_file(tmp_path: Path) -> None:
    opened = sandbox(tmp_path, {"companies": [{"tax_id": USCC, "name": "宏达", "status": "吊销"}]})
    assert opened.call("lookup", {"tax_id": USCC}, "key") == {"status": "吊销", "name": "宏达", "address": None}
    assert opened.call("lookup", {"tax_id": "91310115MA1K4QT80B"}, "key")["status"] == "查无"


def test_sandbox_plays_failures(tmp_path: Path) -> None:
    opened = sandbox(tmp_path, {"companies": [{"tax_id": USCC, "fails": "timeout"}]})
    assert failure(opened).temporary


@pytest.mark.parametrize(("content", "kind"), [({"companies": [{}]}, "bad_answer"), ({}, "bad_answer")])
def test_sandbox_file_that_does_not_fit(tmp_path: Path, content: object, kind: str) -> None:
    assert failure(sandbox(tmp_path, content)).kind == kind


def test_sandbox_without_file(tmp_path: Path) -> None:
    assert failure(opened_for_test(COMPANY_REGISTRY, "sandbox", {"file": "none.json"}, tmp_path)).kind == "refused"


def test_bundled_sandbox_file_is_read() -> None:
    root = Path(__file__).parents[2]
    opened = opened_for_test(COMPANY_REGISTRY, "sandbox", {"file": "plugins/company_registry/companies.json"}, root)
    assert opened.call("lookup", {"tax_id": USCC}, "key")["name"] == "苏州宏达精密制造有限公司"


def tianyancha(server: AnsweringServer) -> Opened:
    return COMPANY_REGISTRY.open("tianyancha", Setting(Path(), {"url": server.url, "private": True}, "a token"))


def entry(status: str, number: str = USCC) -> dict[str, object]:
    company = {"id": 24748993, "name": "苏州宏达精密制造有限公司", "regStatus": status, "creditCode": number, "regLocation": "星湖街 1 号"}
    return {"error_code": 0, "reason": "ok", "result": {**company, "estiblishTime": 1516982400000, "regCapital": "500万人民币"}}


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (entry("存续（在营、开业、在册）"), "存续"),
        (entry("在业"), "存续"),
        (entry("吊销，未注销"), "吊销"),
        (entry("吊销，已注销"), "注销"),
        (entry("注销"), "注销"),
        (entry("存续", "91310115MA1K4QT80B"), "查无"),
        ({"error_code": 300000, "reason": "经查无结果", "result": None}, "查无"),
    ],
)
def test_tianyancha_gives_name_status_and_address(server: AnsweringServer, answer: dict[str, object], status: str) -> None:
    server.answer("/services/open/ic/baseinfo/normal", Reply(json=answer))
    name, address = (None, None) if status == "查无" else ("苏州宏达精密制造有限公司", "星湖街 1 号")
    assert tianyancha(server).call("lookup", {"tax_id": USCC}, "key") == {"status": status, "name": name, "address": address}
    (request,) = server.requests
    assert (request.params["keyword"], request.headers["Authorization"]) == (USCC, "a token")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"error_code": 300004, "reason": "访问频率过快"}, "rate_limited"),
        ({"error_code": 300001, "reason": "请求失败"}, "server_error"),
        ({"error_code": 300006, "reason": "余额不足"}, "refused"),
        (entry("筹建"), "bad_answer"),
        ({"message": "something else"}, "bad_answer"),
    ],
)
def test_what_goes_wrong_at_tianyancha_is_told_apart(server: AnsweringServer, answer: dict[str, object], kind: str) -> None:
    server.answer("/services/open/ic/baseinfo/normal", Reply(json=answer))
    assert failure(tianyancha(server)).kind == kind
