"""Names become paths: where each name begins (LANGUAGE section 2), which hops it takes, and the type at its end."""

from __future__ import annotations

from dataclasses import replace

from engine.errors import Message
from engine.formula.names import TO_ONE, CollectionPath, Hop, Member, Path, Root, Via
from engine.formula.nodes import Node, Read
from engine.formula.syntax import Name
from engine.formula.types import Currency, Kind, Type, link
from engine.frozen import frozen

from .inline import inlined
from .state import Span, State, fact
from .unknown import meaningless, unknown_field, unknown_name

HOPS = 5
TO_MANY = 2


@frozen
class Start:
    """Where a path begins: the entity there (None for flat names such as message.x) and what is left of its parts."""

    root: Root
    entity: str | None
    level: int
    rest: int
    flat: Type | None = None
    alone: str = ""


@frozen
class Reached:
    """The end of a path: hops, and the member there (None: the record itself)."""

    start: Start
    hops: tuple[Hop, ...]
    member: Member | None
    entity: str | None
    type: Type
    span: Span

    @property
    def many(self) -> int:
        """How many of the hops belong to the collection: up to the last one that leads to many."""
        return max((i + 1 for i, hop in enumerate(self.hops) if hop.via not in TO_ONE or hop.joint), default=0)

    @property
    def is_many(self) -> bool:
        """Whether the path leads over a collection."""
        return self.many > 0 or self.start.root is Root.ROWS

    @property
    def collection(self) -> CollectionPath:
        """The collection part."""
        assert self.start.entity is not None
        return CollectionPath(self.start.root, self.start.entity, self.hops[: self.many])

    @property
    def bare(self) -> bool:
        """Whether the path ends with the collection itself."""
        return self.is_many and self.type.kind is Kind.COLLECTION


def reach(state: State, name: Name) -> Reached | None:
    """Resolve a name; None after recording what is wrong with it."""
    start = _start(state, name)
    if start is None:
        return None
    span = (name.start, name.end)
    if start.flat is not None and start.rest == len(name.parts):
        return Reached(start, (), None, None, start.flat, span)
    if start.flat is not None and start.flat.entity is not None and start.flat.kind is Kind.REF:
        key = name.parts[start.rest - 1]
        first = Hop(key, "", start.flat.entity, Via.LINK)
        return _walk(state, name, replace(start, flat=None, entity=None), (first,), start.flat.entity)
    if start.flat is not None:
        state.wrong("FX205", Message("{name} has no parts", {"name": name.parts[start.rest - 1]}), span)
        return None
    return _walk(state, name, start, (), start.entity)


def _walk(state: State, name: Name, start: Start, hops: tuple[Hop, ...], entity: str | None) -> Reached | None:
    member: Member | None = None
    final = Type(Kind.REF, entity=entity)
    if start.root is Root.ROWS and start.rest == len(name.parts):
        final = Type(Kind.COLLECTION, False, entity=entity)
    for index in range(start.rest, len(name.parts)):
        assert entity is not None
        last = index == len(name.parts) - 1
        part, span = name.parts[index], (name.starts[index], name.starts[index] + len(name.parts[index]))
        found = _member(state, entity, part)
        if found is None:
            unknown_field(state, entity, part, span, not last)
            return None
        more, member = found
        final = member.type
        if more and (not last or more[0].via is not Via.LINK):
            hops, entity = (*hops, *more), more[-1].target
            member = None if more[0].via is Via.DOCUMENT else member
        elif not last:
            state.wrong("FX205", Message("{name} is {type} and has no parts", {"name": part, "type": final.word}), span)
            return None
    reached = Reached(start, hops, member, entity, final, (name.start, name.end))
    return reached if _short(state, reached) else None


def _short(state: State, reached: Reached) -> bool:
    if sum(not hop.joint for hop in reached.hops) > HOPS:
        state.wrong("FX609", Message("a path has at most {limit} hops", {"limit": HOPS}), reached.span)
    elif sum(hop.via not in TO_ONE for hop in reached.hops) > TO_MANY:
        state.wrong("FX610", Message("a path leads over at most {limit} collections", {"limit": TO_MANY}), reached.span)
    else:
        return True
    return False


def _member(state: State, entity: str, part: str) -> tuple[tuple[Hop, ...], Member] | None:
    """A name of an entity, and the hops that lead from it to other records."""
    member = state.catalog.members(entity).get(part)
    if member is None:
        if state.catalog.document(entity) != part:
            return None
        return (Hop(part, entity, part, Via.DOCUMENT),), Member(part, link(part, null=False))
    if member.way:
        return member.way, member
    target = member.type.entity
    if member.type.kind is Kind.REF and target:
        return (Hop(part, entity, target, Via.LINK),), member
    if member.type.kind is Kind.COLLECTION and target:
        return (Hop(part, entity, target, member.via, member.inverse),), member
    return (), member


