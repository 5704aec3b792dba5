"""Effects and automations, compiled: what follows from an action, an end, an event or a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from engine.errors import Text
from engine.formula import CollectionPath, Formula, Wording
from engine.frozen import frozen

from .links import Given, Match
from .people import Who

if TYPE_CHECKING:
    from .fields import Field

Way = Literal["inbox", "email", "chat"]
MANY_ROWS = 1000
"""How many rows one effect runs over at most."""


@frozen(slots=False, eq=False)
class Source:
    """The rows an effect runs over: those behind a path of the acting record, or records of an entity; `where` may ask both."""

    entity: str
    path: CollectionPath | None = None
    where: Formula | None = None
    sort: tuple[str, ...] = ()


@frozen(slots=False, eq=False)
class Create:
    """A record that is made. `into` is the link of the acting record that gets it; `unless_open` makes none where an open one is alike.

    With `table` it is no record but a row in that table of the acting record.
    """

    entity: str
    set: Mapping[str, Given]
    when: Formula | None = None
    source: Source | None = None
    into: str | None = None
    unless_open: tuple[str, ...] = ()
    table: str | None = None


@frozen(slots=False, eq=False)
class CallAction:
    """An action of the lifecycle of `entity` that is fired; `record` gives the id of the record (None: the record or row itself)."""

    entity: str
    action: str
    when: Formula | None = None
    source: Source | None = None
    record: Formula | None = None


@frozen(slots=False, eq=False)
class Outside:
    """A connector that is called after the commit: by running work of its own, `flow`, over the record or each row."""

    flow: str
    when: Formula | None = None
    source: Source | None = None


@frozen(slots=False, eq=False)
class Notify:
    """People who are told something; without words of its own, what happened.

    With a `link` they are sent a secret address of the public form of that name; `addresses` are mail addresses to send it to.
    """

    entity: str
    who: tuple[Who, ...]
    message: Wording | None = None
    by: tuple[Way, ...] = ()
    when: Formula | None = None
    source: Source | None = None
    link: str = ""
    addresses: tuple[Formula, ...] = ()


@frozen(slots=False, eq=False)
class Assign:
    """A person who is chosen for a field among those whom `where` lets."""

    field: str
    among: tuple[Who, ...]
    by: Literal["round_robin", "fewest_open", "random"]
    where: Formula | None = None


@frozen(slots=False, eq=False)
class Effects:
    """What happens, in the order of its parts; `when` asks the acting record first."""

    set: Mapping[str, Given] = field(default_factory=dict)
    assign: Assign | None = None
    create: tuple[Create, ...] = ()
    call: tuple[CallAction, ...] = ()
    start: str | None = None
    notify: tuple[Notify, ...] = ()
    when: Formula | None = None
    run: tuple[Outside, ...] = ()
    print: str | None = None

    @property
    def later(self) -> bool:
        """Whether anything follows after the record's own values are written."""
        return bool(self.create or self.call or self.start or self.run or self.notify or self.print)


NO_EFFECTS = Effects()


@frozen
class Trigger:
    """When an automation runs. `cron` is minute, hour, day, month and weekday in the zone of the application."""

    kind: Literal["created", "deleted", "changed", "entered", "ended", "message", "time"]
    names: tuple[str, ...] = ()
    cron: str = ""


@frozen(slots=False, eq=False)
class Inbound:
    """A message of another system: `name` is CONNECTOR.MESSAGE, `fields` are what it carries, and `key` the one that tells it apart."""

    name: str
    fields: Mapping[str, Field]
    key: str

    @property
    def connector(self) -> str:
        """The connector that it comes by."""
        return self.name.partition(".")[0]


@frozen(slots=False, eq=False)
class Automation:
    """What happens by itself to a record of `entity`: to each of `source` at a time, to the one with the key `match` by a message.

    Else it is the record to which something happened.
    """

    name: str
    label: Text
    entity: str
    trigger: Trigger
    do: tuple[Effects, ...]
    when: Formula | None = None
    source: Source | None = None
    repeat: int = 1
    inbound: Inbound | None = None
    match: Match | None = None
