"""Random workflows over papers that are valid: any number of steps of every kind, with every way to decide, move, return and wait."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

ALLOWED = ("return", "transfer", "delegate", "add_before", "add_after", "add_peer", "claim", "cc", "urge", "reclaim")
TIMERS = (
    {"after": "90 minutes", "do": "remind", "every": "1 hour", "times": 2},
    {"after": "2 hours", "do": "escalate", "to": "role:boss"},
    {"after": "3 hours", "do": "approve"},
    {"after": "3 hours", "do": "reject"},
    {"after": "1 day", "do": "go", "to": "accepted"},
)
ENDS = {
    "accepted": {"call": "accept"},
    "rejected": {"call": "refuse"},
    "withdrawn": {"call": "take_back"},
    "cancelled": {"call": "take_back"},
}
AGREE: tuple[Any, ...] = ("any", "all", "in_order", 2, "60%", {"weights": {"role:judge": 20, "role:boss": 50}, "pass": 60})
Step = Mapping[str, Any]


@st.composite
def reviews(draw: st.DrawFn, earlier: tuple[str, ...]) -> Step:
    """A review that may be returned to any people's step before it."""
    who = draw(st.sampled_from(["role:judge", "role:boss", ["role:judge", "role:reader"], {"heads_of": "submitter", "up_to": 2}]))
    agree = draw(st.sampled_from(AGREE if who == "role:judge" else AGREE[:4]))
    step: dict[str, Any] = {"who": who, "do": "review", "agree": agree, "edit": ["verdict"], "max_rounds": 3}
    step["allow"] = draw(st.lists(st.sampled_from([verb for verb in ALLOWED if _means(verb, agree)]), unique=True))
    step["self_approval"] = draw(st.booleans())
    step["after_return"] = draw(st.sampled_from(["redo", "resume", "ask"]))
    step["repeat_approver"] = draw(st.sampled_from(["ask", "skip_consecutive", "skip"]))
    step["then"] = {"return": draw(st.lists(st.sampled_from(earlier), min_size=1, unique=True))}
    step["timers"] = [dict(draw(st.sampled_from(TIMERS)))] if draw(st.booleans()) else []
    if len(earlier) > 1 and draw(st.booleans()):
        step["except"] = f"actor:{draw(st.sampled_from(earlier[1:]))}"
    if draw(st.booleans()):
        step["when"] = "pages > 20"
    return step


def _means(verb: str, agree: object) -> bool:
    """Whether what is allowed can be done where people agree so."""
    return (verb, agree) != ("add_peer", "in_order") and (verb != "claim" or agree == "any")


@st.composite
def blocks(draw: st.DrawFn) -> Step:
    """A parallel step, of which one branch may be left out and one has two steps."""
    branches: dict[str, Any] = {
        "one": {"who": "role:judge", "agree": draw(st.sampled_from(["any", "all", 2]))},
        "two": {"steps": {"first": {"who": "role:reader"}, "second": {"who": "role:boss", "allow": ["return", "transfer"]}}},
    }
    if draw(st.booleans()):
        branches["three"] = {"who": "role:reader", "when": "pages > 20"}
    return {"do": "parallel", "branches": branches, "agree": draw(st.sampled_from(["all", "any", 2])), "then": {"return": ["write"]}}


def calls() -> Step:
    """A step that asks the register."""
    return {
        "do": "run",
        "run": "register.search",
        "with": {"words": "=title"},
        "save": {"found": "hits"},
        "retry": {"times": 2, "wait": "1 minute"},
    }


@st.composite
def definitions(draw: st.DrawFn) -> str:
    """The YAML of a workflow `judging`: it begins with writing, and goes on with one to four steps of any kind."""
    steps: dict[str, Step] = {"write": {"who": "submitter", "do": "fill", "edit": ["title", "pages"], "must": ["title"]}}
    earlier: tuple[str, ...] = ("write",)
    for at in range(draw(st.integers(1, 4))):
        name, kind = f"step{at}", draw(st.sampled_from(["review", "review", "block", "call"]))
        if kind == "review":
            steps[name] = draw(reviews(earlier))
            earlier = (*earlier, name)
        else:
            steps[name] = draw(blocks()) if kind == "block" else calls()
    head = {"for": "paper", "starters": "role:writer", "admin": "role:boss", "withdraw": "any_time"}
    return "\n".join(
        ["workflow: judging", *(f"{key}: {json.dumps(value)}" for key, value in {**head, "steps": steps, "ends": ENDS}.items())]
    )
