"""What people are told: notices by mail and in the inbox, and letters that let somebody in."""

from .letters import LETTER, Letters, put_letter
from .mail import MAIL, Mail, Post, mail_handler, put_mail
from .telling import NOTICE, Notice, notice_handler, notices, remember, sweep, told_to

__all__ = [
    "LETTER", "MAIL", "NOTICE", "Letters", "Mail", "Notice", "Post", "mail_handler", "notice_handler", "notices", "put_letter", "put_mail",
    "remember", "sweep", "told_to",
]  # fmt: skip
