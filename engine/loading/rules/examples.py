"""Examples that tell conditions apart: every way in which comparisons with constants can turn out, each as a small record.

Conditions that are made of comparisons of fields with constants, of choices, and of tests for blanks are decided completely by
the values around their constants. Of anything else nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from math import prod
from zoneinfo import ZoneInfo

from engine.formula import Alone, And, Compare, Constant, Formula, IsNull, Kind, Node, Not, OneOf, Or, Path, Read, Root, Row, Type, Value

MANY = 5000
"""How many examples are tried at most; beyond that nothing is said."""
_NOON = datetime(2026, 1, 1, tzinfo=UTC)
_ZONE = ZoneInfo("UTC")


@dataclass(slots=True)
class Example(Alone):
    """A record and what lies behind its links, as far as conditions ask; it is its own surroundings."""

    values: Mapping[Path, Value] = field(default_factory=dict)

    def follow(self, row: Row, path: Path) -> Value:
        """The value at the end of a path."""
        return self.values.get(path)

    @property
    def row(self) -> Row:
        """The fields of the record itself."""
        return {path.field: value for path, value in self.values.items() if not path.hops}

    def holds(self, condition: Formula | None) -> bool:
        """Whether a condition holds here; none always does."""
        return condition is None or condition.holds(self.row, self)

    def __str__(self) -> str:
        return ", ".join(f"{path} {_shown(value)}" for path, value in self.values.items()) or "any record"


def examples(conditions: Sequence[Formula | None]) -> list[Example] | None:
    """Records that cover all ways in which `conditions` can turn out, the plainest first; None where that is not known."""
    reads: dict[Path, tuple[Type, set[Value]]] = {}
    for condition in conditions:
        if condition is not None and not _gather(condition.tree, reads):
            return None
    ranges = [tuple(_around(type_, constants)) for type_, constants in reads.values()]
    if prod(len(values) for values in ranges) > MANY:
        return None
    made = (Example(_NOON, _ZONE, values=dict(zip(reads, values, strict=True))) for values in product(*ranges))
    return sorted(made, key=lambda example: sum(value is None for value in example.values.values()))


def _gather(node: Node, reads: dict[Path, tuple[Type, set[Value]]]) -> bool:
    """Note which constants each field is compared with; False where there is more to it."""
    match node:
        case And(items=items) | Or(items=items):
            return all(_gather(item, reads) for item in items)
        case Not(value=value):
            return _gather(value, reads)
        case Compare(left=Read() as read, right=Constant(value=value)) | Compare(left=Constant(value=value), right=Read() as read):
            return _note(read, (value,), reads)
        case OneOf(value=Read() as read, options=options) if all(isinstance(option, Constant) for option in options):
            return _note(read, tuple(option.value for option in options if isinstance(option, Constant)), reads)
        case IsNull(value=Read() as read):
            return _note(read, (), reads)
        case Read(type=Type(kind=Kind.BOOLEAN)):
            return _note(node, (), reads)
        case Constant():
            return True
    return False


def _note(read: Read, values: Sequence[Value], reads: dict[Path, tuple[Type, set[Value]]]) -> bool:
    if read.path.root is not Root.ROW or read.level != 0:
        return False
    reads.setdefault(read.path, (read.type, set()))[1].update(value for value in values if value is not None)
    return True


def _around(type_: Type, constants: set[Value]) -> Iterator[Value]:
    if type_.kind is Kind.CHOICE:
        yield from type_.choices
    elif type_.kind is Kind.BOOLEAN:
        yield from (True, False)
    elif type_.kind in (Kind.NUMBER, Kind.DATE, Kind.DATETIME):
        step = _step(type_)
        yield from sorted({value for c in constants for value in (c - step, c, c + step)})  # type: ignore[operator, type-var]
    elif type_.kind is Kind.REF:
        yield from (constants or {1})
    else:
        yield from (*sorted(constants, key=str), "…")
    yield None


def _step(type_: Type) -> Value:
    if type_.kind is Kind.NUMBER:
        return Decimal(1).scaleb(-(type_.scale or 0) if type_.scale is not None else -2)
    return timedelta(days=1) if type_.kind is Kind.DATE else timedelta(seconds=1)


def _shown(value: Value) -> str:
    if value is None:
        return "= null"
    return f"= {value.isoformat()}" if isinstance(value, date) else f"= {value}"
