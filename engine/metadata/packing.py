"""A compiled application as bytes, and back, so that a process need not compile again what another one has compiled.

Every object is a row: the number of its class, and the places of what it is made of, which stand before it. What is equal stands
once, unless its class compares by identity. Only plain values and frozen classes of the engine can be written or read: whatever the
bytes are, they make no other object and call nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from types import MappingProxyType
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from engine.formula import Function

Functions: TypeAlias = Mapping[str, tuple[Function, ...]]
Parts: TypeAlias = tuple[Any, ...]
Plain: TypeAlias = str | int | bool | None
Shape: TypeAlias = tuple[str, tuple[str, ...]]
"""The name of a class and its fields."""
OURS, NOT_OURS = "engine.", "engine.loading."
"""Where the classes are that may be written: not with the compiler, which who reads does not import."""


class Packed(msgspec.Struct, frozen=True, array_like=True):
    """The shapes, the plain values, and the rows; a row reads what stands before it, and the last one is the whole.

    A place counts the rows from 1, and the plain values from -1 downwards; 0, and what is not made yet, is None.
    """

    shapes: tuple[Shape, ...]
    plain: tuple[Plain, ...]
    rows: tuple[tuple[int, ...], ...]


def pack(whole: object, functions: Functions) -> bytes:
    """The bytes of an object; `functions` are not written but named. Raises TypeError for what is not of the engine."""
    packing = _Packing(functions)
    packing.place(whole)
    return msgspec.msgpack.encode(packing.packed())


def unpack(content: bytes, functions: Functions) -> Any:
    """The object again, with the same `functions`. Raises ValueError, LookupError or TypeError for bytes that this engine did not pack."""
    packed = msgspec.msgpack.decode(content, type=Packed)
    makes = [_maker(shape, functions) for shape in packed.shapes]
    count = len(packed.rows)
    table: list[Any] = [None] * (count + 1) + list(reversed(packed.plain))
    at = table.__getitem__
    for place, (kind, *places) in enumerate(packed.rows, 1):
        table[place] = makes[kind](tuple(map(at, places)))
    return table[count] if count else packed.plain[0]


class _Packing:
    """One writing."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        self._takers: dict[type, tuple[int, Callable[[Any], Parts], bool]] = {}
        self._shapes: dict[Shape, int] = {}
        self._plain: dict[tuple[type, Plain], int] = {}
        self._rows: list[tuple[int, ...]] = []
        self._equal: dict[tuple[int, ...], int] = {}
        self._places: dict[int, int] = {}
        self._held: list[object] = []

    def packed(self) -> Packed:
        """What has been placed."""
        return Packed(tuple(self._shapes), tuple(value for _, value in self._plain), tuple(self._rows))

    def place(self, value: Any) -> int:
        """Where a value stands that has been met for the first time; it is held, so that no other one gets its id."""
        at = self._places[id(value)] = self._plain_place(value) if value.__class__ in _PLAIN else self._row_place(value)
        self._held.append(value)
        return at

    def _plain_place(self, value: Plain) -> int:
        return self._plain.setdefault((value.__class__, value), -len(self._plain) - 1)

    def _row_place(self, value: Any) -> int:
        kind = value.__class__
        code, take, alone = self._takers.get(kind) or self._taker(kind)
        known = self._places.get
        row = (code, *[known(id(part)) or self.place(part) for part in take(value)])  # no place is 0
        following = len(self._rows) + 1
        at = following if alone else self._equal.setdefault(row, following)
        if at == following:
            self._rows.append(row)
        return at

    def _taker(self, kind: type) -> tuple[int, Callable[[Any], Parts], bool]:
        """The number of a class, how its objects are taken apart, and whether each stands for itself."""
        names, take = _apart(kind, self._functions)
        code = self._shapes.setdefault((_name(kind), names), len(self._shapes))
        found = self._takers[kind] = code, take, kind.__eq__ is _SAME
        return found


