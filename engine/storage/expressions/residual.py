"""One call of a formula's Python from SQLite: the columns it reads as arguments, its rows as JSON, its value encoded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, literal_column

from engine.errors import Message
from engine.formula import (
    Aggregate,
    CollectionPath,
    Node,
    Path,
    Read,
    Root,
    Type,
    evaluator,
)

from .arguments import decoder, encoder, travelling
from .closed import fingerprint, parameter_of
from .filled import Filled
from .functions import NAME, Functions, Part
from .lookup import NotPushable
from .reading import DIALECT, Brought, Given, Reading, Surroundings
from .rollups import Rollups
from .selection import Selection


@dataclass
class Needs:
    """What the rows of one level must bring: the paths that are read from them, with their types, and the collections behind them."""

    paths: dict[Path, Type] = field(default_factory=dict)
    collections: dict[CollectionPath, Needs] = field(default_factory=dict)
    brought: Mapping[str, Brought] = field(default_factory=dict)


class Call(Filled):
    """A call that holds the part it runs, so that the part lives as long as its statement."""

    inherit_cache = True

    def __init__(self, part: Part, args: list[ColumnElement[Any]], type_: Type) -> None:
        holes = ", ".join(f"{{{at}}}" for at in range(len(args)))
        super().__init__(f"{NAME}({holes})", args, travelling(type_))
        self.part = part


def residual(tree: Node, selection: Selection, rollups: Rollups, functions: Functions, around: Surroundings) -> Call:
    """The call that calculates a tree for one row of the selection. Raises NotPushable for rows that no path of columns reaches."""
    node, brought = rollups.lifted(tree)
    needs = Needs(brought=brought)
    _gather(node, {0: needs})
    types = dict(_parameters(node))
    reading = Reading(selection.base, needs, single=selection.single)
    binds = [selection.bind(name, travelling(type_)) for name, type_ in types.items()]
    key = sha256(f"{fingerprint(node)}{reading.fingerprint}{around.fingerprint}".encode()).hexdigest()[:24]
    part = functions.keep(key, lambda: _run(node, types, reading, around))
    return Call(part, [literal_column(f"'{key}'"), *binds, *reading.columns], node.type)


def _run(node: Node, types: Mapping[str, Type], reading: Reading, around: Surroundings) -> Callable[..., Any]:
    calculate = evaluator(node)
    given = [(name, decoder(travelling(type_), DIALECT)) for name, type_ in types.items()]
    encode = encoder(travelling(node.type), DIALECT)
    count, decode, alone = len(given), reading.decode, Given(around, {})

    def run(*raw: Any) -> Any:
        frame = alone
        if count:
            frame = Given(around, {name: None if value is None else read(value) for (name, read), value in zip(given, raw, strict=False)})
        value = calculate(decode(raw[count:]), frame)
        return None if value is None else encode(value)

    return run


def _parameters(node: Node) -> Iterator[tuple[str, Type]]:
    for each in node.walk():
        name = parameter_of(each)
        if name is not None:
            yield name, each.type.nullable()


def _gather(node: Node, levels: Mapping[int, Needs]) -> None:
    if isinstance(node, Read):
        if node.path.root is Root.ROW:
            levels[node.level].paths[node.path] = node.type
        return
    if isinstance(node, Aggregate) and isinstance(node.source, CollectionPath):
        if node.source.root is not Root.ROW:
            raise NotPushable(Message("These rows cannot be reached in the database."), node.start, node.end)
        rows = levels[node.level].collections.setdefault(node.source, Needs())
        levels = {**levels, node.inner: rows}
    elif isinstance(node, Aggregate):
        levels = {**levels, node.inner: Needs()}
    for child in node.children():
        _gather(child, levels)
