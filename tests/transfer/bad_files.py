"""Files as people send them, and as nobody should: made by hand where no program would write them."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

Make = Callable[[Path], object]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>"""
BOOK = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>'
STRINGS = f'<sst xmlns="{MAIN}"><si><t>Subject</t></si><si><r><t>a </t></r><r><t>b</t></r><rPh sb="0" eb="1"><t>spoken</t></rPh></si></sst>'
SHEET = "xl/worksheets/sheet1.xml"
HEADINGS = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'


def text(words: str, encoding: str = "utf-8") -> Make:
    """A file of text."""
    return lambda path: path.write_bytes(words.encode(encoding))


def raw(content: bytes) -> Make:
    """A file of bytes."""
    return lambda path: path.write_bytes(content)


def book(fill: Callable[[Any, Any], object], **options: object) -> Make:
    """A workbook with a sheet whose first heading is `Subject`, and what `fill` writes into it."""

    def make(path: Path) -> None:
        made = Workbook(str(path), options)
        sheet = made.add_worksheet("A")
        sheet.write(0, 0, "Subject")
        fill(made, sheet)
        made.close()

    return make


def xml(rows: str, sheet: str = f'<worksheet xmlns="{MAIN}"><sheetData>%s</sheetData></worksheet>', strings: str = STRINGS) -> Make:
    """A workbook whose one sheet holds these rows, as XML."""

    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            _others(archive, strings)
            archive.writestr(SHEET, sheet.replace("%s", HEADINGS + rows))

    return make


def _others(archive: zipfile.ZipFile, strings: str = STRINGS) -> None:
    archive.writestr("xl/workbook.xml", BOOK)
    archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
    archive.writestr("xl/sharedStrings.xml", strings)


def half(whole: Make) -> Make:
    """The first half of a file."""

    def make(path: Path) -> None:
        whole(path)
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])

    return make


def bomb(path: Path) -> None:
    """An archive of 2 MB that unpacks to 2 GB: one block of blanks, 2,048 times."""
    packer = zlib.compressobj(wbits=-15)
    block = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    _one_part(path, block * 2048 + packer.flush(), 2 << 30)


def liar(path: Path) -> None:
    """An archive that unpacks to 64 MB and says that it is 1 kB."""
    packer = zlib.compressobj(wbits=-15)
    _one_part(path, packer.compress(b" " * (1 << 26)) + packer.flush(), 1 << 10)


def _one_part(path: Path, packed: bytes, said: int) -> None:
    """A workbook whose sheet is packed already and says of itself how long it is."""
    with zipfile.ZipFile(path, "w") as archive:
        _others(archive)
        archive.writestr(SHEET, packed)
    content = bytearray(path.read_bytes())
    local = content.rfind(b"PK\x03\x04")
    central = content.rfind(b"PK\x01\x02")
    struct.pack_into("<H", content, local + 8, zipfile.ZIP_DEFLATED)
    struct.pack_into("<H", content, central + 10, zipfile.ZIP_DEFLATED)
    struct.pack_into("<I", content, local + 22, said)
    struct.pack_into("<I", content, central + 24, said)
    path.write_bytes(content)
