"""What checking one formula carries along: the place it stands in, the scopes around a node, the issues found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.errors import Message
from engine.formula.contexts import Context, Rules
from engine.formula.issues import FormulaIssue
from engine.formula.names import Catalog, CollectionPath, Names, Path, Root
from engine.formula.nodes import Constant, Node, Read
from engine.formula.types import ERROR, Kind, Type
from engine.frozen import frozen

Fact = tuple[Root, int, tuple[str, ...]]
"""A path known not to be null, as (root, level, names)."""
Span = tuple[int, int]


@frozen
class Scope:
    """The rows that bare names belong to: those of `entity`, from `source` of the row one of level `level`; a list has an `element`."""

    entity: str | None
    source: CollectionPath | None = None
    level: int = 0
    element: Type | None = None


@dataclass(slots=True)
class State:
    """Mutable while one formula is checked; nothing outside sees it."""

    catalog: Catalog
    names: Names
    context: Context
    source: str = ""
    scopes: list[Scope] = field(default_factory=list)
    facts: frozenset[Fact] = frozenset()
    issues: list[FormulaIssue] = field(default_factory=list)
    wanted: frozenset[Kind] = frozenset()

    @contextmanager
    def wanting(self, *kinds: Kind) -> Iterator[None]:
        """Check a name of which these kinds are expected; for suggestions only."""
        before, self.wanted = self.wanted, frozenset(kinds)
        try:
            yield
        finally:
            self.wanted = before

    @property
    def rules(self) -> Rules:
        """What the place allows."""
        return self.context.value

    @property
    def level(self) -> int:
        """The level of the innermost rows."""
        return len(self.scopes) - 1

    @property
    def scope(self) -> Scope:
        """The innermost rows."""
        return self.scopes[-1]

    def written(self, node: Node) -> str:
        """A node as the author wrote it, shortened to fit a hint."""
        text = self.source[node.start : node.end]
        return text if 0 < len(text) <= 40 else "..."

    def wrong(self, code: str, message: Message, span: Span, hint: Message | None = None, expected: tuple[str, ...] = ()) -> Node:
        """Record an issue; gives the node that silences what follows from it."""
        self.issues.append(FormulaIssue(code, message, *span, hint, expected))
        return Constant(None, type=ERROR, start=span[0], end=span[1])

    @contextmanager
    def inside(self, scope: Scope) -> Iterator[int]:
        """Check a collection argument; gives the level of its rows."""
        self.scopes.append(scope)
        try:
            yield self.level
        finally:
            self.scopes.pop()

    @contextmanager
    def knowing(self, facts: frozenset[Fact]) -> Iterator[None]:
        """Check what is reached only where these paths are not null."""
        before, self.facts = self.facts, self.facts | facts
        try:
            yield
        finally:
            self.facts = before


def fact(path: Path, level: int) -> Fact:
    """The key of a path among the facts."""
    return path.root, level if path.root is Root.ROW else 0, path.names


def fact_of(node: Node) -> frozenset[Fact]:
    """The fact that `node` is not null, where it is a path."""
    return frozenset({fact(node.path, node.level)}) if isinstance(node, Read) else frozenset()
