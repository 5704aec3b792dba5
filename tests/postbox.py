"""A mail server that keeps what it is given."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Box:
    """A server that keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name that aiosmtpd asks for
        self.letters.append(envelope)
        return "250 taken"

    def readers(self) -> list[str]:
        """To whom the letters are, the first first."""
        return [str(reader) for letter in self.letters for reader in letter.rcpt_tos]

    def texts(self) -> list[str]:
        """What the letters say, the first first."""
        return [letter.get_content() for letter in self.read()]

    def subjects(self) -> list[str]:
        return [str(letter["Subject"]) for letter in self.read()]

    def read(self) -> list[EmailMessage]:
        """The letters, the first first."""
        return [self._read(letter) for letter in self.letters]

    @staticmethod
    def _read(letter: Envelope) -> EmailMessage:
        assert isinstance(letter.content, bytes)
        return message_from_bytes(letter.content, policy=policy.default)


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    """A mail server, and the settings that lead to it."""
    box = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("LOOM_SMTP", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("LOOM_MAIL_FROM", "shop@example.com")
    yield box
    controller.stop()
