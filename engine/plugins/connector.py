"""Connectors: typed calls to systems outside, each answered by one of several providers.

A connector says what may be asked (`actions`: the types that go in and come out); a provider says how one outside system
answers it. A workflow step runs `connector.action`; which provider answers is one line of `app.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeVar, dataclass_transform

import msgspec

from engine.errors import Message, ObjectloomError, Sentence
from engine.frozen import frozen

FailureKind = Literal["timeout", "unreachable", "rate_limited", "server_error", "bad_request", "refused", "bad_answer", "defect"]
TEMPORARY: frozenset[str] = frozenset({"timeout", "unreachable", "rate_limited", "server_error"})
"""Failures that may be gone at the next try; the others stay until somebody changes something."""

AS_IT_IS = (Decimal, date, datetime, timedelta)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into or comes out of a call; `class Record(Payload, rename="camel")` reads names of the JSON world."""


T = TypeVar("T", bound=Payload)


class CallFailed(ObjectloomError):
    """A call had no answer; `kind` says why, `wait_seconds` how long the other side asks to wait."""

    status, code = 502, "call_failed"

    def __init__(self, kind: FailureKind, message: Message | str, wait_seconds: int | None = None) -> None:
        self.kind: FailureKind = kind
        self.wait_seconds = wait_seconds
        super().__init__(message)

    @property
    def temporary(self) -> bool:
        """Whether another try makes sense."""
        return self.kind in TEMPORARY


@frozen
class Action:
    """One thing a connector can be asked: the type of the question and the type of the answer."""

    takes: type[Payload]
    gives: type[Payload]


@frozen
class Setting:
    """What the application says about a connector: its options, its secret (already read), the folder that paths start from."""

    root: Path
    options: Mapping[str, object] = field(default_factory=dict)
    secret: str | None = None


@frozen
class Call:
    """What is said of one call beside its question: `key` is the same at every retry, for systems that refuse repeats."""

    key: str


class Provider:
    """The base of all providers: a method per action, `lookup(self, question, call) -> answer`, and its own `Options`."""

    class Options(Payload):
        """What may stand under `options:` in `app.yaml`; most providers have an own one."""

    def __init__(self, options: Any, setting: Setting) -> None:
        self.options = options
        self.setting = setting


@frozen(slots=False)
class Connector:
    """A connector as a plugin offers it."""

    name: str
    actions: Mapping[str, Action]
    providers: Mapping[str, type[Provider]]

    def problems(self) -> list[str]:
        """What its author forgot, in words: a provider that lacks the method of an action."""
        return [
            f'provider "{provider}" of connector "{self.name}" has no method "{action}"'
            for provider, made in self.providers.items()
            for action in self.actions
            if not callable(getattr(made, action, None))
        ]

    def wrong_options(self, provider: str, options: Mapping[str, object]) -> str | None:
        """Why these options do not fit the provider (a sentence with the path), or None; an unknown key does not fit either."""
        accepted = self.providers[provider].Options
        unknown = sorted(set(options) - set(accepted.__struct_encode_fields__))
        if unknown:
            named = {"provider": provider, "option": unknown[0], "has": ", ".join(accepted.__struct_encode_fields__) or "–"}
            return Sentence('provider "{provider}" knows no option "{option}"; it has: {has}', **named)
        try:
            msgspec.convert(dict(options), accepted, strict=False)
        except msgspec.ValidationError as wrong:
            return str(wrong)
        return None

    def open(self, provider: str, setting: Setting) -> Opened:
        """The connector with a provider behind it. Raises KeyError for an unknown provider, ValueError for wrong options."""
        made = self.providers[provider]
        wrong = self.wrong_options(provider, setting.options)
        if wrong:
            raise ValueError(wrong)
        return Opened(self, made(msgspec.convert(dict(setting.options), made.Options, strict=False), setting))


@frozen
class Opened:
    """A connector that can be called."""

    connector: Connector
    provider: Provider

    def call(self, action: str, inputs: Mapping[str, object], key: str) -> dict[str, object]:
        """The answer to one question, field by field; both are checked against the contract. Raises only `CallFailed`."""
        contract = self.connector.actions[action]
        question = _checked(dict(inputs), contract.takes, "bad_request")
        answer = _checked(msgspec.to_builtins(self._ask(action, question, Call(key)), builtin_types=AS_IT_IS), contract.gives, "bad_answer")
        return {name: getattr(answer, name) for name in answer.__struct_fields__}

    def _ask(self, action: str, question: Payload, call: Call) -> object:
        try:
            return getattr(self.provider, action)(question, call)
        except CallFailed:
            raise
        except Exception as error:
            # Whatever a plugin raises must end as one failed call, never as a worker that dies.
            raise CallFailed(
                "defect", Message("The connector {name} is broken: {error}", {"name": self.connector.name, "error": repr(error)})
            ) from error


def _checked(content: object, wanted: type[T], kind: FailureKind) -> T:
    try:
        return msgspec.convert(content, wanted)
    except msgspec.ValidationError as wrong:
        raise CallFailed(kind, Message("{kind} does not fit: {wrong}", {"kind": wanted.__name__, "wrong": str(wrong)})) from wrong
