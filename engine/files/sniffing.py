"""What a file is, told from its first bytes and never from its name; a name only says which kind of text it is."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from engine.frozen import frozen

HEAD = 64 * 1024
"""How many bytes at the beginning of a file decide what it is."""
UNKNOWN = "application/octet-stream"
TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "zip": "application/zip",
    "txt": "text/plain",
    "csv": "text/csv",
    "json": "application/json",
    "xml": "application/xml",
    "mp4": "video/mp4",
    "mp3": "audio/mpeg",
}
IMAGES = frozenset({"png", "jpg", "gif", "webp"})
"""Pictures that a page shows; SVG is none of them, because it can hold a program."""
ACCEPTED = ("image", *TYPES)
"""What `accept` of a field may name."""
_OFFICE = {b"word/": "docx", b"xl/": "xlsx", b"ppt/": "pptx"}
_OPEN = {b"opendocument.text": "odt", b"opendocument.spreadsheet": "ods"}
_OLD = {"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t": "doc", "W\0o\0r\0k\0b\0o\0o\0k": "xls", "P\0o\0w\0e\0r\0P\0o\0i\0n\0t": "ppt"}
_TEXTS = frozenset({"txt", "csv", "json", "xml"})


@frozen
class Found:
    """The kind in one word (blank for what is not known), its media type, and the size of a picture in pixels."""

    kind: str
    media_type: str
    pixels: tuple[int, int] | None = None


def sniff(head: bytes, name: str = "") -> Found:
    """What a file with these first bytes is."""
    kind = _binary(head) or (_text_kind(name) if _is_text(head) else "")
    return Found(kind, TYPES.get(kind, UNKNOWN), _pixels(kind, head) if kind in IMAGES else None)


def _binary(head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        return _packed(head)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return next((kind for mark, kind in _OLD.items() if mark.encode() in head), "")
    return next((kind for at, mark, kind in _MARKS if head[at : at + len(mark)] == mark), "")


_MARKS = (
    (0, b"%PDF-", "pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (8, b"WEBP", "webp"),
    (4, b"ftyp", "mp4"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),
)


def _packed(head: bytes) -> str:
    """A zip file: one of an office program, if the names inside say so."""
    open_ = next((kind for mark, kind in _OPEN.items() if mark in head[:120]), "")
    office = next((kind for mark, kind in _OFFICE.items() if mark in head), "") if b"[Content_Types].xml" in head else ""
    return open_ or office or "zip"


def _is_text(head: bytes) -> bool:
    if b"\0" in head or not head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return len(head) == HEAD and error.start > HEAD - 4  # a sign of several bytes was cut
    return True


def _text_kind(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    return ending if ending in _TEXTS else "txt"


def _pixels(kind: str, head: bytes) -> tuple[int, int] | None:
    """Width and height as the file says them; None where it does not."""
    try:
        if kind == "png":
            width, height = struct.unpack(">II", head[16:24])
            return width, height
        if kind == "gif":
            width, height = struct.unpack("<HH", head[6:10])
            return width, height
        return _jpeg(head) if kind == "jpg" else _webp(head)
    except struct.error:
        return None


def _jpeg(head: bytes) -> tuple[int, int] | None:
    """The first segment that begins a picture."""
    at = 2
    while at + 9 < len(head) and head[at] == 0xFF:
        mark, length = head[at + 1], int.from_bytes(head[at + 2 : at + 4])
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def _webp(head: bytes) -> tuple[int, int] | None:
    form = head[12:16]
    if form == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if form == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", head[26:30])
    return width & 0x3FFF, height & 0x3FFF
