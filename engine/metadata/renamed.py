"""A workflow of an earlier revision in the words of another one: what is running keeps its steps, and reads the records as they are now.

Names become others by their ids for life. Formulas are rewritten in their tree, names of fields under the keys that hold some;
steps and ends keep the names that instances know them by.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from typing import Any, cast

from engine.formula import Aggregate, CollectionPath, Constant, Formula, Hop, Node, Path, Read, rebuilt
from engine.frozen import frozen

from .application import Metadata
from .people import Who
from .process import Workflow

_FIELDS = frozenset({"edit", "hide", "must", "watched", "save", "field", "link", "sort"})
"""Keys of steps whose values are names or paths of fields."""
_ENTITIES = frozenset({"entity"})
_PATH = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*")


@dataclass
class Renaming:
    """From the names of `old` to those of `new`; `gone` collects the keys of what is not there any more.

    `became` are the numbers of codes that others took the place of, each with the next one.
    """

    old: Metadata
    new: Metadata
    gone: set[str] = field(default_factory=set)
    became: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def _today(self) -> Mapping[int, str]:
        return {number: key for key, number in self.new.identity.numbers.items()}

    def _key(self, key: str) -> str:
        """The key of today; the same one for what has no id."""
        number = self.old.identity.number(key)
        if number is None:
            return key
        while number not in self._today and number in self.became:
            number = self.became[number]
        if number not in self._today:
            self.gone.add(key)
            return key
        return self._today[number]

    def entity(self, name: str) -> str:
        """What an entity is called."""
        return self._key(f"entity:{name}").partition(":")[2]

    def field(self, entity: str, name: str) -> str:
        """What a field of an entity, as it was called, is called."""
        return self._key(f"field:{entity}.{name}").rpartition(".")[2]

    def workflow(self, name: str) -> str:
        """What a workflow is called; the same as ever when it is gone, since what runs in it goes on."""
        number = self.old.identity.number(f"workflow:{name}")
        return self._today.get(number or 0, f"workflow:{name}").partition(":")[2]

    def role(self, name: str) -> str:
        """What a role is called."""
        return self._key(f"role:{name}").partition(":")[2]

    def code(self, listed: str, code: str) -> str:
        """What a code is called: a choice, or a state (`state of order`)."""
        if listed == "role":
            return self.role(code)
        lifecycle = self.old.entities[listed.removeprefix("state of ")].lifecycle if listed.startswith("state of ") else None
        key = f"state:{lifecycle.name}.{code}" if lifecycle else f"choice:{listed}.{code}"
        return self._key(key).rpartition(".")[2]

    def path(self, entity: str, path: str) -> str:
        """A path of names from an entity: `lines.price`, `supplier.name`."""
        found, current = [], self.old.entities.get(entity)
        for name in path.split("."):
            member = current.fields.get(name) if current is not None else None
            found.append(self.field(current.name, name) if current is not None and member is not None else name)
            target = member.link.entity if member is not None and member.link is not None else ""
            current = member.table if member is not None and member.table is not None else self.old.entities.get(target)
        return ".".join(found)

    def text(self, entity: str, formula: Formula) -> str:
        """A formula on records of an entity as it would be written today."""
        text = formula.text
        for node in sorted(formula.tree.walk(), key=lambda node: node.start, reverse=True):
            end, written = node.end, text[node.start : node.end]
            if isinstance(node, Read):
                written = self._written((node.path.entity, entity), written)
            elif isinstance(node, Constant) and node.type.choice_set and written == f'"{node.value}"':
                written = f'"{self._codes(node.type.choice_set, node.value)}"'
            elif isinstance(node, Aggregate) and isinstance(node.source, CollectionPath):
                end = min((child.start for child in node.children() if child.start), default=end)
                source = node.source.entity
                written = _PATH.sub(lambda found: self._written((source, entity), found[0]), text[node.start : end])  # noqa: B023 - called here
            text = text[: node.start] + written + text[end:]
        return text

    def _written(self, begins: Sequence[str | None], path: str) -> str:
        """A path of names from the first of these entities that has the first name."""
        root, _, rest = path.partition(".")
        if root == "user" and rest:
            return f"{root}.{self.path(root, rest)}"
        return next((self.path(entity, path) for entity in begins if entity and root in self._fields(entity)), path)

    def hop(self, hop: Hop) -> Hop:
        """One step of a path in a formula."""
        source, target = self.entity(hop.source), self.entity(hop.target)
        name = self.field(hop.source, hop.name) if hop.name in self._fields(hop.source) else hop.name
        link = self.field(hop.target, hop.link) if hop.link in self._fields(hop.target) and hop.link else hop.link
        return replace(hop, name=name, source=source, target=target, link=link)

    def _fields(self, entity: str) -> Mapping[str, object]:
        found = self.old.entities.get(entity)
        return found.fields if found is not None else {}

    def node(self, node: Node) -> Node:
        """A formula, from this node down."""
        if isinstance(node, Read):
            return replace(node, path=self._read(node.path))
        if isinstance(node, Constant) and node.type.choice_set:
            return replace(node, value=self._codes(node.type.choice_set, node.value))
        if isinstance(node, Aggregate) and isinstance(node.source, CollectionPath):
            source = replace(node.source, entity=self.entity(node.source.entity), hops=tuple(map(self.hop, node.source.hops)))
            return rebuilt(replace(node, source=source), self.node)
        return rebuilt(node, self.node)

    def _read(self, path: Path) -> Path:
        owner = path.owner
        name = self.field(owner, path.field) if owner is not None and path.field in self._fields(owner) else path.field
        entity = self.entity(path.entity) if path.entity is not None else None
        return replace(path, entity=entity, hops=tuple(map(self.hop, path.hops)), field=name)

    def _codes(self, listed: str, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self.code(listed, each) for each in value)
        return self.code(listed, value) if isinstance(value, str) else value


def renamed(workflow: Workflow, renaming: Renaming) -> Workflow:
    """The workflow in today's words, and under its name of today; what is gone is in `renaming.gone` afterwards."""
    found = cast(Workflow, _Translator(renaming, workflow.entity).thing(workflow, ""))
    return replace(found, name=renaming.workflow(workflow.name))


@frozen(slots=False)
class _Translator:
    renaming: Renaming
    entity: str

    def thing(self, thing: Any, key: str) -> Any:
        """Anything compiled, which stands under `key`."""
        if isinstance(thing, Formula):
            return replace(thing, tree=self.renaming.node(thing.tree))
        if isinstance(thing, str):
            return self._text(thing, key)
        if isinstance(thing, Who):
            return self._who(thing)
        if isinstance(thing, tuple):
            return tuple(self.thing(each, key) for each in thing)
        if isinstance(thing, frozenset):
            return frozenset(self.thing(each, key) for each in thing)
        if isinstance(thing, Mapping):
            return {name: self.thing(each, key) for name, each in thing.items()}
        return self._parts(thing) if is_dataclass(thing) and not isinstance(thing, type) else thing

    def _parts(self, thing: Any) -> Any:
        changed = {part.name: self.thing(getattr(thing, part.name), part.name) for part in fields(thing) if part.init}
        return replace(thing, **changed)

    def _text(self, text: str, key: str) -> str:
        if key in _ENTITIES:
            return self.renaming.entity(text)
        return self.renaming.path(self.entity, text) if key in _FIELDS else text

    def _who(self, who: Who) -> Who:
        found: Who = self._parts(who)
        name = self.renaming.role(who.name) if who.kind == "role" else self.renaming.path(self.entity, who.name)
        return replace(found, name=name)
