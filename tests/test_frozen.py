"""Frozen classes behave as frozen dataclasses do."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import pytest

from engine.frozen import frozen


@frozen
class Point:
    """Two numbers and what does not count."""

    x: int
    y: int = 2
    notes: list[str] = field(default_factory=list, compare=False, repr=False)


@frozen(kw_only=True)
class Base:
    """What others begin with."""

    start: int = 0


@frozen
class Named(Base):
    """A name after it, with something that nobody gives."""

    name: str
    length: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", len(self.name))


@frozen(slots=False)
class Remembering:
    """One that works something out once."""

    words: tuple[str, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(self.words)


@frozen(slots=False, eq=False)
class Alone:
    """One that is equal only to itself."""

    x: int


def test_the_fields_are_given_or_have_their_defaults() -> None:
    assert (Point(1).x, Point(1).y, Point(1).notes, Point(y=3, x=4).y) == (1, 2, [], 3)
    assert Point(1).notes is not Point(1).notes
    assert (Named("Ann", start=5).start, Named("Ann").length) == (5, 3)


@pytest.mark.parametrize(("given", "named"), [((), {}), ((1, 2, [], 4), {}), ((1,), {"z": 1})])
def test_what_does_not_fit_is_refused(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Point(*given, **named)


def test_nothing_is_set_or_deleted_afterwards() -> None:
    for one, name in ((Point(1), "x"), (Point(1), "z"), (Remembering(()), "words")):
        with pytest.raises(FrozenInstanceError):
            setattr(one, name, 1)
        with pytest.raises(FrozenInstanceError):
            delattr(one, name)


def test_equal_fields_make_equal_objects_of_one_class() -> None:
    assert Point(1, 2, ["a"]) == Point(1, 2, ["b"])
    assert hash(Point(1, 2, ["a"])) == hash(Point(1, 2, []))
    assert Point(1) != Point(2)
    assert Named("a") != Named("a", start=1)
    other: object = (1, 2)
    assert Point(1) != other
    assert Base() == Base()


def test_one_may_be_equal_only_to_itself() -> None:
    one = Alone(1)
    assert (one == one, one == Alone(1), len({one, Alone(1)})) == (True, False, 2)  # noqa: PLR0124 - that is the question


def test_what_is_worked_out_is_remembered() -> None:
    one = Remembering(("a", "b"))
    assert one.text is one.text
    assert one == Remembering(("a", "b"))


def test_it_is_written_as_it_is_made() -> None:
    knot: list[object] = []
    knot.append(Remembering((knot,)))  # type: ignore[arg-type]
    assert (repr(Point(1)), repr(Named("a"))) == ("Point(x=1, y=2)", "Named(start=0, name='a', length=1)")
    assert repr(knot[0]) == "Remembering(words=([...],))"


@pytest.mark.parametrize("one", [Point(1, 2, ["a"]), Named("Ann", start=3), Remembering(("a",))])
def test_it_is_copied_and_stored(one: Any) -> None:
    for again in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one)), replace(one)):  # noqa: S301 - our own
        assert again == one
        assert asdict(again) == asdict(one)


def test_it_is_a_dataclass_to_others() -> None:
    @dataclass(frozen=True, slots=True)
    class Same:
        """The fields of the point."""

        x: int
        y: int = 2
        notes: list[str] = field(default_factory=list, compare=False, repr=False)

    assert [each.name for each in fields(Point)] == [each.name for each in fields(Same)]
    assert Point.__match_args__ == Same.__match_args__
    assert asdict(Point(1)) == asdict(Same(1))
    assert (Point.__slots__, hasattr(Point(1), "__dict__")) == (Same.__slots__, False)  # type: ignore[attr-defined]
