"""What people are told: notices on a page, by mail and in a chat group, and letters that let somebody in."""

from .chat import CHAT, Robot, chat_handler
from .letters import LETTER, Letters, put_letter
from .mail import MAIL, Mail, Post, mail_handler, put_mail
from .mailing import NOTICE, notice_handler
from .telling import remember, sweep
from .told import Notice, notices, read_all, read_notice, told_to

__all__ = [
    "CHAT", "LETTER", "MAIL", "NOTICE", "Letters", "Mail", "Notice", "Post", "Robot", "chat_handler", "mail_handler", "notice_handler",
    "notices", "put_letter", "put_mail", "read_all", "read_notice", "remember", "sweep", "told_to",
]  # fmt: skip
