"""The smallest parts of pages: icons, values, states. In Python, because a page has hundreds of them; templates call them by name.

Every text from outside is escaped here, as templates do it by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from flask import Flask
from markupsafe import Markup, escape

from engine.errors import translate
from engine.frozen import frozen

from .static_files import asset
from .views import BLANK, Cell, Choice, Input
from .words import N_

LINES: Mapping[str, str] = {
    "text": "text",
    "number": "text",
    "date": "date",
    "datetime": "datetime-local",
    "email": "email",
    "phone": "tel",
    "url": "url",
}
"""The widgets that are one line, and the type of their input."""


def add_marks(flask: Flask, language: Callable[[], str]) -> None:
    """Let the templates of an application call them; `language` gives the code of the reader's."""
    icon.cache_clear()
    marks = Marks(language)
    flask.jinja_env.globals.update(icon=icon, state=state, attributes=attributes, typed=typed, locked=locked)
    flask.jinja_env.globals.update(cell=marks.cell, computed=marks.computed, why=marks.why)


@lru_cache(maxsize=512)
def icon(name: str) -> Markup:
    """A picture of the sprite, which says nothing to a screen reader."""
    sprite = asset("icons.svg")
    return Markup('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>').format(sprite, name)


def state(choice: Choice) -> Markup:
    """The state of a record."""
    return Markup(f'<span class="state c-{escape(choice.color)}">{escape(choice.text)}</span>')  # noqa: S704 - escaped


def attributes(asked: Input, named: bool = False) -> Markup:
    """What ties an input to its label, its help and its problem; one that is `named` has no label to be seen."""
    found = f'id="{escape(asked.id)}" name="{escape(asked.name)}"'
    found += ' aria-required="true"' * asked.required + ' aria-invalid="true"' * bool(asked.problem)
    if asked.described:
        found += f' aria-describedby="{escape(asked.described)}"'
    return Markup(f'{found} aria-label="{escape(asked.label)}"' if named else found)  # noqa: S704 - escaped


def typed(asked: Input, named: bool = False) -> Markup:
    """An input of one line, with what stands before or behind its value; `named` as in `attributes`."""
    number = asked.numeric
    found = f'<input class="form-control{" num" * number}" type="{LINES[asked.widget]}" {attributes(asked, named)}'
    found += f' value="{escape(asked.value)}"'
    found += ' inputmode="decimal" autocomplete="off"' * number
    if asked.maximum:
        found += f' maxlength="{asked.maximum}"'
    if asked.placeholder:
        found += f' placeholder="{escape(asked.placeholder)}"'
    before, after = (f"<span>{escape(words)}</span>" if words else "" for words in (asked.prefix, asked.suffix))
    around = f'<div class="affix{" after" * bool(after)}">{before}{found}>{after}</div>' if before or after else f"{found}>"
    return Markup(around)  # noqa: S704 - escaped


@frozen
class Marks:
    """The parts that say something in the language of the reader."""

    language: Callable[[], str]

    def why(self, value: Cell, label: str) -> Markup:
        """The way to the explanation of a value; nothing where there is none."""
        if not value.why:
            return _NOTHING
        opening = f'<a class="why-link" href="{escape(value.why)}" data-why {_why_so(label, self.language())}>'
        return Markup(f"{opening}{icon('info-circle')}</a>")  # noqa: S704 - escaped

    def computed(self, asked: Input) -> Markup:
        """The value of an input that nobody types in."""
        shown = self.written(asked.cell or BLANK)
        return Markup(f'<output class="computed{" num" * asked.numeric}" id="{escape(asked.id)}">{shown}</output>')  # noqa: S704 - escaped

    def cell(self, value: Cell) -> Markup:
        """A value for reading."""
        return Markup(self.written(value))  # noqa: S704 - escaped

    def written(self, value: Cell) -> str:
        """A value for reading, escaped, for whoever makes markup of many."""
        return f"{self._looking(value)} {locked(value.lock, value.note)}" if value.lock else self._looking(value)

    def _looking(self, value: Cell) -> str:
        look = _LOOKS.get(value.look)
        if look is not None:
            return look(value)
        if value.look == "blank":
            return f'<span class="blank" aria-label="{self.says(N_("blank"))}">–</span>'
        if value.look == "links":
            return f'<span class="links">{"".join(f"<span>{self.written(each)}</span>" for each in value.links)}</span>'
        return f'<a href="{escape(value.href)}">{escape(value.text)}</a>' if value.href else escape(value.text)

    def says(self, words: str) -> Markup:
        """Words of the engine in the language of the reader."""
        return _says(words, self.language())


@lru_cache
def _says(words: str, language: str) -> Markup:
    return Markup(translate(words, language))  # noqa: S704 - the words of the engine are ours


@lru_cache(maxsize=4096)
def _why_so(label: str, language: str) -> str:
    says = _says(N_("Why is %(label)s so?"), language) % {"label": label}
    return f'title="{_says(N_("Why?"), language)}" aria-label="{says}"'


def _badges(value: Cell) -> str:
    return " ".join([_badge(each.color, each.text) for each in value.choices])


@lru_cache(maxsize=4096)
def _badge(color: str, text: str) -> str:
    return f'<span class="state plain-badge c-{escape(color)}">{escape(text)}</span>'


def _file(value: Cell) -> str:
    return f'<a class="file" href="{escape(value.href)}">{icon("paperclip")}{escape(value.text)}</a>'


def _picture(value: Cell) -> str:
    return f'<a class="picture" href="{escape(value.href)}"><img src="{escape(value.href)}" alt="{escape(value.text)}" loading="lazy"></a>'


def _secret(value: Cell) -> str:
    note = f' title="{escape(value.note)}"' if value.note else ""
    return f'<span class="secret"{note}>{icon("lock")}{escape(value.text)}</span>'


def locked(count: str, words: str) -> Markup:
    """A lock with how many sealed values are missing from what stands before it."""
    said = escape(words)
    hidden = f'<span aria-hidden="true">{escape(count)}</span><span class="visually-hidden">{said}</span>'
    return Markup(f'<span class="secret" title="{said}">{icon("lock")}{hidden}</span>')  # noqa: S704 - escaped


def _rich(value: Cell) -> str:
    return f'<div class="rich">{value.text}</div>'  # cleaned when it was written, and again by whoever made this


def _code(value: Cell) -> str:
    return f'<code class="data">{escape(value.text)}</code>'


def _url(value: Cell) -> str:
    opening = f'<a href="{escape(value.href)}" rel="noopener noreferrer nofollow" target="_blank">'
    return f"{opening}{escape(value.text)}</a>" if value.href else escape(value.text)


_NOTHING = Markup()
_LOOKS: Mapping[str, Callable[[Cell], str]] = {
    "badge": _badges,
    "badges": _badges,
    "file": _file,
    "picture": _picture,
    "secret": _secret,
    "rich": _rich,
    "code": _code,
    "url": _url,
}
