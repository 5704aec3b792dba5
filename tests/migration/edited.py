"""A definition that is edited at random, and what the values of its records become, in a few lines of plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from hypothesis import strategies as st

TYPES = ("text", "integer", "decimal", "fine", "codes", "code")
WRITTEN = {
    "text": "type: text",
    "integer": "type: integer",
    "decimal": "type: decimal",
    "fine": "type: decimal, digits: 4",
    "code": "type: choice, of: size",
    "codes": "type: multi_choice, of: size",
}
FIELDS = ("add", "rename", "remove", "back", "retype", "require", "spell", "formula", "entity")
NUMBERS = {"integer": "1", "decimal": "0.01", "fine": "0.0001"}
"""Kinds of numbers, each with its smallest."""
NAMES = ("role", "clerk", "lifecycle", "workflow", "step", "entity", "items", "tagging", "tags", "first")
FLAGS = ("led", "linked", "staffed", "unique", "indexed", "long")
"""What is there or is not: links to many, a link, a role; whether names are unique, a field is indexed, numbers have more digits."""
KEEPS = ("stored", "virtual", "deferred")
"""How a computed field is kept, one after the other."""
WORDS = ("call", "swap", "join", "drop", "more")
"""What becomes of codes and states: called otherwise, two change their names, one goes to another, one goes, one is new."""
LISTS = ("sizes", "states", "stages")
"""Codes of choices, states of records, states of rows."""
KINDS = (*FIELDS, *(f"{word} {of}" for of in LISTS for word in WORDS), *NAMES, *FLAGS, "keep")
Renamed = dict[str, str | None]
"""What a code was, to what it is: None for one that is gone."""
Changes = Mapping[str, Renamed]
"""What becomes of the words of each list that changes."""


@dataclass(frozen=True)
class Known:
    """A field as the test knows it: `token` is what it is, whatever it is called."""

    token: int
    name: str
    kind: str
    was: str = ""
    live: bool = True
    default: str = ""
    spoken: bool = False

    def written(self) -> str:
        more = (", sort: pinyin" if self.spoken and self.kind == "text" else "") + (f", was: {self.was}" if self.was else "")
        return f"{WRITTEN[self.kind]}{more}" + (f", required: true, default: {self.default}" if self.default else "")


@dataclass(frozen=True)
class Word:
    """A code of the list, or a state."""

    name: str
    was: tuple[str, ...] = ()

    def text(self, more: str = "") -> str:
        was = f", was: [{', '.join(self.was)}]" if self.was else ""
        return f"{self.name}: {{label: Called {self.name}{was}{more}}}"


def words(names: str) -> list[Word]:
    return [Word(name) for name in names.split()]


@dataclass(frozen=True)
class Name:
    """Something that is called so, and was called otherwise."""

    now: str
    was: str = ""

    def line(self, indent: str = "") -> str:
        return f"{indent}was: {self.was}\n" if self.was else ""

    def inside(self) -> str:
        return f"was: {self.was}, " if self.was else ""

    def again(self, new: str) -> Name:
        return Name(new, self.now)


@dataclass
class Model:
    """The definition as it is now."""

    fields: list[Known] = field(default_factory=lambda: [Known(0, "n", "integer"), Known(1, "t", "text"), Known(2, "c", "code")])
    sizes: list[Word] = field(default_factory=lambda: words("s m l"))
    states: list[Word] = field(default_factory=lambda: words("fresh busy done"))
    stages: list[Word] = field(default_factory=lambda: words("open shut"))
    entity: Name = Name("thing")
    role: Name = Name("buyer")
    lifecycle: Name = Name("life")
    workflow: Name = Name("judging")
    step: Name = Name("judge")
    tagging: Name = Name("tagging")
    tags: Name = Name("tags")
    items: Name = Name("items")
    first: Name = Name("first")
    clerk: Name = Name("clerk")
    led: bool = True
    linked: bool = True
    staffed: bool = True
    unique: bool = False
    indexed: bool = False
    long: bool = False
    keep: str = "stored"
    factor: int = 2

    @property
    def live(self) -> list[Known]:
        return [known for known in self.fields if known.live]

    @property
    def codes(self) -> list[str]:
        return [word.name for word in self.sizes]

    def text(self) -> str:
        def lines(indent: str) -> str:
            return "\n".join(f"{indent}{known.name}: {{{known.written()}}}" for known in self.live)

        role, step, readers = self.role, self.step, f"access: {{{', '.join(f'{name}: {{read: true}}' for name in self.roles)}}}\n"
        return (
            f"app: shop\nroles: {{{', '.join(self.roles.values())}}}\n---\nchoices: size\n{_values('values', self.sizes)}\n---\n"
            f"entity: {self.entity.now}\n{self.entity.line()}title: name\nnumber: {{pattern: '{self.pattern}'}}\nfields:\n"
            f"  name: {{type: text{', unique: true' if self.unique else ''}}}\n  base: {{type: integer{', index: true' if self.indexed else ''}}}\n"
            f"  computed: {{type: integer, formula: base * {self.factor}, keep: {self.keep}}}\n{lines('  ')}\n"
            f"{self._links()}  {self.items.now}:\n    type: table\n{self.items.line('    ')}    fields:\n      base: {{type: integer}}\n{lines('      ')}\n"
            f"    lifecycle:\n      {_values('states', self.stages)}\n      actions:\n{self._moves(self.stages, '        ')}"
            f"{readers}"
            f"---\nlifecycle: {self.lifecycle.now}\n{self.lifecycle.line()}for: {self.entity.now}\n{_values('states', self.states)}\n"
            f"actions:\n{self._actions()}"
            f"---\nworkflow: {self.workflow.now}\n{self.workflow.line()}for: {self.entity.now}\nstarters: role:{role.now}\nadmin: role:{role.now}\n"
            f"steps:\n  {step.now}: {{{step.inside()}do: review, who: role:{role.now}}}\n"
            "ends: {approved: {}, rejected: {}}\n"
            f"---\nentity: tag\nfields: {{name: {{type: text}}}}\n{readers}"
            f"---\nentity: {self.tagging.now}\n{self.tagging.line()}fields:\n  what: {{type: link, to: {self.entity.now}}}\n"
            f"  tag: {{type: link, to: tag}}\n{readers}"
        )

    @property
    def pattern(self) -> str:
        return "N-{000000}" if self.long else "T-{0000}"

    @property
    def roles(self) -> dict[str, str]:
        """The roles that there are, each as it is written."""
        found = (self.role, self.clerk) if self.staffed else (self.role,)
        return {one.now: f"{one.now}: {{{one.inside()}label: {one.now}}}" for one in found}

    def _links(self) -> str:
        tags = f"  {self.tags.now}: {{{self.tags.inside()}type: links, to: tag, through: {self.tagging.now}}}\n" if self.led else ""
        return tags + (f"  {self.first.now}: {{{self.first.inside()}type: link, to: tag}}\n" if self.linked else "")

    def _moves(self, found: Sequence[Word], indent: str) -> str:
        some = ", ".join(word.name for word in found)
        return "".join(
            f"{indent}to_{word.name}: {{label: Go, from: [{some}], to: {word.name}, who: role:{self.role.now}}}\n" for word in found
        )

    def _actions(self) -> str:
        some, who = ", ".join(word.name for word in self.states), f"who: role:{self.role.now}"
        return f"{self._moves(self.states, '  ')}  send: {{label: Send, from: [{some}], {who}, start: {self.workflow.now}}}\n"


def _values(key: str, found: Sequence[Word]) -> str:
    return f"{key}: {{{', '.join(word.text() for word in found)}}}"


def converted(value: Any, old: str, new: str, codes: Sequence[str]) -> Any:
    """What becomes of a value. Raises ValueError where there is no way."""
    if value is None or old == new:
        return value
    if new == "text":
        return ", ".join(value) if old == "codes" else str(value)
    if new in NUMBERS:
        return _number(value, old, new)
    held = value if old == "codes" else tuple(part.strip() for part in value.split(",")) if old == "text" else (str(value),)
    if old in ("decimal", "fine") or any(code not in codes for code in held) or (new == "code" and len(held) > 1):
        raise ValueError
    return held[0] if new == "code" else tuple(code for code in codes if code in held)


def _number(value: Any, old: str, new: str) -> Decimal:
    if old == "codes":
        raise ValueError
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise ValueError from error
    scaled = number.quantize(Decimal(NUMBERS[new]))
    if scaled != number:
        raise ValueError
    return scaled


def some_value(draw: Any, kind: str, codes: Sequence[str]) -> Any:
    """A value of a field; None one time in two."""
    few = tuple(codes[:2])
    choices: dict[str, Any] = {
        "text": st.sampled_from(["7", few[0], "2.50", ", ".join(few), "words", "李四", "安"]),
        "integer": st.integers(0, 99).map(Decimal),
        "decimal": st.sampled_from([Decimal("2.50"), Decimal("3.00"), Decimal("0.01")]),
        "fine": st.sampled_from([Decimal("2.5000"), Decimal("3.0000"), Decimal("0.0125")]),
        "code": st.sampled_from(codes),
        "codes": st.sampled_from([few[:1], few, tuple(codes)]),
    }
    return draw(st.none() | choices[kind])


def edit(draw: Any, model: Model, token: int) -> tuple[Model, Changes]:
    """Another definition, with what becomes of its codes and states; whatever is new is called by `token`."""
    kind = draw(st.sampled_from(KINDS))
    what, _, of = kind.partition(" ")
    if of:
        found, renamed = _reworded(draw, getattr(model, of), what, f"x{token}")
        changed: dict[str, Any] = {of: found}
        return replace(model, **changed), {of: renamed}
    if kind in NAMES:
        return replace(model, **{kind: getattr(model, kind).again(f"{kind}{token}")}), {}
    if kind == "formula":
        return replace(model, factor=model.factor + 1), {}
    if kind == "keep":
        return replace(model, keep=KEEPS[(KEEPS.index(model.keep) + 1) % len(KEEPS)]), {}
    if kind in FLAGS:
        turned: dict[str, Any] = {kind: not getattr(model, kind)}
        return replace(model, **turned), {}
    return _other_field(draw, model, kind, token), {}


def _reworded(draw: Any, found: list[Word], what: str, fresh: str) -> tuple[list[Word], Renamed]:
    bare = [Word(word.name) for word in found]
    one, other = draw(st.permutations(range(len(bare))).map(lambda order: order[:2]))
    first, second = bare[one].name, bare[other].name
    if what == "more" or len(bare) == 2:
        return [*bare, Word(fresh)], {}
    if what == "call":
        bare[one] = Word(fresh, (first,))
        return bare, {first: fresh}
    if what == "swap":
        bare[one], bare[other] = Word(second, (first,)), Word(first, (second,))
        return bare, {first: second, second: first}
    if what == "join":
        bare[other] = Word(second, (first,))
    del bare[one]
    return bare, {first: second if what == "join" else None}


def _other_field(draw: Any, model: Model, kind: str, token: int) -> Model:
    fields, name = model.fields, f"f{token}"
    live = draw(st.sampled_from(model.live)) if model.live else None
    if kind == "back" and (gone := [known for known in fields if not known.live]):
        back = draw(st.sampled_from(gone))
        changed = replace(back, live=True, was="", default="")
        return replace(model, fields=[changed if known is back else known for known in fields])
    if kind in ("add", "require", "back") or live is None or (kind == "remove" and len(model.live) == 1):
        new = Known(token, name, "integer" if kind == "require" else draw(st.sampled_from(TYPES)))
        return replace(model, fields=[*fields, replace(new, default="5" if kind == "require" else "")])
    changed = {
        "rename": replace(live, name=name, was=live.name),
        "remove": replace(live, live=False),
        "spell": replace(live, spoken=not live.spoken),
        "retype": replace(live, kind=draw(st.sampled_from(TYPES)), default=""),
    }[kind]
    return replace(model, fields=[changed if known is live else known for known in fields])
