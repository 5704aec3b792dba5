"""The folder of an application, and the same files as a stored revision holds them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from engine.frozen import frozen

FOLDERS = ("models", "workflows", "forms", "reports")
"""Where declarations stand, besides `app.yaml`; folders below these are free."""
SYSTEM = Path(__file__).parent.parent / "system"
"""The entities of the engine itself."""
SYSTEM_FOLDER = "engine/system/"
"""What their paths begin with."""


DECLARATION, PICTURE = (".yaml", ".yml"), ".svg"


@frozen(slots=False)
class Sources:
    """All files of one definition by their paths relative to the application, in the order of the paths: YAML, and pictures as SVG."""

    files: Mapping[str, bytes]

    @cached_property
    def declarations(self) -> Mapping[str, bytes]:
        """The YAML among them."""
        return {name: content for name, content in self.files.items() if name.endswith(DECLARATION)}

    @cached_property
    def pictures(self) -> Mapping[str, bytes]:
        """The pictures among them."""
        return {name: content for name, content in self.files.items() if name.endswith(PICTURE)}

    @cached_property
    def hash(self) -> str:
        """What identifies this content: equal for equal files, whatever the order they were read in."""
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            digest.update(f"{len(name)}:{name}{len(content)}:".encode())
            digest.update(content)
        return digest.hexdigest()


def read_sources(root: Path) -> Sources:
    """The declarations below `root`, with the pictures beside them. Raises FileNotFoundError when `root` is no folder."""
    if not root.is_dir():
        raise FileNotFoundError(f"{root} is not a folder")
    return Sources({path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(_files(root))})


def read_system() -> Sources:
    """The declarations of the engine's own entities."""
    return Sources({f"{SYSTEM_FOLDER}{path.name}": path.read_bytes() for path in sorted(SYSTEM.glob("*.yaml"))})


def has_system(sources: Sources) -> bool:
    """Whether the engine's own entities are among the files, as this version has them."""
    return read_system().files.items() <= sources.files.items()


def with_system(sources: Sources) -> Sources:
    """The same after the engine's own entities: as this version has them, unless they are among the files as in a stored revision."""
    own = {name: content for name, content in sources.files.items() if name.startswith(SYSTEM_FOLDER)}
    return Sources({**(own or read_system().files), **sources.files})


def _files(root: Path) -> Iterator[Path]:
    if (root / "app.yaml").is_file():
        yield root / "app.yaml"
    for folder in FOLDERS:
        yield from (path for path in (root / folder).rglob("*") if path.is_file() and path.suffix in (*DECLARATION, PICTURE))
