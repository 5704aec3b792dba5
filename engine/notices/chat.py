"""The robot of a chat group (WeCom): tells people of the group that something waits for them, and nothing of what it is.

Everybody in the group reads what the robot says. So it names the reader (by their mobile number, which the chat turns into a mention)
and gives a link that only they can follow; title, words and kind of the record stay away. The robot takes 20 messages a minute: what
it does not take is tried again later, as every job.
https://developer.work.weixin.qq.com/document/path/91770
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import structlog

from engine import settings, storage
from engine.access import SYSTEM
from engine.errors import Message
from engine.frozen import frozen
from engine.jobs import Job
from engine.plugins import CallFailed, FailureKind, Payload, Web
from engine.records import People
from engine.unit_of_work import Ground, UnitOfWork, look, run

from .told import told_of

CHAT = "chat"
"""The name of the job."""
TOO_OFTEN = 45009
ASKED = frozenset({"asked", "reminded", "urged"})
_log = structlog.get_logger(__name__)


class Words(Payload):
    """A text, and the mobile numbers of those whom it is for."""

    content: str
    mentioned_mobile_list: list[str]


class Said(Payload):
    """What the robot is given."""

    text: Words
    msgtype: str = "text"


class Reply(Payload):
    """What the robot answers, always with status 200."""

    errcode: int
    errmsg: str = ""


@frozen
class Robot:
    """The robot at `address`, the webhook with its key; empty: nothing is said."""

    address: str = ""

    @classmethod
    def from_settings(cls) -> Robot:
        """As the environment says."""
        return cls(settings.setting("LOOM_CHAT"))

    def say(self, words: str, mobile: str) -> None:
        """Say something to one person of the group. Raises CallFailed when the robot does not take it."""
        if not self.address:
            _log.warning("nothing is said in the chat, LOOM_CHAT is empty")
            return
        place = urlsplit(self.address)
        line = Web(f"{place.scheme}://{place.netloc}", private=True)
        mentioned = [mobile] if mobile else []
        reply = line.post(f"{place.path}?{place.query}", Said(text=Words(content=words, mentioned_mobile_list=mentioned))).read(Reply)
        if reply.errcode:
            kind: FailureKind = "rate_limited" if reply.errcode == TOO_OFTEN else "refused"
            raise CallFailed(kind, Message("The robot answered {code}: {words}", {"code": reply.errcode, "words": reply.errmsg}))


def chat_handler(ground: Ground, people: People, robot: Robot, address: str) -> Callable[[Job], None]:
    """What says one notice in the chat; nothing where its reader may not see it or has done it."""

    def handle(job: Job) -> None:
        number = int(str(job.payload["notice"]))
        actor = people.actor(int(str(job.payload["person"])))
        with look(ground, actor) as view:
            rows = storage.notice_of(view.connection, int(str(job.payload["person"])), number)
            notice = told_of(view, actor, rows[0]) if rows else None
            application = Message(view.metadata.label)
        if notice is not None:
            asks = (
                "{name}, {application} waits for you: {link}" if notice.kind in ASKED else "{name}, {application} has news for you: {link}"
            )
            link = f"{address}{notice.path}" if notice.task else f"{address}/notices/{number}"
            words = Message(asks, {"name": actor.name, "application": application, "link": link})
            robot.say(words.render(actor.language), str(actor.row.get("mobile") or ""))
        run(ground, SYSTEM, partial(_done, job=job))

    return handle


def _done(uow: UnitOfWork, job: Job) -> None:
    job.done(uow.connection)
