"""The page that describes the API for its reader."""

from __future__ import annotations

from engine.frozen import frozen


@frozen
class ApiParameter:
    """Something that an operation takes beside its body; `place` is path, query or header."""

    name: str
    place: str
    type: str
    words: str = ""
    needed: bool = False


@frozen
class ApiField:
    """A field as JSON: its name, type and label, and where it may be written."""

    name: str
    type: str
    label: str
    writable: tuple[str, ...] = ()
    fields: tuple[ApiField, ...] = ()


@frozen
class ApiOperation:
    """One method at one address."""

    method: str
    path: str
    summary: str
    parameters: tuple[ApiParameter, ...] = ()
    example: str = ""


@frozen
class ApiGroup:
    """The operations on one kind of record, or those for everybody."""

    name: str
    label: str
    operations: tuple[ApiOperation, ...]
    fields: tuple[ApiField, ...] = ()


@frozen
class ApiPage:
    """Everything that the reader may ask of the API."""

    address: str
    groups: tuple[ApiGroup, ...]
