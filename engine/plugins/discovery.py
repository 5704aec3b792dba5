"""Which plugins an application has: the packages in its folder `plugins/`, and installed ones that ask for it (entry points).

A plugin that cannot be loaded is a problem of the application, shown with its file; the others still work.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from engine.formula import FUNCTIONS, Function, functions_with
from engine.frozen import frozen
from engine.metadata import FIELD_TYPES, ExtraTypes, ValueBase

from . import hookspecs
from .connector import Connector
from .field_types import wrong_type
from .hookspecs import PROJECT

FOLDER = "plugins"
ENTRY_POINTS = "objectloom.plugins"


@frozen
class BrokenPlugin:
    """A plugin that does not work: its file relative to the application (or its entry point), and why in words."""

    file: str
    reason: str


@frozen(slots=False)
class Plugins:
    """What all plugins of an application offer. `versions` names each plugin with the hash of its files or its release."""

    connectors: Mapping[str, Connector] = field(default_factory=dict)
    functions: Mapping[str, tuple[Function, ...]] = field(default_factory=lambda: FUNCTIONS)
    field_types: ExtraTypes = ()
    broken: tuple[BrokenPlugin, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def discover(cls, root: Path) -> Plugins:
        """Load the plugins of the application in `root`. Never raises for what a plugin does wrong."""
        found = _Discovery(root)
        found.load()
        return cls(found.connectors(), found.functions(), found.field_types(), tuple(found.broken), found.versions)


class _Discovery:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.broken: list[BrokenPlugin] = []
        self.versions: dict[str, str] = {}
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._files: dict[str, str] = {}

    def load(self) -> None:
        """Register every plugin that can be loaded."""
        for package in sorted((self.root / FOLDER).glob("*/__init__.py")):
            file = package.relative_to(self.root).as_posix()
            self._register(package.parent.name, file, partial(_imported, package))
            self.versions[package.parent.name] = _hash(package.parent)
        for entry in entry_points(group=ENTRY_POINTS):
            self._register(entry.name, f"entry point {entry.name}", entry.load)
            self.versions[entry.name] = entry.dist.version if entry.dist else ""

    def _register(self, name: str, file: str, load: Callable[[], object]) -> None:
        try:
            self._manager.register(load(), name)
            self._manager.check_pending()
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises is its author's mistake, told with its file
            self.broken.append(BrokenPlugin(file, f"{type(error).__name__}: {error}"))
            if self._manager.has_plugin(name):
                self._manager.unregister(name=name)
        self._files[name] = file

    def connectors(self) -> dict[str, Connector]:
        """All connectors by name; a second one of a name, and one that lacks a method, are broken."""
        found: dict[str, Connector] = {}
        for file, connector in self._offered(self._manager.hook.connectors):
            problems = connector.problems()
            if connector.name in found:
                problems = [f"there is a connector {connector.name} already"]
            self.broken.extend(BrokenPlugin(file, problem) for problem in problems)
            if not problems:
                found[connector.name] = connector
        return found

    def functions(self) -> dict[str, tuple[Function, ...]]:
        """The functions of formulas: ours, and those of plugins; a name of ours stays ours."""
        found: dict[str, tuple[Function, ...]] = dict(FUNCTIONS)
        for file, row in self._offered(self._manager.hook.formula_functions):
            try:
                found = functions_with([*(r for rows in found.values() for r in rows if r.name not in FUNCTIONS), row])
            except (ValueError, AttributeError) as wrong:
                self.broken.append(BrokenPlugin(file, str(wrong)))
        return found

    def field_types(self) -> ExtraTypes:
        """The field types of plugins; a word that is taken stays with its owner."""
        found: dict[str, type[ValueBase]] = {}
        words = {row.word for row in FIELD_TYPES.values()}
        for file, struct in self._offered(self._manager.hook.field_types):
            problem = wrong_type(struct, words | found.keys())
            if problem:
                self.broken.append(BrokenPlugin(file, problem))
            else:
                found[str(struct.__struct_config__.tag)] = struct
        return tuple(found.values())

    def _offered(self, hook: pluggy.HookCaller) -> Iterator[tuple[str, Any]]:
        for implementation in hook.get_hookimpls():
            file = self._files[implementation.plugin_name]
            try:
                offered: Sequence[Any] = implementation.function()  # type: ignore[assignment] # what the hook gives
                yield from [(file, one) for one in offered]
            except Exception as error:  # noqa: BLE001 - as above
                self.broken.append(BrokenPlugin(file, f"{type(error).__name__}: {error}"))


def _imported(package: Path) -> ModuleType:
    """The package as a module below a name of its folder's own, so that plugins of two applications in one process do not meet.

    What several plugins of an application share is a module beside them: `from .. import tianyancha`.
    """
    folder = package.parent.parent
    around = f"objectloom_plugins_{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:8]}"
    if around not in sys.modules:
        sys.modules[around] = ModuleType(around)
        sys.modules[around].__path__ = [str(folder)]
    name = f"{around}.{package.parent.name}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, package, submodule_search_locations=[str(package.parent)])
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _hash(folder: Path) -> str:
    """What its files hold, and those that the plugins share."""
    digest = hashlib.sha256()
    for path in (*sorted(folder.rglob("*.py")), *sorted(folder.parent.glob("*.py"))):
        digest.update(path.relative_to(folder.parent).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
