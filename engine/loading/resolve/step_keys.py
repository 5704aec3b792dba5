"""What a step does, and the keys that mean something for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from engine.errors import Sentence
from engine.loading.findings import Place
from engine.metadata import declared as d

from .bench import Bench

Do = Literal["fill", "review", "run", "parallel"]
_WRITTEN: Mapping[str, str] = {"except_": "except", "with_": "with"}
_PEOPLE = frozenset({"fill", "review"})
_VOTES = frozenset({"fill", "review", "parallel"})
KEYS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("who", "edit", "hide", "must", "checks", "if_nobody", "except_", "sign", "print"), _PEOPLE),
    **dict.fromkeys(("agree", "allow", "cc"), _VOTES),
    **dict.fromkeys(("self_approval", "comment", "repeat_approver"), frozenset({"review"})),
    **dict.fromkeys(("after_return", "redo_if_changed"), frozenset({"review", "parallel"})),
    **dict.fromkeys(("run", "with_", "save", "retry", "once"), frozenset({"run"})),
    "form": frozenset({"fill"}),
    "branches": frozenset({"parallel"}),
}
"""For which `do` a key means something; keys that are not here do for all."""


def kind_of(bench: Bench, step: d.Step, place: Place) -> Do:
    """What the step does; an issue when it does not say."""
    if step.do is None:
        bench.findings.add("S202", '"do" is missing: what happens in this step?', place, hint="fill, review, run or parallel", key=True)
        return "run" if step.run else "review"
    return step.do


def check_keys(bench: Bench, step: d.Step, do: Do, place: Place) -> None:
    """Keys that mean nothing here, people that are missing, and votes that are not said (WORKFLOW 5.4)."""
    for name, fits in KEYS.items():
        written = _WRITTEN.get(name, name)
        if do not in fits and says(place, written):
            message = Sentence(
                '"{written}" means nothing for `do: {do}`; it is for {fits}.', written=written, do=do, fits=", ".join(sorted(fits))
            )
            bench.findings.add("W405", message, place.at(written), key=True)
    if do == "parallel" and not step.branches:
        bench.findings.add("S202", '"branches" is missing: what is done at the same time?', place, hint="branches: {legal: …}", key=True)
    if do in _PEOPLE:
        _check_people(bench, step, place)
    _check_batch(bench, step, do, place)


def _check_people(bench: Bench, step: d.Step, place: Place) -> None:
    if not step.who:
        bench.findings.add("S202", '"who" is missing: who does this?', place, hint="such as role:legal or submitter", key=True)
    elif isinstance(step.who, tuple) and len(step.who) > 1 and step.agree is None and not says(place, "agree"):
        hint = "write agree: any, all, in_order, 2 or 60%"
        bench.findings.add("W406", "Several people in `who`, but no `agree`.", place.at("who"), hint=hint)
    if "claim" in (step.allow or ()) and step.agree not in (None, "any"):
        bench.findings.add("W431", "What one person takes for all is decided by that person.", place.at("agree"), hint="agree: any")
    if step.agree == "in_order" and "add_peer" in (step.allow or ()) and says(place, "allow"):
        message = "Who is asked one after the other cannot be joined by somebody at the same time."
        bench.findings.add("W432", message, place.at("allow"), hint="add_before or add_after")


def _check_batch(bench: Bench, step: d.Step, do: Do, place: Place) -> None:
    """What is approved among others is approved with a yes and nothing else."""
    asked = [key for key, there in (("must", step.must), ("sign", step.sign), ("comment", step.comment == "required")) if there]
    if "batch" in (step.allow or ()) and says(place, "allow") and (do != "review" or asked):
        message = (
            Sentence("Tasks that ask for {asked} are decided one by one.", asked=", ".join(asked))
            if asked
            else "Only reviews are approved many at a time."
        )
        bench.findings.add("W440", message, place.at("allow"), hint="leave `batch` out")


def says(place: Place, key: str) -> bool:
    """Whether the step has a key in the file, rightly or wrongly."""
    return place.at(key).path in place.document.keys
