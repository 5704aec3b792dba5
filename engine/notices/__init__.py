"""What people are told: notices on a page, by mail and in a chat group, and letters that let somebody in."""

from .chat import CHAT, Robot, chat_handler
from .letters import LETTER, Letters, invite_made, put_letter
from .links import LINK, SecretLinks, remember_links
from .mail import Enclosed, Mail, Post
from .mailing import NOTICE, notice_handler
from .telling import remember, sweep, write_notices
from .told import Notice, notices, read_all, read_notice, told_to

SUBSCRIBERS = (remember, remember_links, invite_made)
"""Who listens here to what happens."""

__all__ = [
    "CHAT", "LETTER", "LINK", "NOTICE", "SUBSCRIBERS", "Enclosed", "Letters", "Mail", "Notice", "Post", "Robot", "SecretLinks",
    "chat_handler", "invite_made", "notice_handler", "notices", "put_letter", "read_all", "read_notice",
    "remember", "remember_links", "sweep", "told_to", "write_notices",
]  # fmt: skip
