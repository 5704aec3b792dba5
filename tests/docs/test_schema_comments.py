"""Each declaration of the bundled application names, in its first line, the schema with which editors complete and check it."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PREFIX = "# yaml-language-server: $schema="
FILES = [
    ROOT / "app.yaml",
    *(file for folder in ("models", "workflows", "forms", "reports") for file in sorted((ROOT / folder).rglob("*.yaml"))),
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_first_line_names_the_schema_of_the_kind(file: Path) -> None:
    first, *rest = file.read_text(encoding="utf-8").splitlines()
    kind = next(line for line in rest if line and not line.startswith("#")).partition(":")[0]
    assert first.startswith(PREFIX)
    assert (file.parent / first.removeprefix(PREFIX)).resolve() == ROOT / "schemas" / f"{kind}.json"
    assert (ROOT / "schemas" / f"{kind}.json").exists()
