"""A file, given to whoever may see it in its record: always to be saved, never to be run."""

from __future__ import annotations

from flask import current_app
from werkzeug.wrappers import Response

from engine.app import App
from engine.records import readable_file
from engine.web.sending import send
from engine.web.visit import visit

from .blueprint import pages


@pages.get("/files/<int:number>")
def give_file(number: int) -> Response:
    """The content of a file."""
    app = current_app.extensions["objectloom"]
    assert isinstance(app, App)
    with visit().look() as view:
        file, _ = readable_file(view, number)
    return send(app.files, file)
