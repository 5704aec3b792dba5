"""The small pages: home, signing in, one's account, and what went wrong."""

from __future__ import annotations

from engine.errors import Text
from engine.frozen import frozen

from .cells import Choice
from .report_page import TileView


@frozen
class HomeTask:
    """A line of home: a task, a submission, or a record seen lately."""

    href: str
    title: str
    sub: str
    side: str = ""
    state: Choice | None = None


@frozen
class Entry:
    """Something a person may begin."""

    href: str
    label: str
    icon: str


@frozen
class HomeList:
    """The newest records of one kind, as the overview of a portal shows them."""

    label: str
    href: str
    lines: tuple[HomeTask, ...]


@frozen
class KeptTile:
    """A list or a report that a person keeps on the first page; `number` is that of the saved view."""

    number: int
    tile: TileView


@frozen
class HomePage:
    """Everything on the first page."""

    greeting: str
    tasks: tuple[HomeTask, ...] = ()
    tasks_more: str = ""
    submitted: tuple[HomeTask, ...] = ()
    recent: tuple[HomeTask, ...] = ()
    entries: tuple[Entry, ...] = ()
    lists: tuple[HomeList, ...] = ()
    kept: tuple[KeptTile, ...] = ()


@frozen
class SessionLine:
    """One browser that is signed in, or one attempt to be: with what, from where, when, and a word about it."""

    browser: str
    address: str
    when: str
    words: str = ""
    key: str = ""


@frozen
class SubscriptionLine:
    """A report that one is sent: its name and address, with which parameters, how often, as what."""

    id: int
    label: str
    href: str
    given: str
    when: str
    kind: str


@frozen
class AccountPage:
    """What a person may see and change of the own account."""

    name: str
    email: str
    roles: tuple[str, ...]
    language: str
    theme: str
    languages: tuple[Choice, ...] = ()
    sessions: tuple[SessionLine, ...] = ()
    attempts: tuple[SessionLine, ...] = ()
    second_factor: str = ""
    codes_left: str = ""
    problem: str = ""
    shortest: int = 0
    subscriptions: tuple[SubscriptionLine, ...] = ()


@frozen
class SecondFactorPage:
    """Setting up an authenticator: what to give it, and, once it is confirmed, the recovery codes, shown once."""

    secret: str = ""
    picture: str = ""
    seed: str = ""
    codes: tuple[str, ...] = ()
    needed: bool = False
    problem: str = ""


@frozen
class ConfirmPage:
    """Somebody shows once more who they are, with `proof` (a `password` or a `code`), and then goes on to `next`."""

    next: str
    proof: str
    problem: str = ""


@frozen
class SignInPage:
    """The door. `demo` lists accounts of a demonstration: name, address, role; `gone`: the link of a letter is not good any more."""

    next: str = ""
    email: str = ""
    problem: str = ""
    demo: tuple[tuple[str, str, Text], ...] = ()
    demo_password: str = ""
    sent: bool = False
    gone: bool = False
    shortest: int = 0


@frozen
class InvitedPage:
    """An invitation that no letter takes: whose it is, its address, and the page to go back to."""

    name: str
    link: str
    back: str


@frozen
class IssueLine:
    """A mistake in the YAML of the folder that is watched; `source` is its line: what stands before, what is marked, what follows."""

    place: str
    code: str
    message: str
    hint: str = ""
    level: str = "error"
    expected: str = ""
    line: int = 0
    source: tuple[str, str, str] = ("", "", "")


@frozen
class ErrorPage:
    """What went wrong, in words, and what can be done next; never a trace. `more` counts the issues that are not told."""

    status: int
    title: str
    words: str
    request_id: str = ""
    issues: tuple[IssueLine, ...] = ()
    more: int = 0