def _apart(kind: type, functions: Functions) -> tuple[tuple[str, ...], Callable[[Any], Parts]]:
    """The fields of a class, and how its objects are taken apart. Raises TypeError for a class that cannot be made again."""
    if kind is Function:
        return (), lambda value: (value.name, functions[value.name].index(value))
    if kind in _BUILT_IN:
        return (), _BUILT_IN[kind][0]
    if issubclass(kind, Enum):
        return (), lambda value: (value.name,)
    names = _fields(kind)
    if len(names) < 2:
        return names, lambda value: tuple(getattr(value, name) for name in names)
    return names, attrgetter(*names)


def _maker(shape: Shape, functions: Functions) -> Callable[[Parts], Any]:
    """How rows of a shape become objects. Raises LookupError for an unknown class, ValueError for one that has other fields now."""
    name, names = shape
    if name in _BY_NAME:
        return _BY_NAME[name]
    kind: Any = _class(name)
    if kind is Function:
        return lambda parts: functions[parts[0]][parts[1]]
    if issubclass(kind, Enum):
        return lambda parts: kind[parts[0]]
    if _fields(kind) != names:
        raise ValueError(f"{name} has changed")
    if issubclass(kind, msgspec.Struct):
        return lambda parts: kind(**dict(zip(names, parts, strict=True)))
    return _filled(kind, names)


def _filled(kind: Any, names: tuple[str, ...]) -> Callable[[Parts], Any]:
    """Dataclasses are filled past their `__init__`: what that would work out is among the fields."""
    new = object.__new__
    slots = "__slots__" in vars(kind)
    setters = [getattr(kind, name).__set__ for name in names] if slots else []

    def slotted(parts: Parts) -> Any:
        made = new(kind)
        for write, part in zip(setters, parts, strict=True):
            write(made, part)
        return made

    def open_(parts: Parts) -> Any:
        made = new(kind)
        made.__dict__.update(zip(names, parts, strict=True))
        return made

    return slotted if slots else open_


def _fields(kind: Any) -> tuple[str, ...]:
    if issubclass(kind, msgspec.Struct):
        return tuple(kind.__struct_fields__)
    if is_dataclass(kind):
        return tuple(field.name for field in fields(kind))
    raise TypeError(f"{kind} cannot be packed")


def _name(kind: type) -> str:
    """The name under which `_class` finds a class of the engine again. Raises TypeError for any other."""
    if kind in _BUILT_IN:
        return kind.__name__
    name = f"{kind.__module__}:{kind.__qualname__}"
    if not name.startswith(OURS) or name.startswith(NOT_OURS) or _class(name) is not kind:
        raise TypeError(f"{name} cannot be packed")
    return name


def _class(name: str) -> type:
    module, _, own = name.partition(":")
    found = vars(sys.modules[module]).get(own) if module.startswith(OURS) else None
    if not isinstance(found, type):
        raise LookupError(f"There is no class {name}.")  # noqa: TRY004 - the name is wrong, not a type
    return found


def _pairs(value: Mapping[Any, Any]) -> Parts:
    return tuple(part for pair in value.items() for part in pair)


def _mapping(parts: Parts) -> dict[Any, Any]:
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _text(value: object) -> Parts:
    return (str(value),)


_SAME: object = object.__eq__
_PLAIN = frozenset({str, int, bool, type(None)})
_BUILT_IN: Mapping[type, tuple[Callable[[Any], Parts], Callable[[Parts], Any]]] = {
    dict: (_pairs, _mapping),
    MappingProxyType: (_pairs, lambda parts: MappingProxyType(_mapping(parts))),
    tuple: (tuple, tuple),
    frozenset: (lambda value: tuple(sorted(value, key=repr)), frozenset),
    Decimal: (_text, lambda parts: Decimal(parts[0])),
    date: (_text, lambda parts: date.fromisoformat(parts[0])),
    datetime: (_text, lambda parts: datetime.fromisoformat(parts[0])),
    time: (_text, lambda parts: time.fromisoformat(parts[0])),
    timedelta: (lambda value: (value.days, value.seconds, value.microseconds), lambda parts: timedelta(*parts)),
    ZoneInfo: (lambda value: (value.key,), lambda parts: ZoneInfo(parts[0])),
}
"""The values of Python that may be written: how they are taken apart and put together."""
_BY_NAME = {kind.__name__: make for kind, (_, make) in _BUILT_IN.items()}
