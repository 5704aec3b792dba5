"""The description: valid, and only about what its reader may use."""

import json
import re
from typing import TYPE_CHECKING

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from engine.web.api.server import ROUTES
from tests.api.conftest import PEOPLE

if TYPE_CHECKING:
    from tests.api.conftest import World


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)  # what is described comes from the definition alone
@pytest.mark.parametrize(("person", "language"), [("lea", "en"), ("ann", "zh"), ("nobody", "en")])  # who may most, something, nothing
def test_the_description_is_valid_for_everybody(world: "World", person: str, language: str) -> None:
    answer = world[person].send("GET", "/openapi.json", Accept_Language=language)
    assert answer.status_code == 200
    OpenAPIV31SpecValidator(answer.get_json()).validate()


def test_it_names_only_what_its_reader_may_use(world: "World") -> None:
    described = {name: world[name].get("/openapi.json").get_json() for name in PEOPLE}
    orders = {name: found["components"]["schemas"].get("purchase_order") for name, found in described.items()}
    assert "secret" in orders["lea"]["properties"]
    assert "secret" not in json.dumps(described["ann"])
    assert "margin" not in json.dumps(described["ann"])
    assert "cost_center" not in orders["cleo"]["properties"]
    assert orders["nobody"] is None
    paths = {name: found["paths"] for name, found in described.items()}
    assert set(paths["cleo"]["/records/purchase_order"]) == {"get"}
    assert set(paths["ann"]["/records/purchase_order"]) == {"get", "post"}
    assert "delete" not in paths["ann"].get("/records/supplier/{id}", {})
    assert "/records/purchase_order/{id}/actions/submit" in paths["ann"]
    assert "/records/purchase_order/{id}/actions/approve" not in paths["ann"]
    assert not any("token" in path or "credential" in path for found in paths.values() for path in found)


def test_every_way_is_described_to_whom_may_use_it(world: "World") -> None:
    """Across all readers, each route of the server stands in a description, under the entity or the names that it may have."""
    described = {path for name in PEOPLE for path in world[name].get("/openapi.json").get_json()["paths"]}
    shapes = {re.sub(r"\{[^}]+\}", "*", path) for path in described}
    lacking = set()
    for _, route, _ in ROUTES:
        pattern = re.escape(re.sub(r"<[^>]+>", "*", route)).replace(r"\*", r"(\*|\w+)")
        if not any(re.fullmatch(pattern, shape) for shape in shapes):
            lacking.add(route)
    assert lacking == {
        "/records/<entity>/export",
        "/records/<entity>/<id:number>/archive",
        "/records/<entity>/<id:number>/take_back",
        "/records/<entity>/<id:number>/<table>/actions",
        "/records/<entity>/<id:number>/<table>/<id:row>/actions/<action>",
    }, "no role of this application may export, no entity has an archive, and no table has rows with a lifecycle"


def test_it_speaks_the_readers_language(world: "World") -> None:
    found = world["ann"].send("GET", "/openapi.json", Accept_Language="zh").get_json()
    assert found["info"]["title"] == "订单"
    assert found["components"]["schemas"]["purchase_order"]["properties"]["supplier"]["title"] == "供应商"


def test_whoever_watches_the_process_sees_that_it_lives_and_works(world: "World") -> None:
    client = world.flask.test_client()
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 200)
