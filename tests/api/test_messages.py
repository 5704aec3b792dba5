"""Messages over HTTP: signed with the secret of their connector, kept before they are answered (LANGUAGE 5.5)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import TestResponse

from engine.web.api import describe, make_api
from tests.api.asking import ask
from tests.applications import World, opened
from tests.workflow.test_messages import PLANT, messages, order, row

SECRET = "a key of the plant"
WHOLE = {"event_id": "e1", "order": "M1", "good": 12.5}


@pytest.fixture
def plant(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("MES_KEY", SECRET)
    with opened(PLANT, database_url) as world:
        for name, role in (("paula", "planner"), ("wanda", "watcher"), ("anna", "admin")):
            world.person(name, roles=[role])
        yield world


def post(plant: World, body: object, *, path: str = "mes/completed", key: str = SECRET, kind: str = "application/json") -> TestResponse:
    data = (body if isinstance(body, str) else json.dumps(body)).encode()
    signature = "sha256=" + hmac.new(key.encode(), data, hashlib.sha256).hexdigest()
    headers = {"X-Loom-Signature": signature} if key else {}
    return make_api(plant.app).test_client().post(f"/api/v1/messages/{path}", data=data, content_type=kind, headers=headers)


def test_a_signed_message_is_kept_and_has_its_effect(plant: World) -> None:
    number = order(plant)
    answer = post(plant, WHOLE)
    assert (answer.status_code, answer.get_json()["message"], answer.get_json()["key"]) == (202, "mes.completed", "e1")
    assert post(plant, {**WHOLE, "good": 3}).get_json() == answer.get_json(), "sent again: the first answer"
    plant.app.jobs.run_due()
    assert str(row(plant, number)["good"]) == "12.500"


def test_what_is_not_signed_is_not_let_in(plant: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ({"key": "another key"}, {"key": ""}, {"path": "erp/completed"}):
        assert post(plant, WHOLE, **wrong).status_code == 401
    monkeypatch.delenv("MES_KEY")
    assert post(plant, WHOLE, key="").status_code == 401
    assert post(plant, WHOLE).get_json()["code"] == "unauthorised", "without a secret nobody is let in"
    assert messages(plant) == []


def timed(world: World, body: object, at: datetime, *, named: str = "mes.completed", path: str = "mes/completed") -> int:
    data, seconds = json.dumps(body).encode(), str(int(at.timestamp()))
    digits = hmac.new(SECRET.encode(), f"{seconds}.{named}.".encode() + data, hashlib.sha256).hexdigest()
    client, headers = make_api(world.app).test_client(), {"X-Loom-Signature": f"t={seconds},sha256={digits}"}
    return client.post(f"/api/v1/messages/{path}", data=data, content_type="application/json", headers=headers).status_code


def test_a_signature_of_the_moment_is_good_for_that_message_and_moment(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MES_KEY", SECRET)
    strict = PLANT.replace("secret: MES_KEY", "secret: MES_KEY, options: {timed: true}")
    assert strict != PLANT
    with opened(strict, database_url) as world:
        now = world.clock.now()
        assert timed(world, WHOLE, now) == 202
        assert timed(world, WHOLE, now + timedelta(minutes=4)) == 202, "clocks differ"
        for wrong in (now - timedelta(minutes=6), now + timedelta(minutes=6)):
            assert timed(world, WHOLE, wrong) == 401
        assert timed(world, {"id": "a", "order": "M1"}, now, path="mes/announced") == 401, "it was said as another message"
        assert timed(world, {"id": "a", "order": "M1"}, now, named="mes.announced", path="mes/announced") != 401
        assert post(world, {**WHOLE, "event_id": "e2"}).status_code == 401, "the body alone is not enough"
        world.clock.move_to(now + timedelta(days=100))
        assert timed(world, WHOLE, now) == 401


def test_both_signatures_are_taken_where_the_connector_says_nothing(plant: World) -> None:
    assert timed(plant, WHOLE, plant.clock.now()) == 202
    assert timed(plant, WHOLE, plant.clock.now() - timedelta(hours=1)) == 401
    assert post(plant, WHOLE).status_code == 202


def test_what_does_not_fit_is_told(plant: World) -> None:
    assert post(plant, WHOLE, path="mes/unheard").status_code == 404
    assert post(plant, "{").status_code == 400
    assert post(plant, "[]").status_code == 400
    assert post(plant, WHOLE, kind="text/plain").status_code == 415
    assert post(plant, "x" * 1_100_000).status_code == 413
    wrong = post(plant, {**WHOLE, "good": "many"})
    assert (wrong.status_code, [each["path"] for each in wrong.get_json()["errors"]]) == (422, ["good"])
    assert post(plant, {**WHOLE, "order": "x" * 99_990}).status_code == 422
    assert messages(plant) == []


def test_the_description_tells_administrators_of_it(plant: World) -> None:
    described = describe(plant.metadata, plant.actor("anna"))
    OpenAPIV31SpecValidator(json.loads(json.dumps(described))).validate()
    paths = described["paths"]
    assert isinstance(paths, dict)
    assert paths["/messages/mes/completed"]["post"]["security"] == []
    asked = paths["/messages/mes/announced"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert sorted(asked["required"]) == ["id", "order"]
    assert not [path for path in describe(plant.metadata, plant.actor("paula"))["paths"] if "messages" in path]  # type: ignore[attr-defined] # a mapping


def test_invented_messages_are_signed_so_that_they_are_looked_at(plant: World, effort: Callable[[int, int], int]) -> None:
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(describe(plant.metadata, plant.actor("anna")))))
    client = make_api(plant.app).test_client()
    schema.app = client.application
    answered: Counter[int] = Counter()

    @settings(max_examples=effort(8, 200), database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(schema["/messages/mes/completed"]["POST"].as_strategy())
    def sent(case: schemathesis.Case[Any]) -> None:
        with ask(case, client, {}, SECRET) as answer:
            answered[answer.status_code] += 1
            assert case.operation.is_valid_response(answer)

    sent()
    assert answered[202]
    assert answered.keys() <= {202, 400, 422}, answered
