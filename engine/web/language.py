"""Which language, theme and density a page comes in: chosen by the person, else as the browser prefers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Literal

from flask import Flask, Response, request
from markupsafe import Markup

from engine.errors import translate, translate_count

YEAR = 365 * 24 * 3600
NAMES = {"en": "English", "zh": "中文"}


def chosen_language(languages: Sequence[str], own: str = "") -> str:
    """The language of this request among those of the application: chosen in this browser, else the person's `own`, else as it asks."""
    for wanted in (request.cookies.get("language"), own):
        if wanted in languages:
            return str(wanted)
    return request.accept_languages.best_match(languages) or languages[0]


def chosen_theme() -> Literal["light", "dark", ""]:
    """The theme that the person has chosen, blank for that of the system."""
    kept = request.cookies.get("theme")
    return "light" if kept == "light" else "dark" if kept == "dark" else ""


def system_theme() -> Literal["light", "dark"]:
    """The theme of the person's system, as the browser told at an earlier page."""
    return "dark" if request.cookies.get("system_theme") == "dark" else "light"


def chosen_density() -> Literal["compact", ""]:
    """How close the lines of lists stand in this browser; blank is the usual way."""
    return "compact" if request.cookies.get("density") == "compact" else ""


def remember(response: Response, name: str, value: str) -> None:
    """Keep a choice in a cookie; a blank one forgets it."""
    if value:
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure, httponly=True)
    else:
        response.delete_cookie(name)


def speak(flask: Flask, language: Callable[[], str]) -> None:
    """Translate the words of the engine in templates; `language` gives the code of the reader's.

    What fills the holes of a translation is escaped, unless it is markup already.
    """

    def say(text: str, **holes: object) -> Markup:
        words = _words(text, language())
        return words % holes if holes else words

    def count(one: str, many: str, number: int, **holes: object) -> Markup:
        return Markup(translate_count(one, many, number, language())) % {"num": number, **holes}  # noqa: S704 - ours

    flask.jinja_env.globals.update(_=say, ngettext=count)


@lru_cache(maxsize=4096)
def _words(text: str, language: str) -> Markup:
    return Markup(translate(text, language))  # noqa: S704 - the words of the engine are ours
