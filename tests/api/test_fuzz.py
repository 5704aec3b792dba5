"""Requests that nobody would write, made from the description itself: no answer is a defect, and every answer is as described.

In a short run every operation gets good requests on one database and bad ones on the other; in a long run both on both. Each
request comes from one of several people, the last of whom has no role, and mostly asks for a record that there is.
"""

from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from tests.api.asking import ask
from tests.api.orders import order

if TYPE_CHECKING:
    from tests.api.conftest import World

PEOPLE = ("lea", "ann", "cleo", "nobody")
THERE = (1, 2, 3, None)
"""Records that there are; without one the request asks for any."""


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_breaks(world: "World", supplier: int, mode: GenerationMode, effort: Callable[[int, int], int]) -> None:
    made = [world["ann"].made("purchase_order", order(supplier))["id"] for _ in THERE]
    assert world["ann"].send("POST", f"/records/purchase_order/{made[-1]}/actions/submit", {}).status_code == 200
    people = [{"Authorization": f"Bearer {world[name].token}"} for name in PEOPLE]
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", world.flask, headers=people[0])
    settings = hypothesis.settings(
        max_examples=effort(2, 40), deadline=None, suppress_health_check=list(hypothesis.HealthCheck), database=None
    )
    client = world.flask.test_client()
    broken: list[str] = []
    answered: Counter[int] = Counter()

    def send(case: schemathesis.Case[Any], who: dict[str, str], there: int | None) -> None:
        if there is not None and "id" in case.path_parameters:
            case.path_parameters["id"] = there
        with ask(case, client, who) as response:
            answered[response.status_code] += 1
            if response.status_code >= 500:
                broken.append(case.as_curl_command())
            if response.status_code == 200:
                case.operation.validate_response(response)

    tried = settings(send)
    turn = 2 * (mode is GenerationMode.NEGATIVE) + (world.app.database.dialect == "postgresql")
    for found in islice(schema.get_all_operations(), effort(turn, 0), None, effort(4, 1)):
        assert isinstance(found, Ok)
        hypothesis.given(found.ok().as_strategy(generation_mode=mode), st.sampled_from(people), st.sampled_from(THERE))(tried)()
    assert broken == []
    assert 401 not in answered, answered
    assert {404, 422 if mode is GenerationMode.NEGATIVE else 200} <= answered.keys(), answered
