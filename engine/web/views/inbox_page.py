"""The inbox: open tasks on the left, the record of one of them with its decision on the right."""

from __future__ import annotations

from engine.frozen import frozen

from .cells import Choice
from .form_page import FormSection, FormTable, ProblemLink
from .record_page import RecordPage


@frozen
class TaskItem:
    """A task in the list; `tick` is what is sent for one that may be approved among others."""

    href: str
    title: str
    step: str
    entity: str
    since: str
    instant: str
    current: bool = False
    tick: str = ""


@frozen
class PickField:
    """People to be picked for a later step."""

    name: str
    label: str
    people: tuple[Choice, ...]
    several: bool


@frozen
class Decision:
    """What may be decided, and what each decision leads to, in words; `moves` is what else can be done, with `people` to choose from."""

    address: str
    help: str
    outcomes: tuple[tuple[str, str], ...]
    review: bool
    returns: tuple[Choice, ...] = ()
    comment: str = ""
    comment_required: bool = False
    comment_rule: str = ""
    problems: tuple[ProblemLink, ...] = ()
    version: str = ""
    edit: tuple[FormSection, ...] = ()
    live: str = ""
    form: str = ""
    buttons: tuple[Choice, ...] = ()
    moves: tuple[Choice, ...] = ()
    people: tuple[Choice, ...] = ()
    picks: tuple[PickField, ...] = ()
    signs: bool = False
    resumes: bool = False
    proof: str = ""

    @property
    def wide(self) -> bool:
        """Whether rows are typed in, which needs the width of the record."""
        return any(isinstance(item, FormTable) for section in self.edit for item in section.items)


@frozen
class InboxPage:
    """Everything on the page; an empty inbox has no record. `chosen`: the person opened this very task. `stuck` waits for help."""

    tasks: tuple[TaskItem, ...]
    record: RecordPage | None = None
    decision: Decision | None = None
    step: str = ""
    chosen: bool = True
    stuck: tuple[TaskItem, ...] = ()

    @property
    def tickable(self) -> bool:
        """Whether some tasks may be approved together."""
        return any(task.tick for task in self.tasks)
