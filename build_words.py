"""Compiles the translations of the engine: engine/locale/*/LC_MESSAGES/objectloom.po to .mo. Nothing happens while nothing has changed."""

import sys
from pathlib import Path

LOCALE = Path(__file__).resolve().parent / "engine" / "locale"


def build() -> int:
    """Brings every catalogue up to date; returns how many were compiled. Raises CatalogError or OSError."""
    stale = [source for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")) if _is_stale(source, source.with_suffix(".mo"))]
    for source in stale:
        _compile(source, source.with_suffix(".mo"))
    return len(stale)


def _is_stale(source: Path, target: Path) -> bool:
    return not target.is_file() or target.stat().st_mtime < source.stat().st_mtime


def _compile(source: Path, target: Path) -> None:
    # babel takes a quarter of a second to import, which a start without changes need not pay.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with source.open("rb") as words:
        catalogue = read_po(words, locale=source.parent.parent.name)
    with target.open("wb") as compiled:
        write_mo(compiled, catalogue)


if __name__ == "__main__":
    if count := build():
        print(f"words: {count} catalogues compiled", file=sys.stderr)
