"""The blueprint that all pages hang on."""

from __future__ import annotations

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from engine.metadata import Entity
from engine.unit_of_work import View
from engine.web.uploads import with_files
from engine.web.versions import chosen

pages = Blueprint("pages", __name__)
Answer = str | Response | tuple[str, int]


def entity_of(view: View, name: str) -> Entity:
    """The entity that an address names; what is no document, or has no pages, answers 404."""
    entity = view.metadata.entities.get(name)
    if entity is None or entity.document is not None or not entity.api:
        abort(404)
    return entity


def texts() -> dict[str, list[str]]:
    """The parameters of the form that was sent; where two versions were compared, without what the person gave up.

    Files that came along are kept and stand there by their ids. Raises Invalid for one that is too large.
    """
    return chosen(with_files(dict(request.form.lists())))


def version() -> int | None:
    """The version of the record that the person has seen."""
    sent = request.form.get("_version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else None
