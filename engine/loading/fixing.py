"""Corrections that are certain, written into the files: quotes around texts that YAML ended too early."""

from __future__ import annotations

from pathlib import Path

from .comma import apply_fixes
from .folder import read_sources
from .reader import read

_ROUNDS = 20
"""A file that is no YAML shows one mistake at a time."""


def fix(root: Path) -> list[str]:
    """Correct the files of the application in `root`; their names. Comments and everything else stay as they are."""
    return [file for file, content in read_sources(root).declarations.items() if _fix_file(root / file, content)]


def _fix_file(path: Path, content: bytes) -> bool:
    before = content
    for _ in range(_ROUNDS):
        document = read(path.name, content)
        if not document.fixes:
            break
        content = apply_fixes(document.text, document.fixes).encode()
    if content == before:
        return False
    path.write_bytes(content)
    return True
