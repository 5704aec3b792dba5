"""What an analyst writes about things that happen by themselves: timers."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from .written import Declaration, OneOrMore


class Timer(Declaration, kw_only=True):
    """Something that happens when a step takes long: after a length of time, or at the time in a field."""

    after: str
    do: Literal["remind", "escalate", "approve", "reject", "return", "go"]
    to: OneOrMore[str] = ()
    every: str | None = None
    times: Annotated[int, Meta(ge=1, le=100)] | None = None
