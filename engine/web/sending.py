"""A file as an answer: as an attachment, with the type that was found inside, in a sandbox."""

from __future__ import annotations

from flask import send_file
from werkzeug.wrappers import Response

from engine.errors import Invisible
from engine.files import Store
from engine.records import Row

SANDBOX = "default-src 'none'; sandbox"


def send(store: Store, file: Row) -> Response:
    """The content of `file`; nothing where the reader has it already. Raises Invisible when the content is gone."""
    path = store.path(str(file["hash"]))
    if not path.is_file():
        raise Invisible
    answer = send_file(
        path,
        mimetype=str(file["media_type"]),
        as_attachment=True,
        download_name=str(file["name"]),
        etag=str(file["hash"]),
        conditional=True,
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
