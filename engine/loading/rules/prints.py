"""Rules on prints."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from engine.loading.findings import Place

from .loaded import Loaded


def sheets_can_be_set(loaded: Loaded) -> None:
    """V516: prints, and reports as PDF, are set with typst, which is in the extra `pdf`."""
    if find_spec("typst") is None:
        for place in _set(loaded):
            message = "Sheets are set with the package typst, which is not installed."
            loaded.findings.add("V516", message, place, hint="install Objectloom with its extra pdf")


def _set(loaded: Loaded) -> Iterator[Place]:
    declarations = loaded.declarations
    yield from (declarations.prints[name].place.at("print") for name in loaded.metadata.prints)
    for source in declarations.reports.values():
        if source.declared.export is not None and source.declared.export.as_ == "pdf":
            yield source.place.at("export", "as")
        yield from (source.place.at("send", at, "as") for at, sending in enumerate(source.declared.send) if sending.as_ == "pdf")
