"""Compiled definitions in files: read where nothing has changed, and never believed otherwise."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from engine.app import Serving
from engine.loading import Kept, Sources, load_sources
from engine.metadata import Identity, Metadata, pack
from engine.plugins import Plugins
from tests.applications import opened
from tests.test_field_types import PLUGINS as WITH_A_TYPE

SOURCES = Sources({"app.yaml": b"app: kept\n", "models/order.yaml": b"entity: order\nfields: {total: {type: money}}\n"})
NO_PLUGINS = Plugins()
ROOT = Path(__file__).resolve().parent.parent.parent
"""The bundled application."""


def kept(folder: Path, key: bytes = b"ours") -> Kept:
    return Kept(folder, lambda: key, worth=0)


def load(store: Kept, sources: Sources = SOURCES, **others: object) -> Metadata:
    given = {"identity": Identity(), "number": 3, "plugins": NO_PLUGINS, **others}
    return store.load(sources, **given)  # type: ignore[arg-type]


def written(folder: Path) -> dict[str, int]:
    """The files, with what changes when one is written anew."""
    return {path.name: path.stat().st_ino for path in folder.iterdir()}


def test_the_second_process_reads(tmp_path: Path) -> None:
    first = load(kept(tmp_path))
    before = written(tmp_path)
    second = load(kept(tmp_path))
    assert written(tmp_path) == before
    assert len(before) == 1
    assert second is not first
    assert pack(second, NO_PLUGINS.functions) == pack(first, NO_PLUGINS.functions)
    assert (second.number, second.entities["order"].fields["total"].kind) == (3, "money")


@pytest.mark.parametrize(
    "other",
    [
        {"sources": Sources({**SOURCES.files, "models/order.yaml": b"entity: order\nfields: {total: {type: integer}}\n"})},
        {"identity": Identity({"entity:order": 7})},
        {"identity": Identity(physical={"entity:order": "orders"})},
        {"number": 4},
        {"plugins": replace(NO_PLUGINS, versions={"erp": "2"})},
    ],
    ids=["files", "ids", "names", "number", "plugins"],
)
def test_what_is_compiled_from_something_else_is_another_file(tmp_path: Path, other: dict[str, object]) -> None:
    load(kept(tmp_path))
    found = load(kept(tmp_path), **other)  # type: ignore[arg-type]
    assert len(written(tmp_path)) == 2
    given = {"sources": SOURCES, "identity": Identity(), "number": 3, "plugins": NO_PLUGINS, **other}
    assert pack(found, NO_PLUGINS.functions) == pack(load_sources(**given), NO_PLUGINS.functions)  # type: ignore[arg-type]


@pytest.mark.parametrize("spoil", ["changed", "cut", "empty", "of another key"])
def test_what_was_not_sealed_here_is_compiled_anew(tmp_path: Path, spoil: str) -> None:
    load(kept(tmp_path))
    (path,) = tmp_path.iterdir()
    good = path.read_bytes()
    changed = bytearray(good)
    changed[good.index(b"order")] ^= 1
    path.write_bytes({"changed": bytes(changed), "cut": good[:-1], "empty": b"", "of another key": good}[spoil])
    found = load(kept(tmp_path, b"theirs" if spoil == "of another key" else b"ours"))
    assert "order" in found.entities
    assert (path.read_bytes() == good) is (spoil != "of another key")


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "order" in load(kept(tmp_path / "file" / "folder")).entities


def test_what_takes_no_time_and_types_of_plugins_are_not_kept(tmp_path: Path) -> None:
    load(Kept(tmp_path, lambda: b"ours", worth=60))
    load(kept(tmp_path), plugins=WITH_A_TYPE)
    assert written(tmp_path) == {}


def test_only_the_newest_files_stay(tmp_path: Path) -> None:
    for number in range(1, 20):
        load(kept(tmp_path), number=number)
    assert len(written(tmp_path)) == 16


def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    load(kept(tmp_path / "cache"))
    (path,) = (tmp_path / "cache").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700


def test_an_application_is_served_from_it(tmp_path: Path, database_url: str) -> None:
    with opened("app: kept\n---\nentity: order\nfields: {total: {type: money}}\n", database_url) as world:
        for _ in range(2):
            serving = Serving(world.app.database, NO_PLUGINS, load=kept(tmp_path / "cache").load)
            assert serving.current().number == world.app.serving.current().number
    assert len(written(tmp_path / "cache")) == 1


FOUND = """
import sys
from pathlib import Path
from engine.app import open_app
from engine.loading import Kept, read_sources
from engine.metadata import Identity
from engine.plugins import Plugins
from engine.web.api import make_api

root = Path(sys.argv[2])
Kept(Path(sys.argv[1]), lambda: b"ours", worth=0).load(read_sources(root), Identity(), 1, Plugins.discover(root))
print(" ".join(sys.modules))
"""
SELDOM = {"stdnum", "pypinyin", "typst", "holidays", "segno"}
COMPILER = {"yaml", "lark", "engine.formula.grammar", "engine.loading.events", "engine.loading.resolve", "engine.loading.rules"}


def test_who_finds_it_does_not_even_import_the_compiler(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FOUND, str(tmp_path), str(ROOT)]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2)]
    first, second = (set(done.stdout.split()) for done in runs)
    assert (COMPILER - first, (COMPILER | SELDOM) & second) == (set(), set())


APART = """
import sys, threading
from pathlib import Path
from engine.loading import Kept, Sources
from engine.loading.apart import done_apart
from engine.metadata import Identity
from engine.plugins import Plugins

folder = Path(sys.argv[1])
assert done_apart(lambda: (folder / "worked").touch())
assert (folder / "worked").exists()
assert not done_apart(lambda: (folder / "nowhere" / "file").touch())

def ask(*text):
    files = {"app.yaml": b"app: kept\\n", **{f"models/{one}.yaml": f"entity: {one}\\nfields: {{n: {{type: integer}}}}\\n".encode() for one in text}}
    return Kept(folder, lambda: b"ours", worth=0, large=0).load(Sources(files), Identity(), 1, Plugins())

assert "order" in ask("order").entities
ready = threading.Event()
threading.Thread(target=ready.wait).start()
assert not done_apart(lambda: (folder / "beside").touch()), "locks of other threads would be held for ever"
assert not (folder / "beside").exists()
assert "invoice" in ask("invoice").entities
ready.set()
"""


def test_what_is_large_is_compiled_in_a_process_of_its_own(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", APART, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.glob("*.definition"))) == 2
