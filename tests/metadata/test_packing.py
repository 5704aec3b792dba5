"""Compiled applications as bytes, and back: what a process reads instead of compiling."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import msgspec
import pytest

from engine.formula import FUNCTIONS, Kind
from engine.loading import load
from engine.metadata import Metadata, TextField, Was, pack, unpack
from engine.metadata.packing import Packed
from engine.metadata.working_time import NoHolidays, Span
from engine.plugins import Plugins

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bundled() -> tuple[Metadata, Plugins]:
    plugins = Plugins.discover(ROOT)
    return load(ROOT, plugins), plugins


def test_an_application_comes_back_as_it_was(bundled: tuple[Metadata, Plugins]) -> None:
    metadata, plugins = bundled
    content = pack(metadata, plugins.functions)
    again = unpack(content, plugins.functions)
    assert pack(again, plugins.functions) == content
    assert again.entities.keys() == metadata.entities.keys()
    assert again.inverse == metadata.inverse
    assert again.derivations.rank("supplier") == metadata.derivations.rank("supplier")


def test_what_compares_by_identity_stays_one(bundled: tuple[Metadata, Plugins]) -> None:
    metadata, plugins = bundled
    again = unpack(pack(metadata, plugins.functions), plugins.functions)
    fields = [field for entity in again.entities.values() for field in entity.fields.values()]
    rules = [rule for entity in again.entities.values() for rule in entity.rules]
    assert len({id(field) for field in fields}) == len(fields)
    assert len({id(rule) for rule in rules}) == len(rules)
    inlined = [member for name in again.entities for member in again.catalog.members(name).values() if member.formula is not None]
    formulas = {id(field.formula) for field in fields}
    assert inlined
    assert {id(member.formula) for member in inlined} <= formulas


@pytest.mark.parametrize(
    "value",
    [
        None, True, 1, "1", Decimal("1.10"), date(2026, 2, 28), datetime(2026, 2, 28, 9, tzinfo=UTC), time(9, 30), timedelta(-1, 5),
        ZoneInfo("Asia/Shanghai"), frozenset({"a"}), (1, True, "1", (Decimal("1.1"), Decimal("1.10"))), {"a": {}, "b": ()},
        Kind.MULTI_CHOICE, Span(2, "workdays"), NoHolidays(), TextField(max=3), MappingProxyType({"a": 1}),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_values(value: object) -> None:
    again = unpack(pack((value, value), FUNCTIONS), FUNCTIONS)
    assert again == (value, value)
    assert repr(again[0]) == repr(value)


def test_functions_are_named_and_not_written() -> None:
    rows = FUNCTIONS["ROUND"]
    assert unpack(pack(rows, FUNCTIONS), FUNCTIONS)[0] is rows[0]
    with pytest.raises(LookupError):
        unpack(pack(rows, FUNCTIONS), {})


@dataclass(frozen=True)
class Foreign:
    name: str


@pytest.mark.parametrize("value", [Foreign("x"), {1, 2}, [1], 1.5, len, Path("x"), Was, b"x"], ids=lambda value: type(value).__name__)
def test_nothing_else_is_written(value: object) -> None:
    with pytest.raises(TypeError):
        pack((value,), FUNCTIONS)


@pytest.mark.parametrize(
    "shape",
    [
        ("os:system", ()),
        ("subprocess:Popen", ("args",)),
        ("engine.metadata.packing:unpack", ()),
        ("engine.metadata.packing:sys", ()),
        ("engine.nowhere:Thing", ()),
        ("engine.metadata.working_time:Span", ("amount",)),
        ("engine.errors:Refusal", ("message",)),
        ("complex", ()),
    ],
)
def test_nothing_else_is_read(shape: tuple[str, tuple[str, ...]]) -> None:
    content = msgspec.msgpack.encode(Packed((shape,), ("true",), ((0, -1),)))
    with pytest.raises((LookupError, ValueError, TypeError)):
        unpack(content, FUNCTIONS)


@pytest.mark.parametrize("content", [b"", b"\xc1", msgspec.msgpack.encode([1, 2]), msgspec.msgpack.encode(Packed((), (), ()))])
def test_bytes_of_something_else(content: bytes) -> None:
    with pytest.raises((LookupError, ValueError)):
        unpack(content, FUNCTIONS)
