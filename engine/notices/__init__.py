"""What leaves for people: mail, and letters that let somebody in."""

from .letters import LETTER, Letters, put_letter
from .mail import MAIL, Mail, Post, mail_handler, put_mail

__all__ = ["LETTER", "MAIL", "Letters", "Mail", "Post", "mail_handler", "put_letter", "put_mail"]
