"""Where a workflow goes from each step: written routes, and the defaults for what is not written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from engine.errors import Sentence
from engine.formula import Context, Names
from engine.frozen import frozen
from engine.loading.findings import Place
from engine.metadata import OUTCOMES, Route
from engine.metadata import declared as d

from .bench import Bench
from .shells import Shell
from .step_keys import Do


@frozen(slots=False)
class Ground:
    """A workflow while its steps are resolved."""

    bench: Bench
    shells: Mapping[str, Shell]
    shell: Shell
    declared: d.Workflow
    place: Place

    @cached_property
    def steps(self) -> Mapping[str, tuple[Place, d.Step]]:
        """All steps with their places, the happy path first."""
        found = {name: (self.place.at("detours", name), step) for name, step in self.declared.detours.items()}
        return {name: (self.place.at("steps", name), step) for name, step in self.declared.steps.items()} | found

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all steps."""
        return tuple(self.steps)

    def check_names(self) -> None:
        """A name is one step or one end."""
        for name in self.declared.detours:
            if name in self.declared.steps:
                self.bench.findings.add(
                    "N303",
                    Sentence('"{name}" is both a step and a detour; rename one.', name=name),
                    self.place.at("detours", name),
                    key=True,
                )
        for name in self.declared.ends:
            if name in self.steps:
                self.bench.findings.add(
                    "N303", Sentence('"{name}" is both a step and an end; rename one.', name=name), self.place.at("ends", name), key=True
                )
        defaults = self.place.at("defaults")
        for key in ("then", "run", "when", "who", "do", "with", "save"):
            if defaults.at(key).path in self.place.document.keys and key in ("then", "run"):
                self.bench.findings.add(
                    "W405", Sentence('"{key}" belongs to one step, not to the defaults.', key=key), defaults.at(key), key=True
                )

    def before(self, step: str) -> tuple[str, ...]:
        """The steps whose deciders may be named in a step: all others, those inside branches among them."""
        return tuple(name for name in (*self.names, *self.inside) if name != step)

    @cached_property
    def inside(self) -> tuple[str, ...]:
        """The full names of the steps inside branches."""
        blocks = ((name, step.branches) for name, (_, step) in self.steps.items())
        named = ((f"{block}.{branch}", written) for block, branches in blocks for branch, written in branches.items())
        return tuple(name for path, written in named for name in ([f"{path}.{inner}" for inner in written.steps] or [path]))

    def earlier(self, step: str) -> tuple[str, ...]:
        """The steps a review may return to: earlier ones where people work; from a detour any of the happy path."""
        path = tuple(self.declared.steps)
        return self._by_people(path[: path.index(step)] if step in path else path)

    def returnable(self, step: str) -> tuple[str, ...]:
        """The steps a review may name: the earlier ones, and detours."""
        return (*self.earlier(step), *self._by_people(tuple(name for name in self.declared.detours if name != step)))

    def _by_people(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(n for n in names if (self.steps[n][1].do or self.declared.defaults.do) in ("fill", "review", "parallel"))

    def next_of(self, step: str) -> str | None:
        """Where success leads when nothing is written: the next step, or the first end; None for a detour."""
        path = tuple(self.declared.steps)
        if step not in path:
            return None
        index = path.index(step) + 1
        return path[index] if index < len(path) else next(iter(self.declared.ends))


def routes(ground: Ground, step: str, do: Do, declared: d.Step) -> dict[str, tuple[Route, ...]]:
    """Each outcome to its routes."""
    place = ground.steps[step][0].at("then")
    for outcome in declared.then:
        if outcome not in OUTCOMES[do]:
            message = Sentence('"{outcome}" cannot happen for `do: {do}`.', outcome=outcome, do=do)
            ground.bench.findings.add(
                "W407", message, place.at(outcome), hint=Sentence("use one of: {known}", known=", ".join(OUTCOMES[do])), key=True
            )
    found: dict[str, tuple[Route, ...]] = {}
    for outcome in OUTCOMES[do]:
        if outcome == "return":
            continue
        written = declared.then.get(outcome)
        if written is not None:
            found[outcome] = _written(ground, written, place, outcome)
        elif default := _default(ground, step, do, outcome):
            found[outcome] = default
    return found


def _default(ground: Ground, step: str, do: Do, outcome: str) -> tuple[Route, ...]:
    """Success goes on; a rejection goes to the end `rejected`; a failed call waits for its incident to be settled."""
    if outcome == OUTCOMES[do][0]:
        following = ground.next_of(step)
        if following is None:
            message, place = Sentence("The detour {step} must say where {outcome} goes.", step=step, outcome=outcome), ground.steps[step][0]
            ground.bench.findings.add("W408", message, place, hint=f"then: {{{outcome}: …}}", key=True)
        return (Route(following),) if following else ()
    if outcome == "reject":
        if "rejected" not in ground.declared.ends:
            hint = "add the end `rejected`, or say where reject goes"
            ground.bench.findings.add(
                "W408",
                Sentence("{step} can be rejected, but there is no end for it.", step=step),
                ground.steps[step][0],
                hint=hint,
                key=True,
            )
            return ()
        return (Route("rejected"),)
    return ()


def _written(ground: Ground, written: object, place: Place, outcome: str) -> tuple[Route, ...]:
    lines = written if isinstance(written, tuple) else (written,)
    found = []
    for index, line in enumerate(lines):
        here = place.item(outcome, index)
        route = d.Route(go=line) if isinstance(line, str) else line
        assert isinstance(route, d.Route)
        found.append(_route(ground, route, here if isinstance(line, str) else here.at("go"), here))
        last = index == len(lines) - 1
        if not last and route.when is None:
            ground.bench.findings.add("W409", "A route without `when` is always taken: those after it never are.", here)
        if last and route.when is not None:
            ground.bench.findings.add("W410", "The last route must have no `when`: what happens otherwise?", here)
    return tuple(found)


def _route(ground: Ground, route: d.Route, target: Place, place: Place) -> Route:
    names = (*ground.names, *ground.declared.ends)
    if route.go not in names:
        ground.bench.findings.unknown("step or end", route.go, names, target)
    this = Names(this=ground.shell.name)
    when = ground.bench.condition(route.when, place.at("when"), this, Context.WHEN)
    return Route(route.go, when, ground.bench.wording(route.say, place.at("say"), this))


def returns(ground: Ground, step: str, declared: d.Step, *, quiet: bool = False) -> tuple[str, ...]:
    """The steps a review may return to; without `then: {return: …}` every earlier one where people work. `quiet` finds no issues."""
    if declared.allow is not None and "return" not in declared.allow:
        return ()
    written = declared.then.get("return")
    if written is None:
        return ground.earlier(step)
    allowed, place = ground.returnable(step), ground.steps[step][0].at("then")
    lines = written if isinstance(written, tuple) else (written,)
    if not quiet:
        for index, line in enumerate(lines):
            _check_return(ground, line, allowed, place.item("return", index))
    return tuple(line for line in lines if isinstance(line, str) and line in allowed)


def _check_return(ground: Ground, line: object, allowed: tuple[str, ...], here: Place) -> None:
    if not isinstance(line, str):
        ground.bench.findings.add("W411", "`return` lists the steps that may be returned to.", here, hint="such as return: [register]")
    elif line not in ground.names:
        ground.bench.findings.unknown("step", line, ground.names, here)
    elif line not in allowed:
        hint = Sentence("one of {known}", known=", ".join(allowed))
        ground.bench.findings.add(
            "W412", Sentence("A return goes to an earlier step where people work; {line} is none.", line=line), here, hint=hint
        )
