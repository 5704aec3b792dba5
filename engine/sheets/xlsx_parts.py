"""The small parts of a workbook: its sheets, where they lie, the formats of cells, and the strings that cells share."""

from __future__ import annotations

import tempfile
import weakref
from array import array
from functools import lru_cache

from .sheet import MOST_LETTERS, unreadable
from .xlsx_archive import BROKEN, too_much
from .xlsx_days import kind_of

IN_MEMORY = 1 << 22
"""Bytes of shared strings that are held; more lie in a file of the system."""
REMEMBERED = 4096
MOST_STRINGS = 10_000_000
"""Strings that cells share; blank ones take no place in the file and eight bytes here."""


class Catalogue:
    """`xl/workbook.xml`: the sheets that people see, in order, each with its name and the key of its link, and from when days count."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.since_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            key = next((value for each, value in attributes.items() if each.rpartition(":")[2] == "id"), "")
            self.sheets.append((attributes.get("name", ""), key))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in ("1", "true")

    def end(self, name: str) -> None:
        """Nothing depends on where an element ends."""

    def text(self, words: str) -> None:
        """Nothing is said in words."""


class Links:
    """`xl/_rels/workbook.xml.rels`: where the parts of the workbook lie."""

    def __init__(self) -> None:
        self._by_key: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "Relationship":
            self._by_key[attributes.get("Id", "")] = attributes.get("Type", ""), attributes.get("Target", "")

    def end(self, name: str) -> None:
        """Nothing depends on where an element ends."""

    def text(self, words: str) -> None:
        """Nothing is said in words."""

    def kind(self, key: str) -> str:
        """What a link leads to."""
        return self._by_key.get(key, ("", ""))[0]

    def target(self, key: str) -> str:
        """Where it leads."""
        return self._by_key[key][1]

    def only(self, kind: str) -> str | None:
        """Where the part of a kind lies that a workbook has once."""
        return next((target for each, target in self._by_key.values() if each.endswith(kind)), None)


class Styles:
    """`xl/styles.xml`: what the format of a cell makes of a number, by the number of its style."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self._codes: dict[int, str] = {}
        self._of_cells = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "numFmt":
            self._codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._of_cells = True
        elif name == "xf" and self._of_cells:
            number = int(attributes.get("numFmtId", "0"))
            self.kinds.append(kind_of(number, self._codes.get(number)))

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "cellXfs":
            self._of_cells = False

    def text(self, words: str) -> None:
        """Nothing is said in words."""


class Words:
    """The words of a string: its pieces without how they are spoken, and not more of them than a cell may have."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._count = 0
        self._inside = False
        self._spoken = False

    def start(self, name: str) -> None:
        """An element of the string begins."""
        self._inside = name == "t" and not self._spoken
        self._spoken = self._spoken or name == "rPh"

    def end(self, name: str) -> None:
        """It ends."""
        self._inside = False
        if name == "rPh":
            self._spoken = False

    def text(self, words: str) -> None:
        """Text stands in it."""
        if self._inside and self._count <= MOST_LETTERS:
            self._pieces.append(words)
            self._count += len(words)

    def taken(self) -> str:
        """The whole string; the next one begins."""
        found = "".join(self._pieces)
        self._pieces, self._count = [], 0
        return found


class Strings:
    """`xl/sharedStrings.xml`: the strings of all cells by their numbers, in a file where they are many."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it goes with this object
        self._ends = array("Q", [0])
        self._words = Words()
        self._end = 0
        self.at = lru_cache(REMEMBERED)(self._at)
        self.close = weakref.finalize(self, self._file.close)
        """Let go of the file."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._words.start(name)

    def end(self, name: str) -> None:
        """An element ends."""
        self._words.end(name)
        if name == "si":
            if len(self._ends) > MOST_STRINGS:
                raise too_much()
            said = self._words.taken().encode()
            self._file.write(said)
            self._end += len(said)
            self._ends.append(self._end)

    def text(self, words: str) -> None:
        """Text stands in it."""
        self._words.text(words)

    def _at(self, number: int) -> str:
        """The string of a number. Raises Invalid where there is none."""
        if not 0 <= number < len(self._ends) - 1:
            raise unreadable("broken", BROKEN)
        first, last = self._ends[number], self._ends[number + 1]
        self._file.seek(first)
        return self._file.read(last - first).decode()
