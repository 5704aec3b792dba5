"""Steps: with the defaults of their workflow merged in, those inside the branches of a parallel step among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from engine.errors import Sentence
from engine.formula import Context, Kind, Names
from engine.frozen import frozen
from engine.loading.findings import Place
from engine.metadata import Branch, Sheet, Step
from engine.metadata import declared as d

from .access import check_field
from .agreement import agreement
from .calls import call_of
from .entities import checks
from .people import people
from .prints import print_named
from .routes import Ground, returns, routes
from .shells import Shell
from .step_keys import Do, check_keys, kind_of
from .through import by_making, through_of
from .timers import timers

USUAL = ("return", "transfer", "urge")
"""What people may do with their task when nothing is written."""


@frozen(slots=False)
class Standing:
    """Where a step stands: its full name, its place in the file, and the branch it belongs to."""

    name: str
    place: Place
    block: str = ""
    branch: str = ""


def merged(own: d.Step, defaults: d.Step) -> d.Step:
    """A step with the defaults of its workflow for what it does not say."""
    given = {f: getattr(defaults, f) for f in d.Step.__struct_fields__ if getattr(own, f) == getattr(d.Step(), f)}
    return msgspec.structs.replace(own, **given)


def step_of(ground: Ground, name: str) -> Step:
    """A step of the workflow, with its branches."""
    place, own = ground.steps[name]
    declared = merged(own, ground.declared.defaults)
    do = kind_of(ground.bench, declared, place)
    step = _step(ground, declared, do, Standing(name, place))
    backwards = returns(ground, name, declared) if do in ("review", "parallel") else ()
    branches = _branches(ground, name, declared) if do == "parallel" else ()
    inside = tuple(target for branch in branches for inner in branch.steps for target in inner.returns if target in ground.names)
    return replace(step, then=routes(ground, name, do, declared), returns=tuple(dict.fromkeys((*backwards, *inside))), branches=branches)


def _branches(ground: Ground, block: str, declared: d.Step) -> tuple[Branch, ...]:
    bench, place, found = ground.bench, ground.steps[block][0], []
    outer = returns(ground, block, declared, quiet=True)
    for name, written in declared.branches.items():
        here = place.at("branches", name)
        parts = written.steps or {"": written}
        steps: list[Step] = []
        for inner, part in parts.items():
            standing = Standing(f"{block}.{name}.{inner}" if inner else f"{block}.{name}", here.at("steps", inner) if inner else here)
            steps.append(_inner(ground, part, Standing(standing.name, standing.place, block, name), (steps, outer)))
        when = bench.condition(written.when, here.at("when"), Names(this=ground.shell.name), Context.WHEN)
        found.append(Branch(name, bench.label(written.label, here.at("label"), name), tuple(steps), when))
    return tuple(found)


def _inner(ground: Ground, own: d.Step, standing: Standing, before: tuple[Sequence[Step], tuple[str, ...]]) -> Step:
    """A step inside a branch: it goes on to the next one of its branch, and back to an earlier one or out of the block."""
    earlier, outer = before
    declared = merged(own, ground.declared.defaults)
    do: Do = declared.do or "review"
    if do == "parallel":
        ground.bench.findings.add("W433", "Branches do not split again.", standing.place.at("do"), hint="make it a step of its own")
        do = "review"
    step = _step(ground, declared, do, standing)
    targets = {target.name.rsplit(".", 1)[-1]: target.name for target in earlier if target.do != "run"} | {name: name for name in outer}
    allowed = declared.allow is None or "return" in declared.allow
    found = tuple(targets.values()) if do == "review" and allowed else ()
    for outcome, lines in declared.then.items():
        here = standing.place.at("then", outcome)
        if outcome != "return" or do != "review":
            message = "A branch goes on to its next step, and the block goes on when its branches have agreed."
            ground.bench.findings.add("W407", message, here, hint="only `return` may be written here", key=True)
            continue
        found = tuple(targets[line] for line in _named(lines) if line in targets)
        for line in (line for line in _named(lines) if line not in targets):
            ground.bench.findings.unknown("step to return to", line, targets, here)
    return replace(step, returns=found)


def _named(lines: object) -> tuple[str, ...]:
    return tuple(line for line in (lines if isinstance(lines, tuple) else (lines,)) if isinstance(line, str))


def _step(ground: Ground, declared: d.Step, do: Do, standing: Standing) -> Step:
    bench, shell, place = ground.bench, ground.shell, standing.place
    check_keys(bench, declared, do, place)
    scope = (shell.name, ground.before(standing.name))
    sheet = _sheet(ground, declared, place) if do == "fill" else None
    filled = ground.shells[sheet.entity] if sheet else shell
    own_when = None if standing.name == f"{standing.block}.{standing.branch}" else declared.when  # that of a branch leaves out the branch
    return Step(
        standing.name,
        bench.label(declared.label, place.at("label"), standing.name.rsplit(".", 1)[-1]),
        do,
        help=bench.words(declared.help, place.at("help")),
        who=people(bench, declared.who, place, "who", scope),
        agree=agreement(bench, declared, place, scope),
        excluded=people(bench, declared.except_, place, "except", scope),
        self_approval=declared.self_approval,
        if_nobody=people(bench, declared.if_nobody, place, "if_nobody", scope),
        edit=_fields(ground, filled, declared.edit, place.at("edit")),
        hide=_hidden(ground, declared, place.at("hide")),
        must=_fields(ground, filled, declared.must, place.at("must")),
        checks=tuple(checks(bench, filled, declared.checks, place.at("checks"))),
        when=bench.condition(own_when, place.at("when"), Names(this=shell.name), Context.WHEN),
        call=call_of(bench, shell, declared, (place, place.at("run"))) if do == "run" else None,
        comment=declared.comment or "on_reject",
        timers=timers(ground, (standing.name, "branch" if standing.branch else do), declared, place),
        max_rounds=declared.max_rounds or 20,
        detour=standing.name in ground.declared.detours,
        allow=frozenset(USUAL if declared.allow is None else declared.allow),
        sheet=sheet,
        after_return=declared.after_return or "redo",
        watched=None if declared.redo_if_changed is None else _fields(ground, shell, declared.redo_if_changed, place.at("redo_if_changed")),
        repeat_approver=declared.repeat_approver or "ask",
        sign=declared.sign,
        print=print_named(bench, declared.print, shell.name, place.at("print")),
        cc=people(bench, declared.cc, place, "cc", scope),
        block=standing.block,
        branch=standing.branch,
    )


def _sheet(ground: Ground, declared: d.Step, place: Place) -> Sheet | None:
    """The entity of which each person files a row: it must lead to the record by one link."""
    if declared.form is None:
        return None
    known = {shell.name for shell in ground.shells.values() if shell.document is None}
    if declared.form not in known:
        ground.bench.findings.unknown("entity", declared.form, known, place.at("form"))
        return None
    members = ground.bench.catalog.members(declared.form)
    links = [name for name, member in members.items() if member.type.kind is Kind.REF and member.type.entity == ground.shell.name]
    links = [name for name in links if name in ground.shells[declared.form].fields]
    if len(links) != 1:
        message = Sentence(
            "{form} needs one link to {entity}; it has {count}.", form=declared.form, entity=ground.shell.name, count=len(links)
        )
        ground.bench.findings.add("W434", message, place.at("form"), hint=f"a field {{type: link, to: {ground.shell.name}}}")
        return None
    return Sheet(declared.form, links[0])


def _hidden(ground: Ground, declared: d.Step, place: Place) -> frozenset[str]:
    """What is hidden from who has the task: nothing that the same task fills in."""
    for index, name in enumerate(declared.hide):
        if check_field(ground.bench, ground.shell, name, place.at(index)) and name in (*declared.edit, *declared.must):
            ground.bench.findings.add(
                "W442", Sentence("{name} is filled in here and hidden at once.", name=name), place.at(index), hint="hide it, or edit it"
            )
    return frozenset(declared.hide)


def _fields(ground: Ground, shell: Shell, names: tuple[str, ...], place: Place) -> frozenset[str]:
    for index, name in enumerate(names):
        if not check_field(ground.bench, shell, name, place.at(index)):
            continue
        member = ground.bench.catalog.members(shell.name).get(name)
        declared = shell.fields[name].declared if name in shell.fields else None
        through = through_of(ground.bench, shell.name, declared) if declared is not None else None
        if through is not None and not (through.chosen and place.path[-1] != "redo_if_changed"):
            words = Sentence("{name} leads over records of {entity}, and cannot be filled in here.", name=name, entity=through.entity)
            ground.bench.findings.add("W402", words, place.at(index), hint=by_making(through))
        elif through is None and member is not None and member.computed and place.path[-1] != "redo_if_changed":
            ground.bench.findings.add("W402", Sentence("{name} is computed and cannot be filled in.", name=name), place.at(index))
    return frozenset(names)
