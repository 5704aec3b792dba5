"""The reference is current, complete, and what it says of examples is true: every YAML block of the documentation is the language that loads."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.loading import check_sources, declarations_page, read, read_sources, system_page
from engine.loading.convert import convert
from engine.loading.schema import definitions
from engine.metadata.declared import FILE_KINDS
from engine.metadata.field_types import FIELD_TYPES
from engine.metadata.meanings import MEANINGS

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


@pytest.mark.parametrize(("page", "written"), [("declarations.md", declarations_page), ("system.md", system_page)])
def test_pages_are_current(page: str, written: Any) -> None:
    assert (REFERENCE / page).read_text("utf-8") == written(), "run `loom docs`"


def test_every_key_has_a_meaning_and_every_meaning_a_key() -> None:
    found = {(struct, key) for struct, schema in definitions().items() for key in schema["properties"]}
    plain = {key for _, key in found}
    unused = [line for line in MEANINGS if (tuple(line.split(".")) not in found if "." in line else line not in plain)]
    assert unused == []
    assert [key for struct, key in found if f"{struct}.{key}" not in MEANINGS and key not in MEANINGS] == []


def test_every_kind_and_type_is_on_the_page() -> None:
    page = declarations_page()
    assert [kind for kind in FILE_KINDS if f"\n## {kind}\n" not in page] == []
    assert [row.word for row in FIELD_TYPES.values() if f"\n### `{row.word}`\n" not in page] == []


BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
SEPARATE = frozenset({"tutorial.md", "tutorial.zh.md", "exact.md", "exact.zh.md"})
"""Pages whose blocks are an application of their own, with a test of their own."""
IMAGINED = frozenset({"N301", "N303", "FX201", "FX306"})
"""Issues of names: a page tells of entities, roles and codes that the bundled application has not, or has itself."""
SPECIFICATION = ROOT / "docs" / "specification"
"""The whole language; a version has not built all of it."""


def blocks(pages: Iterable[Path]) -> Iterator[Any]:
    for page in pages:
        for number, block in enumerate(BLOCK.findall(page.read_text("utf-8")), 1):
            kind = block.partition(":")[0]
            if page.name not in SEPARATE and kind in FILE_KINDS:
                yield pytest.param(kind, block, id=f"{page.name} {number}")


def manual() -> list[Path]:
    return [page for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if page.parent != SPECIFICATION]


@pytest.mark.parametrize(("kind", "block"), list(blocks(sorted(SPECIFICATION.glob("*.md")))))
def test_the_specification_has_only_keys_that_are_known(kind: str, block: str) -> None:
    """What is not built yet is told as that, and never as a typing mistake."""
    piece = convert(read(f"{kind}.yaml", block.encode()), FILE_KINDS[kind])
    assert [issue for issue in (*piece.document.issues, *piece.issues) if issue.code != "S209"] == []


def rounds() -> list[dict[str, bytes]]:
    """The blocks of the manual as files: those of other names together, an `app` alone."""
    found: list[dict[str, bytes]] = []
    for kind, block in (block.values for block in blocks(sorted(manual()))):
        name = block.partition(":")[2].partition("\n")[0].strip()
        path = "app.yaml" if kind == "app" else f"models/{name}.{kind}.yaml"
        free = (files for files in found if not {path, "app.yaml"} & files.keys())
        fitting = None if kind == "app" else next(free, None)
        if fitting is None:
            found.append({path: block.encode()})
        else:
            fitting[path] = block.encode()
    return found


@pytest.mark.parametrize("files", rounds(), ids=lambda files: f"{len(files)} blocks")
def test_blocks_load_in_the_bundled_application(files: dict[str, bytes]) -> None:
    """But for the names that they imagine."""
    sources = read_sources(ROOT)
    found = check_sources(replace(sources, files={**sources.files, **files})).issues
    assert [f"{i.file}:{i.line} {i.message}" for i in found if i.file in files and i.code not in IMAGINED] == []


def test_every_issue_code_is_explained() -> None:
    used = set()
    for path in (ROOT / "engine" / "loading").rglob("*.py"):
        used |= set(re.findall(r'"([YSNAWVP]\d{3})"', path.read_text("utf-8")))
    explained = set(re.findall(r"^\| ([YSNAWVP]\d{3}) \|", (REFERENCE / "issues.md").read_text("utf-8"), re.MULTILINE))
    assert used == explained


def test_every_error_has_a_deliberate_mistake() -> None:
    tables = "".join(path.read_text("utf-8") for path in (Path(__file__).parent / "mistakes").glob("*.yaml"))
    others = "".join(path.read_text("utf-8") for path in Path(__file__).parents[1].rglob("test_*.py"))
    explained = set(re.findall(r"^\| ([YSNAWVP]\d{3}) \|", (REFERENCE / "issues.md").read_text("utf-8"), re.MULTILINE))
    assert sorted(code for code in explained if code not in tables and f'"{code}"' not in others) == []
