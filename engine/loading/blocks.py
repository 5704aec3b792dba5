"""Reuse inside one file: `use: NAME` stands for the block of this name below `blocks:`.

What stands beside `use` wins over what is in the block. A place inside a block stays where it was written: a mistake in it is told there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from engine.errors import Sentence

from .findings import Findings, Place
from .nearest import nearest
from .positions import Document, Mark, Path

BLOCKS, USE = "blocks", "use"


def with_blocks(document: Document, findings: Findings) -> Document:
    """The document as if each block stood where it is used.

    N301 for a block that is not there, N309 for one that uses itself, S203 for one that cannot stand beside other keys.
    """
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get(BLOCKS), dict):
        return document
    laying = _Laying(document, data[BLOCKS], findings)
    laid = laying.laid({key: value for key, value in data.items() if key != BLOCKS}, (), (), ())
    for name in data[BLOCKS].keys() - laying.used:
        findings.warn("N310", Sentence('The block "{name}" is used nowhere.', name=name), Place(document, (BLOCKS, name)))
    return replace(document, data=laid, keys={**document.keys, **laying.keys}, values={**document.values, **laying.values})


@dataclass
class _Laying:
    document: Document
    blocks: dict[str, object]
    findings: Findings
    used: set[str] = field(default_factory=set)
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)

    def laid(self, value: object, here: Path, written: Path, within: tuple[str, ...]) -> object:
        """A value that belongs `here` and is `written` there, `within` these blocks; in it no block is used any more."""
        if here != written:
            self._mark(here, written)
        if isinstance(value, list):
            return [self.laid(item, (*here, at), (*written, at), within) for at, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        found: dict[object, object] = {}
        for key, part in value.items():
            if key != USE or not isinstance(part, str):
                found[key] = self.laid(part, (*here, key), (*written, key), within)
                continue
            block = self._block(part, Place(self.document, (*written, USE)), (here, within), alone=len(value) == 1)
            if not isinstance(block, dict):
                return block
            found |= {name: inner for name, inner in block.items() if name not in value}
        return found

    def _block(self, name: str, place: Place, where: tuple[Path, tuple[str, ...]], *, alone: bool) -> object:
        """What a block holds, laid at its place; nothing for one that cannot stand there."""
        here, within = where
        meant = name if name in self.blocks else nearest(name, self.blocks)
        if meant != name:
            self.findings.unknown("block", name, self.blocks, place)
        if meant is None:
            return {}
        self.used.add(meant)
        if meant in within:
            self.findings.add("N309", Sentence('The block "{meant}" uses itself.', meant=meant), place)
            return {}
        if not alone and not isinstance(self.blocks[meant], dict):
            self.findings.add("S203", Sentence('The block "{meant}" is no mapping, so nothing can stand beside it.', meant=meant), place)
            return {}
        return self.laid(self.blocks[meant], here, (BLOCKS, meant), (*within, meant))

    def _mark(self, here: Path, written: Path) -> None:
        """What is written beside `use` keeps its own place."""
        for found, known in ((self.keys, self.document.keys), (self.values, self.document.values)):
            if here not in known and written in known:
                found[here] = known[written]
