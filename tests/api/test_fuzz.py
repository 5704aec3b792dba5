"""Requests that nobody would write, made from the description itself: no answer is a defect, and every answer is as described.

In a short run every operation gets good requests on one database and bad ones on the other; in a long run both on both.
"""

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import schemathesis
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance

from tests.api.orders import order

if TYPE_CHECKING:
    from tests.api.conftest import World


# schemathesis closes no answer, so that a file which it has asked for stays open; a server closes each
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_breaks(world: "World", supplier: int, mode: GenerationMode, effort: Callable[[int, int], int]) -> None:
    lea = world["lea"]
    lea.made("purchase_order", order(supplier))
    headers = {"Authorization": f"Bearer {lea.token}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", world.flask, headers=headers)
    settings = hypothesis.settings(
        max_examples=effort(2, 150), deadline=None, suppress_health_check=list(hypothesis.HealthCheck), database=None
    )
    broken: list[str] = []

    def send(case: schemathesis.Case[Any]) -> None:
        response = case.call(headers={**headers, "If-Match": "*"})
        if response.status_code >= 500:
            broken.append(case.as_curl_command())
        if response.status_code == 200:
            case.validate_response(response, checks=[response_schema_conformance])

    tried = settings(send)
    turn = 2 * (mode is GenerationMode.NEGATIVE) + (world.app.database.dialect == "postgresql")
    for found in islice(schema.get_all_operations(), effort(turn, 0), None, effort(4, 1)):
        assert isinstance(found, Ok)
        hypothesis.given(found.ok().as_strategy(generation_mode=mode))(tried)()
    assert broken == []
