"""Files over HTTP: sent as they are or as a form, given to whoever may see them in their record."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Response

from engine import records
from engine.errors import Message
from engine.files import TooLarge
from engine.web.sending import send
from engine.web.uploads import LARGEST, clean_name, file_name

from .door import Answer, Call
from .problems import RequestProblem


def send_file(call: Call) -> Answer:
    """POST /files: the content as the body with its name in `?name=`, or the part `file` of a form; the id goes into a field."""
    if not call.scope.writes:
        call.require("write", "file")
    call.request.max_content_length = LARGEST + 1024 * 1024
    stream, name = _sent(call)
    try:
        kept = call.app.files.put(stream, name, LARGEST)
    except TooLarge:
        raise RequestProblem(413, "too_large", Message("{name} is larger than {size}.", {"name": name, "size": "100 MB"})) from None
    number = call.app.run(call.actor, lambda uow: records.uploaded(uow, name, kept), request_id=call.request_id)
    found = {"id": number, "name": name, "size": kept.size, "media_type": kept.found.media_type, "hash": kept.hash}
    return Answer(found, 201, {"Location": f"/api/v1/files/{number}"})


def give_file(call: Call, number: int) -> Response:
    """GET /files/{id}: the content."""
    with call.look() as view:
        file, entity = records.readable_file(view, number)
    call.require("read", entity)
    return cast("Response", send(call.app.files, file))


def _sent(call: Call) -> tuple[BinaryIO, str]:
    request = call.request
    if request.mimetype == "multipart/form-data":
        part = request.files.get("file")
        if part is None or not part.filename:
            raise RequestProblem(400, "no_file", "Please send a part called file.")
        return cast("BinaryIO", part.stream), file_name(part)
    return cast("BinaryIO", request.stream), clean_name(request.args.get("name", ""))
