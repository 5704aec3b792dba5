"""What a step does, and the keys that mean something for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from engine.loading.findings import Place
from engine.metadata import declared as d

from .bench import Bench

Do = Literal["fill", "review", "run"]
_WRITTEN: Mapping[str, str] = {"except_": "except", "with_": "with"}
_PEOPLE = frozenset({"fill", "review"})
KEYS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("who", "agree", "edit", "must", "checks", "if_nobody", "except_"), _PEOPLE),
    **dict.fromkeys(("self_approval", "comment", "allow"), frozenset({"review"})),
    **dict.fromkeys(("run", "with_", "save", "retry"), frozenset({"run"})),
}
"""For which `do` a key means something; keys that are not here do for all."""


def kind_of(bench: Bench, step: d.Step, place: Place) -> Do:
    """What the step does; an issue when it does not say."""
    if step.do is None:
        bench.findings.add("S202", '"do" is missing: what happens in this step?', place, hint="fill, review or run", key=True)
        return "run" if step.run else "review"
    return step.do


def check_keys(bench: Bench, step: d.Step, do: Do, place: Place) -> None:
    """Keys that mean nothing here, people that are missing, and votes that are not said (WORKFLOW 5.4)."""
    for name, fits in KEYS.items():
        written = _WRITTEN.get(name, name)
        if do not in fits and _says(place, written):
            message = f'"{written}" means nothing for `do: {do}`; it is for {" and ".join(sorted(fits))}.'
            bench.findings.add("W405", message, place.at(written), key=True)
    if do not in _PEOPLE:
        return
    if not step.who:
        bench.findings.add("S202", '"who" is missing: who does this?', place, hint="such as role:legal or submitter", key=True)
    elif isinstance(step.who, tuple) and len(step.who) > 1 and step.agree is None and not _says(place, "agree"):
        bench.findings.add("W406", "Several people in `who`, but no `agree`.", place.at("who"), hint="write agree: any or agree: all")


def _says(place: Place, key: str) -> bool:
    """Whether the step has a key in the file, rightly or wrongly."""
    return place.at(key).path in place.document.keys
