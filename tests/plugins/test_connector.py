"""What the connector base promises to applications and to authors of plugins."""

from decimal import Decimal
from pathlib import Path

import pytest

from engine.plugins import Action, Call, CallFailed, Connector, Payload, Provider, Setting
from engine.plugins.testing import opened_for_test


class Question(Payload):
    amount: Decimal
    note: str | None = None


class Reaction(Payload):
    twice: Decimal


class Doubler(Provider):
    class Options(Payload):
        factor: int = 2

    def double(self, question: Question, _call: Call) -> Reaction:
        return Reaction(twice=question.amount * self.options.factor)


class Broken(Provider):
    def double(self, question: Question, _call: Call) -> Reaction:
        raise ZeroDivisionError(question.note)


class Wrong(Provider):
    def double(self, _question: Question, _call: Call) -> Reaction:
        return Reaction(twice="much")  # type: ignore[arg-type]  # what a careless author does


class Keyed(Provider):
    def double(self, _question: Question, call: Call) -> Reaction:
        return Reaction(twice=Decimal(call.key))


class Lazy(Provider):
    pass


CONNECTOR = Connector(
    "calculator", {"double": Action(Question, Reaction)}, {"good": Doubler, "broken": Broken, "wrong": Wrong, "keyed": Keyed}
)


def test_call_gives_plain_values() -> None:
    assert opened_for_test(CONNECTOR, "good", {}).call("double", {"amount": Decimal("1.50")}, "k") == {"twice": Decimal("3.00")}


def test_options_from_yaml_arrive_typed() -> None:
    assert opened_for_test(CONNECTOR, "good", {"factor": "3"}).call("double", {"amount": Decimal(2)}, "k") == {"twice": Decimal(6)}


def test_key_reaches_the_provider() -> None:
    assert opened_for_test(CONNECTOR, "keyed", {}).call("double", {"amount": Decimal(1)}, "77") == {"twice": Decimal(77)}


@pytest.mark.parametrize(
    ("provider", "inputs", "kind"),
    [
        ("good", {"amount": None}, "bad_request"),
        ("good", {}, "bad_request"),
        ("broken", {"amount": Decimal(1)}, "defect"),
        ("wrong", {"amount": Decimal(1)}, "bad_answer"),
    ],
)
def test_whatever_goes_wrong_is_a_failed_call(provider: str, inputs: dict[str, object], kind: str) -> None:
    with pytest.raises(CallFailed) as raised:
        opened_for_test(CONNECTOR, provider, {}).call("double", inputs, "k")
    assert raised.value.kind == kind
    assert not raised.value.temporary


@pytest.mark.parametrize(
    ("options", "words"),
    [({"factr": 2}, 'knows no option "factr"; it has: factor'), ({"factor": "many"}, "factor"), ({"factor": 2}, None)],
)
def test_wrong_options_are_said(options: dict[str, object], words: str | None) -> None:
    said = CONNECTOR.wrong_options("good", options)
    assert said is None if words is None else words in str(said)
    if words:
        with pytest.raises(ValueError, match="factor"):
            CONNECTOR.open("good", Setting(Path(), options))


def test_provider_without_the_method_of_an_action_is_said() -> None:
    unfinished = Connector("calculator", {"double": Action(Question, Reaction)}, {"lazy": Lazy})
    assert unfinished.problems() == ['provider "lazy" of connector "calculator" has no method "double"']
    with pytest.raises(AssertionError, match="lazy"):
        opened_for_test(unfinished, "lazy", {})
