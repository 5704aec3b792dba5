"""The audit over all records."""

from __future__ import annotations

from engine.frozen import frozen

from .cells import Choice


@frozen
class AuditLine:
    """Somebody did something. `href` leads to the record, where the reader may see it; `fields` are the labels of what changed."""

    when: str
    instant: str
    who: str
    what: str
    fields: str
    kind: str
    record: str
    href: str
    cause: str


@frozen
class AuditPage:
    """The newest lines that were sought, and what was sought; `next` leads to older ones, `reads` to who was shown records."""

    lines: tuple[AuditLine, ...]
    entities: tuple[Choice, ...]
    who: str
    record: str
    since: str
    until: str
    reads: bool
    next: str
    tabs: tuple[Choice, ...]
