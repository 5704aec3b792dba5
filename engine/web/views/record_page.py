"""The page of one record."""

from __future__ import annotations

from typing import Literal

from engine.frozen import frozen

from .cells import Action, Cell, Choice, FactSection, GridColumn
from .list_page import ListRow, Tab
from .share_page import Sharing

Place = Literal["past", "now", "later"]


@frozen
class PrintLine:
    """A print of the record: its file (blank while that is being made), when and at which step it was frozen, and the hash of the file."""

    file: Cell
    words: str
    hash: str


@frozen
class Stage:
    """A state in the stage bar."""

    label: str
    place: Place


@frozen
class ChangedField:
    """One field of a change: what it was and what it is."""

    label: str
    old: str
    new: str


@frozen
class Activity:
    """Something that happened to the record: a change, an action, a comment with files; `before` leads to what was until then."""

    who: str
    initials: str
    what: str
    when: str
    instant: str
    said: str = ""
    changes: tuple[ChangedField, ...] = ()
    before: str = ""
    for_all: bool = False
    files: tuple[Cell, ...] = ()


@frozen
class Event:
    """A step of an approval: past, open, or expected; `who` are its people."""

    label: str
    place: Literal["done", "bad", "open", "later"]
    who: str = ""
    what: str = ""
    when: str = ""
    instant: str = ""
    said: str = ""
    lasted: str = ""


@frozen
class Stuck:
    """Work that waits for the reader to help it on; `inputs` are what it went wrong with, `edit` leads to where they are corrected."""

    address: str
    step: str
    words: str
    when: str
    instant: str
    inputs: tuple[tuple[str, str], ...] = ()
    edit: str = ""

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return self.address.strip("/").replace("/", "-")


@frozen
class Approval:
    """The timeline of a workflow with what can be done at `address`: `verbs` by who has a part in it, `governed` by who answers for it.

    Who answers for it may also move it to one of the `steps`, and give one of the `tasks` to one of the `people`.
    """

    label: str
    events: tuple[Event, ...]
    address: str = ""
    verbs: tuple[Choice, ...] = ()
    stuck: tuple[Stuck, ...] = ()
    governed: tuple[Choice, ...] = ()
    steps: tuple[Choice, ...] = ()
    tasks: tuple[Choice, ...] = ()
    people: tuple[Choice, ...] = ()


@frozen
class Related:
    """The first records that link here; `more` leads to all of them, `new` to a form that is begun."""

    columns: tuple[GridColumn, ...]
    rows: tuple[ListRow, ...]
    totals: tuple[Cell | None, ...] = ()
    more: str = ""
    new: str = ""
    new_label: str = ""


@frozen
class RecordPanel:
    """A part of the page: facts, records that link here, a text, or what is loaded from `tile`; a `live` one is read again and again."""

    anchor: str
    label: str = ""
    sections: tuple[FactSection, ...] = ()
    related: Related | None = None
    text: str = ""
    tile: str = ""
    live: bool = False


@frozen
class ChainLine:
    """A document of a chain, `far` links away."""

    kind: str
    title: str
    href: str
    state: Choice | None
    far: int


@frozen
class ChainPage:
    """What a record came from, the farthest first, and what came of it, the nearest first."""

    title: str
    back: str
    before: tuple[ChainLine, ...]
    after: tuple[ChainLine, ...]


@frozen
class Archive:
    """Since when and why a record is archived (blank: it is not), and where it is put there or taken back by whoever may."""

    words: str = ""
    put: str = ""
    back: str = ""


@frozen
class RecordPage:
    """Everything on the page. `primary` is the action most likely wanted, `more` all others.

    `panels` are those of the tab that is open, `header` the facts under the title, `files` all files of the record. `late` says
    which numbers are being computed anew just now, `audience` offers to show a comment to people from outside, `share`
    says to whom it is opened, `chain` is where its chain of documents is loaded from. `look_as` shows the pages as this person,
    `hand_over` gives their work to another, `invite` sends them a letter to choose a password, `who_sees` explains to an analyst
    what others may do with it.
    """

    title: str
    number: str
    entity: str
    state: Choice | None
    panels: tuple[RecordPanel, ...]
    address: str
    stages: tuple[Stage, ...] = ()
    header: tuple[tuple[str, Cell], ...] = ()
    primary: Action | None = None
    more: tuple[Action, ...] = ()
    edit: str = ""
    edit_why: str = ""
    delete: str = ""
    version: int = 0
    tabs: tuple[Tab, ...] = ()
    files: tuple[Cell, ...] = ()
    prints: tuple[PrintLine, ...] = ()
    own_prints: tuple[Choice, ...] = ()
    approvals: tuple[Approval, ...] = ()
    activity: tuple[Activity, ...] = ()
    comments: bool = True
    audience: bool = False
    followers: tuple[str, ...] = ()
    follows: bool = False
    followed: bool = False
    chain: str = ""
    tasks: tuple[Choice, ...] = ()
    late: str = ""
    sealed: tuple[str, ...] = ()
    share: Sharing | None = None
    archive: Archive | None = None
    merge: str = ""
    duplicate: str = ""
    look_as: str = ""
    hand_over: str = ""
    invite: str = ""
    who_sees: str = ""
