"""Invented requests to the bundled application, from everybody in its demonstration: no answer is a defect, every answer is as described.

Inventing a request costs several times as much as answering it. So what several people are told in the same words is invented once
for all of them, and each request is sent by three of them in turn, or of the others; every answer is held against what its receiver
was told. What an operation changed is put back to where the demonstration ends before the next, and numbers are those of records that
there are: otherwise nothing would be left to find after a few hundred requests. Numbers that are too large are tried in `test_fuzz`.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from werkzeug.test import TestResponse

from engine.access import SYSTEM
from engine.records import Query, find
from tests.api.asking import ask
from tests.api.bundled import Bundled, bundled

Operation = APIOperation[Any, Any, Any, Any]
EXAMPLES = 6
SENDERS = 3
SECRET = "what the warehouse system signs with"
HIGHEST = 40
"""There are about so many records of the largest kinds."""
TAKEN = ("parameters", "requestBody", ".create", ".change", "Bulk")
"""Ends of the names below which a description says what is taken."""
PARTS = 4
NOT_TRIED = {401, 429}
"""Everybody is known, and may ask as often as they like."""


@pytest.fixture
def town(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bundled]:
    monkeypatch.setenv("LOOM_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("LOOM_FILES", str(tmp_path / "files"))
    monkeypatch.setenv("LOOM_API_PER_MINUTE", "0")
    monkeypatch.setenv("WMS_KEY", SECRET)
    with bundled(database_url) as found:
        yield found


@dataclass
class Crowd:
    """Everybody, what they are told, and what they were answered."""

    town: Bundled
    told: dict[str, dict[str, Operation]] = field(default_factory=dict)
    """By name and operation."""
    ways: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Who is told of an operation in the same words, by these words; the first stands for all."""
    there: dict[str, list[int]] = field(default_factory=dict)
    """The ids of the records of an entity."""
    answered: Counter[int] = field(default_factory=Counter)
    changed: bool = False
    """Whether anything is not as the demonstration left it."""
    tried: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    broken: dict[str, str] = field(default_factory=dict)

    def listen(self) -> None:
        app = self.town.app
        with app.look(SYSTEM) as view:
            for entity in app.metadata.documents:
                self.there[entity.name] = [record.id for record in find(view, Query(entity.name, limit=200, titles=False)).records]
        for name in self.town.tokens:
            described = near(self.town.described(name))
            self.told[name] = {}
            for found in schemathesis.openapi.from_dict(described).get_all_operations():
                assert isinstance(found, Ok)
                operation = found.ok()
                operation.schema.app = self.town.client.application  # it is called here, and not through the network
                self.told[name][operation.label] = operation
                takes = {key: operation.definition.raw.get(key) for key in ("parameters", "requestBody")}
                self.ways[json.dumps([operation.label, spelled_out(described, takes)], sort_keys=True)].append(name)

    def try_out(self, words: str, mode: GenerationMode, examples: int) -> None:
        """Invent requests for an operation, and send each as several people."""
        if self.changed:
            self.town.put_back()
        self.changed = False
        those = self.ways[words]
        others = [name for name in self.town.tokens if name not in those]
        senders = cycle([*those, *others[: 1 + len(those) // SENDERS]])
        operation = self.told[those[0]][json.loads(words)[0]]

        def send(case: schemathesis.Case[Any]) -> None:
            self._aim(case)
            for name in islice(senders, SENDERS):
                self._send(name, case)

        settings = hypothesis.settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        settings(hypothesis.given(operation.as_strategy(generation_mode=mode))(send))()

    def _aim(self, case: schemathesis.Case[Any]) -> None:
        """Three of four small numbers in a path become that of a record that there is."""
        number, (_, first, entity, *rest) = case.path_parameters.get("id"), [*case.operation.path.split("/"), "", ""][:5]
        ids = self.there.get(entity) if first == "records" and rest[0] == "{id}" else None
        if ids and isinstance(number, int) and number % 4:
            case.path_parameters["id"] = ids[number % len(ids)]

    def _send(self, name: str, case: schemathesis.Case[Any]) -> None:
        label = case.operation.label
        with closing(self._answer(name, case)) as response:
            self.answered[response.status_code] += 1
            self.tried.add(label)
            if response.status_code < 300:
                self.done.add(label)
                self.changed |= case.method != "GET"
            if response.status_code >= 500:
                self.broken.setdefault(f"{label} {response.status_code}", f"{name}: {case.as_curl_command()}")
            if label in self.told[name]:
                self._hold_against(self.told[name][label], response, name, case)

    def _answer(self, name: str, case: schemathesis.Case[Any]) -> TestResponse:
        """Who is locked out was so by a request before: then everything is put back, since otherwise nothing more would be tried."""
        response = ask(case, self.town.client, self.town.who(name), SECRET)
        if response.status_code != 401:
            return response
        response.close()
        self.town.put_back()
        return ask(case, self.town.client, self.town.who(name), SECRET)

    def _hold_against(self, told: Operation, response: TestResponse, name: str, case: schemathesis.Case[Any]) -> None:
        try:
            told.validate_response(response)
        except (Failure, FailureGroup) as wrong:
            self.broken.setdefault(
                f"{told.label} {response.status_code}", f"{name}: {case.as_curl_command()} {getattr(wrong, 'exceptions', wrong)}"
            )


def near(described: Any, *, taken: bool = False) -> Any:
    """The same description, with ids that there may be in what is taken."""
    if isinstance(described, list):
        return [near(part, taken=taken) for part in described]
    if not isinstance(described, dict):
        return described
    if taken and described.get("type") == "integer" and described.get("minimum") == 1 and "maximum" not in described:
        return {**described, "maximum": HIGHEST}
    return {key: near(part, taken=taken or key.endswith(TAKEN)) for key, part in described.items()}


def spelled_out(described: Any, part: Any) -> Any:
    """A part of a description without references to others."""
    if isinstance(part, list):
        return [spelled_out(described, each) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        found = described
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return spelled_out(described, found)
    return {key: spelled_out(described, each) for key, each in part.items()}


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_breaks_for_anybody(town: Bundled, mode: GenerationMode, part: int) -> None:
    crowd = Crowd(town)
    crowd.listen()
    for words in sorted(crowd.ways)[part::PARTS]:
        crowd.try_out(words, mode, EXAMPLES)
    assert crowd.broken == {}
    assert not NOT_TRIED & crowd.answered.keys(), crowd.answered
    assert len(crowd.done) > len(crowd.tried) // 3, crowd.tried - crowd.done
