"""The icons that files may name: those of the Tabler set that are built into the pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

LISTED = Path(__file__).parents[1] / "icons.txt"


@cache
def icons() -> frozenset[str]:
    """All names; `filled/star` is called `star-filled`."""
    names = LISTED.read_text().split()
    return frozenset(f"{name.removeprefix('filled/')}-filled" if name.startswith("filled/") else name for name in names)
