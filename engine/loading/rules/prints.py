"""Rules on prints."""

from __future__ import annotations

from importlib.util import find_spec

from .loaded import Loaded


def prints_can_be_set(loaded: Loaded) -> None:
    """V516: sheets are set with typst, which is in the extra `pdf`."""
    for name in loaded.metadata.prints:
        if find_spec("typst") is None:
            place = loaded.declarations.prints[name].place.at("print")
            message = "Sheets are set with the package typst, which is not installed."
            loaded.findings.add("V516", message, place, hint="install Objectloom with its extra pdf")
