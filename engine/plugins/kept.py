"""What a connector knows from a file of the application: sandboxes for demonstrations and tests."""

from __future__ import annotations

from typing import TypeVar

from engine.errors import Message

from .connector import CallFailed, Payload, Setting
from .http import Answer

T = TypeVar("T", bound=Payload)


def kept(setting: Setting, file: str, wanted: type[T]) -> T:
    """The JSON file `file` of the application as `wanted`, read at every call, so that an edit shows at once. Raises CallFailed."""
    try:
        return Answer(200, (setting.root / file).read_bytes()).read(wanted)
    except OSError as missing:
        raise CallFailed("refused", Message("The sandbox cannot read {file}", {"file": file})) from missing
