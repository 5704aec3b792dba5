"""The stream of events of libyaml, made into plain data with places; nothing here raises on bad text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import yaml

from engine.errors import Issue, Sentence

from .comma import rejoin
from .positions import Document, Fix, Mark, Path, issue_at
from .scalars import plain
from .syntax import syntax_issue

MAX_DEPTH = 60
MAX_NODES = 50_000


def built(file: str, text: str) -> Document:
    """The document in `text`, with what is wrong with it."""
    builder = _Builder(Document(file, text))
    try:
        with suppress(_Stop):  # what stopped it stands among the issues already
            for event in iter(yaml.CSafeLoader(text).get_event, None):
                take = _TAKERS.get(event.__class__)
                if take is not None:
                    take(builder, event)
    except yaml.YAMLError as error:
        issue, fixes = syntax_issue(builder.document, error)
        builder.issues.append(issue)
        builder.fixes.extend(fixes)
        builder.data = None
    return Document(file, text, builder.data, builder.keys, builder.values, tuple(builder.issues), tuple(builder.fixes))


class _Stop(Exception):
    """A limit was passed; it is an issue already."""


@dataclass
class _Open:
    """A mapping or list that is being filled; `key` is the key that waits for its value."""

    container: dict[str, Any] | list[Any]
    path: Path
    flow: bool
    key: str | None = None
    at: Path = ()
    skip: bool = False
    bare: list[str] = field(default_factory=list)


class _Builder:
    """What has been read so far. Raises _Stop when a limit is passed."""

    def __init__(self, document: Document) -> None:
        self.keys: dict[Path, Mark] = {}
        self.values: dict[Path, Mark] = {}
        self.document = Document(document.file, document.text, keys=self.keys, values=self.values)
        self.data: object = None
        self.issues: list[Issue] = []
        self.fixes: list[Fix] = []
        self._stack: list[_Open] = []
        self._nodes = 0
        self._documents = 0

    def start(self, event: yaml.Event) -> None:
        self._documents += 1
        if self._documents > 1:
            self._issue(event, "Y104", "A file holds one object; put what follows `---` into a file of its own.")
            raise _Stop

    def alias(self, event: yaml.AliasEvent) -> None:
        words = Sentence("Aliases (*{anchor}) are not read: repeat the value, or use `blocks:` and `use:`.", anchor=event.anchor)
        self._issue(event, "Y105", words)
        if self._awaits_key():
            self.keys[*self._stack[-1].path, ""] = _mark(event)
            self._stack[-1].key = ""
        else:
            self._place(None, _mark(event))

    def _count(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._issue(event, "Y103", Sentence("The file holds more than {max_nodes} values.", max_nodes=f"{MAX_NODES:,}"))
            raise _Stop
        if event.anchor:
            self._issue(event, "Y105", Sentence("Anchors (&{anchor}) are not read.", anchor=event.anchor))
        if event.tag:
            self._issue(event, "Y106", Sentence("Tags ({tag}) are not read.", tag=event.tag))

    def begin(self, event: yaml.CollectionStartEvent) -> None:
        self._count(event)
        if len(self._stack) >= MAX_DEPTH:
            self._issue(event, "Y103", Sentence("The nesting is deeper than {max_depth} levels.", max_depth=MAX_DEPTH))
            raise _Stop
        container: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        if self._awaits_key():
            self._issue(event, "Y109", "A key must be a word, not a mapping or a list.")
            self.keys[*self._stack[-1].path, ""] = _mark(event)
            self._stack.append(_Open(container, (*self._stack[-1].path, ""), flow=True, skip=True))
            return
        path = self._place(container, _mark(event))
        self._stack.append(_Open(container, path, bool(event.flow_style)))

    def end(self, event: yaml.Event) -> None:
        done = self._stack.pop()
        if done.skip:
            self._stack[-1].key = ""
        elif done.bare and isinstance(done.container, dict):
            issues, fixes = rejoin(self.document, done.path, done.container, done.bare)
            self.issues.extend(issues)
            self.fixes.extend(fixes)

    def _awaits_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1].container, dict) and self._stack[-1].key is None

    def scalar(self, event: yaml.ScalarEvent) -> None:
        self._count(event)
        if self._awaits_key():
            self._key(event)
            return
        unquoted = not event.style
        if unquoted and event.value in ("", "~"):
            self._empty(event)
        else:
            self._place(plain(event.value) if unquoted else event.value, _mark(event, event.style))

    def _key(self, event: yaml.ScalarEvent) -> None:
        here = self._stack[-1]
        path = (*here.path, event.value)
        before = self.keys.get(path)
        if before and event.value in here.container:
            self._issue(
                event,
                "Y110",
                Sentence('The key "{value}" appears twice (first on line {line}); keep one.', value=event.value, line=before.line + 1),
            )
        self.keys[path] = _mark(event, event.style)
        here.key, here.at = event.value, path

    def _empty(self, event: yaml.ScalarEvent) -> None:
        """A value that is not there: in braces a comma inside a formula did it, elsewhere `null` must be written."""
        here = self._stack[-1] if self._stack else None
        if here and here.flow and here.key is not None and not event.value:
            here.bare.append(here.key)
            self._place(None, _mark(event))
        elif here:
            self._issue(event, "Y108", "There is no value here.", "write null, or leave the key out")
            here.key = None

    def _place(self, value: object, mark: Mark) -> Path:
        """Put a value where the stream stands; its path."""
        if not self._stack:
            self.data = value
            self.values[()] = mark
            return ()
        here = self._stack[-1]
        if isinstance(here.container, list):
            path: Path = (*here.path, len(here.container))
            here.container.append(value)
        else:
            path = here.at if here.key else (*here.path, "")
            here.container[here.key or ""] = value
            here.key = None
        self.values[path] = mark
        return path

    def _issue(self, event: yaml.Event, code: str, message: str, hint: str = "") -> None:
        issue = issue_at(self.document, _mark(event), code, message)
        self.issues.append(Issue(code, message, issue.file, issue.line, issue.column, width=issue.width, hint=hint))


def _mark(event: yaml.Event, style: str | None = None) -> Mark:
    start, end = event.start_mark, event.end_mark
    assert start is not None
    assert end is not None
    return Mark(start.line, start.column, end.line, end.column, style or "")


_TAKERS: Mapping[type[yaml.Event], Callable[[_Builder, Any], None]] = {
    yaml.ScalarEvent: _Builder.scalar,
    yaml.MappingStartEvent: _Builder.begin,
    yaml.SequenceStartEvent: _Builder.begin,
    yaml.MappingEndEvent: _Builder.end,
    yaml.SequenceEndEvent: _Builder.end,
    yaml.AliasEvent: _Builder.alias,
    yaml.DocumentStartEvent: _Builder.start,
}
"""What takes an event; the others say nothing."""
