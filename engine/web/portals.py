"""Portals: who stays in which, what of the pages answers there, and what a page of a portal looks like.

The pages are the same for everybody; people of a portal find them in another shell, and only those that are meant for them:
pages for analysts, exports and all that staff do with records stay closed, and whoever asks for one lands in the portal.
"""

from __future__ import annotations

from flask import current_app, g, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from engine.metadata import Portal

from .visit import visit

OPEN_MODULES = frozenset(
    {
        "account",
        "actions",
        "board",
        "bulk",
        "cells",
        "chain",
        "confirming",
        "drafts",
        "files",
        "forms",
        "inbox",
        "lists",
        "looking",
        "lookup",
        "moving",
        "notices",
        "panels",
        "plain",
        "portal",
        "printing",
        "processes",
        "quick",
        "records",
        "search",
        "together",
    }
)
"""The modules of `pages` whose addresses answer in a portal."""
CLOSED = frozenset({"pages.home", "pages.issues", "pages.state", "pages.invite"})
"""What of them does not."""


def portal_here() -> Portal | None:
    """The portal in which the person of this request stays."""
    here = visit()
    return here.app.metadata.portal_of(here.actor.roles)


def lead_back() -> Response | None:
    """Where somebody of a portal goes who asks for a page that is not meant for them, and whoever asks for its address.

    None where the page may answer.
    """
    wanted = portal_at(request.path) if isinstance(request.routing_exception, NotFound) else None
    if wanted is not None and wanted.address == request.path:
        return redirect(front_of(wanted), 303)
    portal = portal_here()
    if portal is None:
        return None
    speak(portal)
    endpoint = request.endpoint or ""
    if request.blueprint != "pages" or (_module(endpoint) in OPEN_MODULES and endpoint not in CLOSED):
        return None
    return redirect(front_of(portal), 303)


def front_of(portal: Portal) -> str:
    """The path of its first page."""
    return f"/portal/{portal.name}"


def speak(portal: Portal) -> None:
    """Show the page in a language that the portal offers."""
    here = visit()
    if portal.languages and here.language not in portal.languages:
        here.language = g.language = portal.languages[0]


def _module(endpoint: str) -> str:
    return current_app.view_functions[endpoint].__module__.rpartition(".")[2]


def portal_around() -> Portal | None:
    """The portal whose look a page has: that of the person, of the form by which people join it, or of the address they wanted."""
    own = portal_here()
    portals = visit().app.metadata.portals.values()
    if own is not None or not portals:
        return own
    if request.blueprint == "public":
        name = (request.view_args or {}).get("name", "")
        return next((portal for portal in portals if portal.join == name), None)
    return portal_at(request.args.get("next", "") if request.blueprint == "door" else "")


def portal_at(path: str) -> Portal | None:
    """The portal at an address, or below it."""
    portals = visit().app.metadata.portals.values()
    found = (portal for portal in portals if any(path == own or path.startswith(f"{own}/") for own in (portal.address, front_of(portal))))
    return next(found, None)
