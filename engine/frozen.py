"""Frozen classes: what `dataclass(frozen=True)` makes, in a third of the time.

A process makes seven hundred of them before it does anything. Up to Python 3.12 a dataclass compiles six functions of each from text;
here it is `__init__` alone, when the first object is made. `fields`, `replace` and `asdict` of `dataclasses` work as with any dataclass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import Any, NoReturn, TypeVar, dataclass_transform, overload

Made = TypeVar("Made")
_MISSING = object()
_set = object.__setattr__


@overload
def frozen(kind: type[Made], /) -> type[Made]: ...
@overload
def frozen(*, slots: bool = ..., eq: bool = ..., kw_only: bool = ...) -> Callable[[type[Made]], type[Made]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(kind: type[Made] | None = None, /, *, slots: bool = True, eq: bool = True, kw_only: bool = False) -> Any:
    """A class whose objects do not change: two with equal fields are equal, unless `eq` says that each is only itself.

    Without `slots` they may remember what they worked out (`cached_property`).
    """

    def make(kind: type[Made]) -> type[Made]:
        made = dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(kind)
        given = {"__init__": _init(made), "__setattr__": _refuse, "__delattr__": _refuse, "__repr__": _repr}
        if slots:
            given |= {"__getstate__": _state, "__setstate__": _restore}
        if eq:
            given |= _compared(made)
        for name, method in given.items():
            if name not in vars(kind):
                setattr(made, name, method)
        return made

    return make if kind is None else make(kind)


def _init(made: Any) -> Callable[..., None]:
    """What stands for `__init__` until an object is made, which most classes wait for long."""

    def __init__(self: object, /, *given: object, **named: object) -> None:  # noqa: N807 - it is one
        made.__init__ = compiled = _compiled(made)
        compiled(self, *given, **named)

    return __init__


def _compiled(made: Any) -> Callable[..., None]:
    """The one function that is compiled: it sets the fields one by one, those with a factory to something new."""
    known: dict[str, object] = {"_set": _set, "_MISSING": _MISSING}
    parameters, keywords, body = ["self"], list[str](), list[str]()
    for each in fields(made):
        if each.default is not MISSING:
            known[f"_of_{each.name}"] = each.default
        elif each.default_factory is not MISSING:
            known[f"_of_{each.name}"] = each.default_factory
        if each.init:
            (keywords if each.kw_only else parameters).append(_parameter(each))
        body.extend(_lines(each))
    if hasattr(made, "__post_init__"):
        body.append("self.__post_init__()")
    signature = ", ".join([*parameters, *(["*", *keywords] if keywords else [])])
    exec(f"def __init__({signature}):\n " + "\n ".join(body or ["pass"]), known)  # noqa: S102 - names of fields, as dataclasses do
    found: Any = known["__init__"]
    found.__qualname__ = f"{made.__qualname__}.__init__"
    return found  # type: ignore[no-any-return]


def _parameter(each: Field[Any]) -> str:
    if each.default_factory is not MISSING:
        return f"{each.name}=_MISSING"
    return each.name if each.default is MISSING else f"{each.name}=_of_{each.name}"


def _lines(each: Field[Any]) -> Iterator[str]:
    name = each.name
    if each.default_factory is MISSING:
        value = name if each.init else f"_of_{name}"
    else:
        value = f"_of_{name}() if {name} is _MISSING else {name}" if each.init else f"_of_{name}()"
    if each.init or each.default is not MISSING or each.default_factory is not MISSING:
        yield f"_set(self, {name!r}, {value})"


def _compared(made: Any) -> dict[str, Callable[..., Any]]:
    """Equality and hash by the fields that count; they are read as quickly as if they were written out."""
    names = [each.name for each in fields(made) if each.compare]
    read: Callable[[object], object] = attrgetter(*names) if names else _nothing

    def equal(self: object, other: object) -> Any:
        return read(self) == read(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(read(self))

    return {"__eq__": equal, "__hash__": hashed}


def _nothing(_: object) -> tuple[()]:
    return ()


def _refuse(self: object, name: str, *_: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to or delete field {name!r}")


@recursive_repr("...")
def _repr(self: Any) -> str:
    told = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({told})"


def _state(self: Any) -> list[object]:
    return [getattr(self, each.name) for each in fields(self)]


def _restore(self: Any, state: list[object]) -> None:
    for each, value in zip(fields(self), state, strict=True):
        _set(self, each.name, value)