SPECIAL = frozenset({"this", "new", "old", "user", "candidate", "parent", "message"})


def _start(state: State, name: Name) -> Start | None:
    first, span = name.parts[0], (name.starts[0], name.starts[0] + len(name.parts[0]))
    scope, level, variable = state.scope, state.level, _variable(state, first)
    if variable is not None and level == 0:
        return variable
    if scope.entity is not None and first in state.catalog.members(scope.entity):
        return Start(Root.ROW, scope.entity, level, 0)
    if scope.entity is not None and first == state.catalog.document(scope.entity):
        return _document(state, first)
    if variable is not None:
        return variable
    if first in SPECIAL:
        return _special(state, name, span)
    if first == "rows" and state.names.rows is not None and level == 0:
        return Start(Root.ROWS, state.names.rows, 0, 1)
    if first == scope.entity:
        return Start(Root.ROW, scope.entity, level, 1)
    unknown_name(state, first, span, len(name.parts) > 1)
    return None


def _variable(state: State, first: str) -> Start | None:
    if first in state.names.parameters:
        return Start(Root.PARAMETER, None, 0, 1, state.names.parameters[first], first)
    if first in state.names.extra:
        return Start(Root.EXTRA, None, 0, 1, state.names.extra[first], first)
    return None


def _document(state: State, document: str) -> Start:
    source = state.scope.source
    if source is not None and source.root is Root.ROW and source.table is not None:
        return Start(Root.ROW, document, state.scope.level, 1)
    return Start(Root.ROW, state.scope.entity, state.level, 0)


def _special(state: State, name: Name, span: Span) -> Start | None:
    first = name.parts[0]
    found = _near(state, first) if first in ("this", "parent") else _far(state, name, first)
    if found is None:
        meaningless(state, name, span)
    return found


def _near(state: State, first: str) -> Start | None:
    outer = state.scopes[-2].entity if state.level else state.names.parent
    if first == "this" and state.scope.entity is not None:
        return Start(Root.ROW, state.scope.entity, state.level, 1)
    if first == "parent" and outer is not None:
        return Start(Root.ROW, outer, state.level - 1, 1) if state.level else Start(Root.PARENT, outer, 0, 1)
    return None


def _far(state: State, name: Name, first: str) -> Start | None:
    names, more = state.names, len(name.parts) > 1
    if first in ("new", "old") and names.old and names.this and more:
        return Start(Root.ROW if first == "new" else Root.OLD, names.this, 0, 1)
    if first == "user" and names.user is not None:
        return Start(Root.USER, names.user, 0, 1)
    if first == "candidate" and names.candidate is not None:
        return Start(Root.CANDIDATE, names.candidate, 0, 1)
    if first == "message" and more and name.parts[1] in names.message:
        return Start(Root.MESSAGE, None, 0, 2, names.message[name.parts[1]], name.parts[1])
    return None


def read(state: State, reached: Reached) -> Node:
    """The node that reads a to-one path."""
    start, member = reached.start, reached.member
    labels = member.labels if member else {}
    path = Path(start.root, start.entity, *_ending(reached))
    level = start.level
    if member is not None and member.keep == "virtual" and member.formula is not None:
        return inlined(state, member.formula.tree, path, level, reached.span)
    type_ = replace(reached.type, currency=_currency(state, reached)) if reached.type.currency else reached.type
    if reached.hops or start.root is not Root.ROW:
        type_ = type_.nullable(start.root not in (Root.EXTRA, Root.PARAMETER) or type_.null)
    if fact(path, level) in state.facts:
        type_ = type_.nullable(False)
    return Read(path, level, labels, type=type_, start=reached.span[0], end=reached.span[1])


def _ending(reached: Reached) -> tuple[tuple[Hop, ...], str]:
    if reached.start.flat is not None:
        return (), reached.start.alone
    return reached.hops, reached.member.name if reached.member else "id"


def _currency(state: State, reached: Reached) -> Currency | None:
    declared = reached.type.currency
    if declared is None or not declared.path:
        return declared
    start = reached.start
    path = (*(hop.name for hop in reached.hops), *declared.path)
    return currency_at(state, start.root, start.level, path)


def currency_at(state: State, root: Root, level: int, path: tuple[str, ...]) -> Currency:
    """The currency held by the field at `path`; the document of an own row is the record one level out."""
    while root is Root.ROW and level > 0:
        scope = state.scopes[level]
        own = scope.source is not None and scope.source.root is Root.ROW and scope.source.table is not None
        if not own or len(path) < 2 or scope.entity is None or path[0] != state.catalog.document(scope.entity):
            break
        level, path = scope.level, path[1:]
    return Currency(None, path, root.value, level)
