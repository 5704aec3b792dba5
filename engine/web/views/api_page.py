"""The page that describes the API for its reader."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApiParameter:
    """Something that an operation takes beside its body; `place` is path, query or header."""

    name: str
    place: str
    type: str
    words: str = ""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class ApiField:
    """A field as JSON: its name, type and label, and where it may be written."""

    name: str
    type: str
    label: str
    writable: tuple[str, ...] = ()
    fields: tuple[ApiField, ...] = ()


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One method at one address."""

    method: str
    path: str
    summary: str
    parameters: tuple[ApiParameter, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True)
class ApiGroup:
    """The operations on one kind of record, or those for everybody."""

    name: str
    label: str
    operations: tuple[ApiOperation, ...]
    fields: tuple[ApiField, ...] = ()


@dataclass(frozen=True, slots=True)
class ApiPage:
    """Everything that the reader may ask of the API."""

    address: str
    groups: tuple[ApiGroup, ...]
