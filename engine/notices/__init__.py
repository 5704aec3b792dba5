"""What leaves for people: mail."""

from .mail import MAIL, Mail, Post, mail_handler, put_mail

__all__ = ["MAIL", "Mail", "Post", "mail_handler", "put_mail"]
