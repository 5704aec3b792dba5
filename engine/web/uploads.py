"""What a form sends along: files are kept before the form is read, so that what was chosen survives a mistake elsewhere."""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import IO

from flask import current_app, g, request, session
from werkzeug.datastructures import FileStorage

from engine.app import App
from engine.errors import Invalid, Message, Problem
from engine.files import TooLarge
from engine.records import WAITING, uploaded

from .accounts.sessions import KEY
from .visit import visit

LARGEST = 100 * 1024 * 1024
"""How many bytes one file may have, whatever its field says."""
WITH_FILES = 120 * 1024 * 1024
"""How many bytes a form with files may have."""
DRAWING = "_drawn."
"""How the name of an input begins that holds what was drawn on the page for a field."""
PICTURE = "data:image/png;base64,"
_UNNAMED = re.compile('[\x00-\x1f\x7f-\x9f/\\\\<>:"|?*\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+')
"""Signs that no file system has, ends of lines, and those that turn the direction of words, so that a program looks like a picture."""


def allow_files() -> None:
    """Let people who are signed in send more than a form of words."""
    inside = KEY in session and request.blueprint != "public"
    if inside and request.method == "POST" and (request.content_type or "").startswith("multipart/form-data"):
        request.max_content_length = WITH_FILES


def with_files(texts: dict[str, list[str]], waiting: timedelta = WAITING) -> dict[str, list[str]]:
    """The parameters of the form, with the ids of the files that came along after those that were there.

    They are kept once per request, and wait so long for a record.
    """
    kept = _once(waiting)
    words = {name: values for name, values in texts.items() if not name.startswith(DRAWING)}
    return {**words, **{name: [*words.get(name, []), *ids] for name, ids in kept.items()}}


def uploads(name: str) -> list[str]:
    """The ids of the files that came along with the input of this name. Raises Invalid for one that is too large."""
    return _once(WAITING).get(name, [])


def _once(waiting: timedelta) -> dict[str, list[str]]:
    if "uploads" not in g:
        g.uploads = dict(_kept(waiting))
    kept: dict[str, list[str]] = g.uploads
    return kept


def _kept(waiting: timedelta) -> Iterator[tuple[str, list[str]]]:
    for name, sent in request.files.lists():
        ids = [str(keep(each.stream, file_name(each), waiting)) for each in sent if each.filename]
        if ids:
            yield name, ids
    for name, values in request.form.lists():
        if name.startswith(DRAWING) and values[-1]:
            field = name.removeprefix(DRAWING)
            yield field, [str(keep(_drawn(field, values[-1]), "signature.png", waiting))]


def keep(stream: IO[bytes], name: str, waiting: timedelta = WAITING) -> int:
    """Keep a file of the person who asks, `waiting` so long for a record; its id. Raises Invalid for one that is too large."""
    here, app = visit(), current_app.extensions["objectloom"]
    assert isinstance(app, App)
    try:
        kept = app.files.put(stream, name, LARGEST)
    except TooLarge:
        raise Invalid([Problem("", "too_large", Message("{name} is larger than {size}.", {"name": name, "size": "100 MB"}))]) from None
    return here.run(lambda uow: uploaded(uow, name, kept, waiting))


def file_name(sent: FileStorage) -> str:
    """The name of a file without its folders and without signs that no file system has."""
    return clean_name(sent.filename or "")


def clean_name(name: str) -> str:
    """At most 200 signs of what somebody called a file."""
    last = _UNNAMED.sub(" ", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem, dot, ending = last.rpartition(".")
    return (f"{stem[:190]}.{ending[:9]}" if dot and len(last) > 200 else last[:200]) or "file"


def _drawn(name: str, text: str) -> IO[bytes]:
    try:
        return io.BytesIO(base64.b64decode(text.removeprefix(PICTURE), validate=True))
    except binascii.Error:
        raise Invalid([Problem(name, "type", Message("This is no picture."))]) from None
