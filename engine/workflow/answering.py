"""What a person answers to a task, looked at before it counts: is it possible, is it complete, who is picked, is it signed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from engine.errors import Invalid, Message, Problem, Refusal
from engine.metadata import OUTCOMES, Step
from engine.records import conflict, save
from engine.unit_of_work import Cause

from .asking import Pick, picks
from .complete import blank, missing, warn
from .course import Course
from .model import VOTING, Task, return_targets
from .people import resolve
from .sheets import file_sheet
from .voting import NEGATIVE

BACK = "return"
ADVISE = "advise"
STROKES = re.compile(r"(?:[ML] ?-?[0-9]{1,4}(?:\.[0-9]{1,2})?[ ,]-?[0-9]{1,4}(?:\.[0-9]{1,2})? ?)+", re.ASCII)
"""A signature: the lines of a drawing 600 wide and 200 high, as a path of SVG."""
TYPED = re.compile(r"[^\W\d_][^\x00-\x1f<>]{1,119}")
"""A name that is typed where nothing can be drawn."""
LONGEST = 20_000


class Given(Protocol):
    """The parts of an answer."""

    @property
    def decision(self) -> str: ...
    @property
    def values(self) -> Mapping[str, object]: ...
    @property
    def comment(self) -> str: ...
    @property
    def to(self) -> str | None: ...
    @property
    def version(self) -> int | None: ...
    @property
    def picks(self) -> Mapping[str, Sequence[int]]: ...
    @property
    def signature(self) -> str: ...


def allowed(course: Course, step: Step, task: Task, answer: Given) -> str | None:
    """The step to return to, where that is the decision. Raises Refusal or Invalid where the step does not allow it."""
    if task.kind == "advice":
        _advised(step, answer)
        return None
    if answer.decision not in OUTCOMES[step.do]:
        raise Refusal(Message("“{decision}” is not possible at “{step}”.", {"decision": answer.decision, "step": step.label}))
    problems = _comment_problems(step, answer)
    if step.sign and not _is_signature(answer.signature):
        problems.append(Problem("signature", "required", Message("Please sign.")))
    target = _return_target(course, step, answer, problems) if answer.decision == BACK else None
    if problems:
        raise Invalid(problems)
    return target


def _advised(step: Step, answer: Given) -> None:
    """An opinion is a comment and nothing else."""
    if answer.decision != ADVISE:
        raise Refusal(Message("“{decision}” is not possible at “{step}”.", {"decision": answer.decision, "step": step.label}))
    if not answer.comment.strip():
        raise Invalid([Problem("comment", "required", Message("Please say what you think."))])


def _comment_problems(step: Step, answer: Given) -> list[Problem]:
    negative = answer.decision in (NEGATIVE, BACK)
    wanted = step.comment == "required" or (step.comment == "on_reject" and negative)
    if wanted and not answer.comment.strip():
        return [Problem("comment", "required", Message("Please say why."))]
    return []


def _return_target(course: Course, step: Step, answer: Given, problems: list[Problem]) -> str | None:
    targets = return_targets(course.instance, course.workflow, step)
    if not targets:
        raise Refusal(Message("“{step}” cannot be returned to an earlier step.", {"step": step.label}))
    if answer.to is None and len(targets) > 1:
        problems.append(Problem("to", "required", Message("Please choose the step to return to.")))
        return None
    target = next((name for name in targets if name.endswith(f".{answer.to}")), answer.to or targets[0])
    if target not in targets:
        raise Refusal(Message("“{step}” cannot be returned to “{to}”.", {"step": step.label, "to": target}))
    return target


def fill_in(course: Course, step: Step, task: Task, answer: Given) -> None:
    """Write the values of the task; what leads on must be complete. Raises Invalid with everything that is wrong at once."""
    leads_on = answer.decision not in (NEGATIVE, BACK, ADVISE) and task.kind in VOTING
    if step.sheet is not None:
        if leads_on:
            with course.uow.because(Cause("step", step.name)):
                file_sheet(course.uow, step, course.instance.record_id, answer.values)
            course.refresh()
        return
    try:
        if answer.values:
            with course.uow.because(Cause("step", step.name)):
                course.row = save(course.uow, course.entity, course.instance.record_id, answer.values, answer.version)
    except Invalid as wrong:
        said = {problem.path for problem in wrong.problems}
        lacking = blank(course, step, {**course.row, **answer.values}) if leads_on else []
        raise Invalid([*wrong.problems, *(problem for problem in lacking if problem.path not in said)]) from wrong
    if leads_on:
        if problems := missing(course, step):
            raise Invalid(problems)
        warn(course, step)


def picked(course: Course, step: Step, task: Task, answer: Given) -> dict[str, list[int]]:
    """The people that were picked for later steps, each among those who may be. Raises Invalid; a choice that was made stays."""
    if answer.decision in (NEGATIVE, BACK, ADVISE) or task.kind not in VOTING:
        return {}
    found: dict[str, list[int]] = {}
    problems: list[Problem] = []
    for pick in picks(course.workflow, step):
        if pick.step.name in course.instance.picked:
            continue
        people = list(dict.fromkeys(answer.picks.get(pick.step.name, ())))
        if problem := _misfit(course, pick, people):
            problems.append(problem)
        found[pick.step.name] = people
    if problems:
        raise Invalid(problems)
    return found


def _misfit(course: Course, pick: Pick, people: Sequence[int]) -> Problem | None:
    least, most = pick.picking.least, pick.picking.most
    path = f"picks.{pick.step.name}"
    if not least <= len(people) <= most:
        words = Message("Please pick {least} to {most} people for “{step}”.", {"least": least, "most": most, "step": pick.step.label})
        return Problem(path, "required", words)
    if not set(people) <= set(resolve(pick.picking.among, course.directory_of(pick.step.name))):
        return Problem(path, "not_allowed", Message("Somebody else must be picked for “{step}”.", {"step": pick.step.label}))
    return None


def signed(course: Course, answer: Given, shown: str) -> dict[str, object]:
    """The signature as it is kept, bound to what was shown. Raises Conflict where the person has seen something else."""
    if answer.version is not None and answer.version != course.row["version"] and not answer.values:
        raise conflict(course.uow, course.uow.metadata.entities[course.entity], dict(course.row))
    kind = "strokes" if STROKES.fullmatch(answer.signature) else "typed"
    return {kind: answer.signature, "shown": shown}


def _is_signature(text: str) -> bool:
    return len(text) <= LONGEST and bool(STROKES.fullmatch(text) or TYPED.fullmatch(text))
