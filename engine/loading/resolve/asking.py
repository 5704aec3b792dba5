"""What an action asks for before it runs: fields of its record, and values of its own that no record keeps (LANGUAGE section 6)."""

from __future__ import annotations

from dataclasses import field

from engine.errors import Sentence
from engine.formula import Formula, IsNew, Node, Read, Root, Type, names_in
from engine.frozen import frozen
from engine.loading.findings import Place
from engine.metadata import Field, FieldDeclaration, word_of
from engine.metadata import declared as d

from .bench import Bench
from .free_fields import free_field, refuse_keys_of_records
from .shells import Shell

TYPES = tuple("text long_text integer decimal percent boolean date datetime choice link user email phone url".split())
"""Types whose values can be typed into one input, and mean something without a record around them."""


@frozen(slots=False)
class Asked:
    """The small form of an action: its names in order, the fields that must have a value, and the action's own values."""

    names: tuple[str, ...] = ()
    needed: frozenset[str] = frozenset()
    own: dict[str, Field] = field(default_factory=dict)

    @property
    def types(self) -> dict[str, Type]:
        """What formulas see of the action's own values; they are blank where the engine fires it."""
        return {name: each.type for name, each in self.own.items()}


def asked(bench: Bench, declared: d.Action, place: Place, shell: Shell) -> Asked:
    """What an action asks for; N301 for what is no field of its record, W447 for what it cannot ask for by itself."""
    if isinstance(declared.ask, tuple):
        for index, name in enumerate(declared.ask):
            if name not in shell.fields:
                bench.findings.unknown(Sentence("field of {name}", name=shell.name), name, shell.fields, place.at("ask", index))
        return Asked(declared.ask)
    own = {}
    for name, written in declared.ask.items():
        here = place.at("ask", name)
        if isinstance(written, str):
            if name not in shell.fields:
                bench.findings.unknown(Sentence("field of {name}", name=shell.name), name, shell.fields, here, key=True)
        elif made := _own(bench, name, written, (here, shell)):
            own[name] = made
    return Asked(tuple(declared.ask), frozenset(name for name, written in declared.ask.items() if written == "required"), own)


def _own(bench: Bench, name: str, declared: FieldDeclaration, around: tuple[Place, Shell]) -> Field | None:
    """A value of the action itself."""
    place, shell = around
    word = word_of(declared)
    if name in bench.catalog.members(shell.name):
        hint = "`required` or `optional` asks for the field" if name in shell.fields else "another name"
        bench.findings.add("W447", Sentence('"{name}" is a name of the record already.', name=name), place, hint=hint, key=True)
        return None
    if word not in TYPES:
        bench.findings.add(
            "W447",
            Sentence("An action cannot ask for a value of type {word}.", word=word),
            place.at("type"),
            hint=Sentence("one of {known}", known=", ".join(TYPES)),
        )
        return None
    refuse_keys_of_records(bench, "W447", place)
    if not isinstance(declared.required, bool):
        bench.findings.add("W447", "Whether it is needed is said by true or false.", place.at("required"), hint="a guard in `when`")
    return free_field(bench, (shell.name, name), declared, place)


def reads_change(formula: Formula) -> bool:
    """Whether a formula reads its record before or after what is being done (`old.x`, `new.x`, ISCHANGED, ISNEW)."""
    spoken = any(len(parts) > 1 and parts[0] == "new" for parts in names_in(formula.text))
    return spoken or any(isinstance(node, IsNew) or (isinstance(node, Read) and node.path.root is Root.OLD) for node in formula.tree.walk())


def reads_asked(node: Node) -> bool:
    """Whether a formula reads what the action itself asks for, which is known only when it has been answered."""
    return (isinstance(node, Read) and node.path.root is Root.EXTRA) or any(reads_asked(child) for child in node.children())
