"""One request: who asks, in which language, of which application. Made before the first page code runs, kept on Flask's `g`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

from flask import current_app, g

from engine.access import Actor, anybody
from engine.app import App
from engine.errors import Forbidden, Message, Text, in_language
from engine.storage import Session
from engine.unit_of_work import UnitOfWork, View

from .display import Display, Titles
from .language import chosen_language
from .opening import Opening
from .views import Choice
from .words import _

Result = TypeVar("Result")


@dataclass
class Visit:
    """What the pages of one request share. `behind` is the administrator who looks at them as `actor`, and may change nothing.

    `colleagues` are the people that may be chosen from, once they were asked for.
    """

    app: App
    actor: Actor
    language: str
    behind: Actor | None = None
    session: Session | None = None
    request_id: str = field(default_factory=lambda: secrets.token_hex(8))
    colleagues: tuple[Choice, ...] | None = None

    def look(self) -> AbstractContextManager[View]:
        """Read as the person who asks; all statements see the same moment."""
        return self.app.look(self.actor, reader=self.behind)

    def run(self, work: Callable[[UnitOfWork], Result]) -> Result:
        """Do `work` in one transaction as the person who asks. Raises Forbidden while an administrator only looks as them."""
        if self.behind is not None:
            raise Forbidden(Message("You are looking as somebody else; nothing can be changed."))
        return self.app.run(self.actor, work, request_id=self.request_id)

    def words(self, text: Text | Message | str | None) -> str:
        """A label, a message or plain words in the reader's language."""
        if text is None:
            return ""
        if isinstance(text, Message):
            return text.render(self.language)
        return text if isinstance(text, str) else in_language(text, self.language)

    def display(self, view: View, titles: Titles) -> Display:
        """How values are shown to this reader."""
        return Display(self.language, view.zone, view.now, self._small_words, titles, Opening(view, titles))

    @cached_property
    def _small_words(self) -> Mapping[str, str]:
        return {
            "yes": _("Yes"),
            "no": _("No"),
            "minutes": _("minutes"),
            "hours": _("hours"),
            "days": _("days"),
            "untitled": _("(untitled)"),
            "hidden_record": _("not visible to you"),
            "hidden_person": _("Staff"),
        }


def application() -> App:
    """The application that this Flask serves."""
    return cast(App, current_app.extensions["objectloom"])


def begin_visit(actor: Actor | None = None, behind: Actor | None = None, session: Session | None = None) -> Visit:
    """Start the visit of this request, as somebody who is not signed in unless `actor` is given; `behind` may look as them."""
    app = application()
    own = str((behind or actor).row.get("language") or "") if actor else ""
    language = chosen_language(app.metadata.languages, own)
    g.language = language
    g.visit = Visit(app, actor or anybody(language), language, behind, session)
    return cast(Visit, g.visit)


def visit() -> Visit:
    """The visit of this request."""
    return cast("Visit | None", g.get("visit")) or begin_visit()


def reader_language() -> str:
    """The language of this request, for templates."""
    return str(g.get("language") or visit().language)
