"""Mail over SMTP, at least once: the jobs of notices, letters and reports write it at the moment it is sent.

The same mail has the same Message-ID at every attempt, so that a reader's program shows it once.
"""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from hashlib import sha256
from urllib.parse import SplitResult, unquote, urlsplit

import structlog

from engine import settings
from engine.frozen import frozen

SECONDS = 30.0
PORTS = {"smtp": 587, "smtps": 465}
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_log = structlog.get_logger(__name__)


@frozen
class Enclosed:
    """A file that a mail brings."""

    name: str
    media_type: str
    content: bytes


@frozen
class Mail:
    """One mail to one person, as plain text, with a file at most; `ending` is the address that ends more of the kind (RFC 8058)."""

    to: str
    subject: str
    text: str
    enclosed: Enclosed | None = None
    ending: str = ""


@frozen
class Post:
    """The way mail leaves: `server` is smtp://[USER@]HOST[:PORT] or smtps://…; empty: nothing leaves.

    With smtp:// the line is closed by STARTTLS where that is offered; a password goes over no other line, but to this machine.
    """

    server: str = ""
    sender: str = ""
    password: str = ""

    @classmethod
    def from_settings(cls) -> Post:
        """As the environment says."""
        return cls(settings.setting("LOOM_SMTP"), settings.setting("LOOM_MAIL_FROM"), settings.setting("LOOM_SMTP_PASSWORD"))

    def send(self, mail: Mail, once: str, now: datetime) -> None:
        """Hand `mail` to the server; `once` is the same at every attempt. Raises OSError or SMTPException when it is not taken."""
        if not self.server:
            _log.warning("mail is not sent, LOOM_SMTP is empty", subject=mail.subject)
            return
        place = urlsplit(self.server)
        host = place.hostname or "localhost"
        letter = EmailMessage()
        letter["From"] = formataddr(("Objectloom", self.sender or f"objectloom@{host}"))
        letter["To"], letter["Subject"], letter["Date"] = mail.to, " ".join(mail.subject.split()), format_datetime(now)
        letter["Message-ID"] = f"<{sha256(once.encode()).hexdigest()[:32]}@{host}>"
        letter["Auto-Submitted"] = "auto-generated"
        if mail.ending:
            letter["List-Unsubscribe"], letter["List-Unsubscribe-Post"] = f"<{mail.ending}>", "List-Unsubscribe=One-Click"
        letter.set_content(mail.text)
        if mail.enclosed is not None:
            kind, _, subtype = mail.enclosed.media_type.partition("/")
            letter.add_attachment(mail.enclosed.content, maintype=kind, subtype=subtype, filename=mail.enclosed.name)
        with _line(place, host) as server:
            _seal(server, place, host)
            if place.username:
                server.login(unquote(place.username), self.password)
            server.send_message(letter)


def _line(place: SplitResult, host: str) -> smtplib.SMTP:
    port = place.port or PORTS[place.scheme]
    if place.scheme == "smtps":  # without a context of ours the library would believe every certificate
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=SECONDS)


def _seal(server: smtplib.SMTP, place: SplitResult, host: str) -> None:
    """Nobody on the way reads what follows, where the server can. Raises SMTPNotSupportedError where a password would be read."""
    server.ehlo_or_helo_if_needed()
    if place.scheme == "smtp" and server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
    elif place.scheme == "smtp" and place.username and host not in HERE:
        raise smtplib.SMTPNotSupportedError("the server of LOOM_SMTP offers no STARTTLS, and a password goes over no open line")
