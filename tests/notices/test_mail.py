"""Mail leaves in any script, and only when there is a server for it; notices and letters send it, in jobs."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from engine.clock import SystemClock
from engine.notices import Mail, Post
from tests.applications import World, opened
from tests.postbox import Box, box

__all__ = ["box"]

YAML = """
    app: letters
    languages: [en, zh]
"""
LETTER = Mail("bea@example.com", "采购订单\r\nBcc: all@example.com", "请审批\nPlease approve")


@pytest.fixture
def world(box: Box, tmp_path: Path) -> Iterator[World]:
    with opened(YAML, f"sqlite:///{tmp_path / 'letters.db'}") as world:
        yield world


def test_a_letter_leaves_in_any_script_and_a_line_break_is_no_new_header(world: World, box: Box) -> None:
    Post.from_settings().send(LETTER, "once", world.clock.now())
    (letter,) = box.letters
    assert (letter.mail_from, letter.rcpt_tos) == ("shop@example.com", ["bea@example.com"])
    assert box.subjects() == ["采购订单 Bcc: all@example.com"]
    assert "请审批" in box.texts()[0]


def test_a_server_that_is_away_is_tried_again(world: World) -> None:
    with pytest.raises(OSError, match="refused"):
        Post("smtp://127.0.0.1:1").send(LETTER, "once", world.clock.now())


def test_without_a_server_nothing_leaves_and_nothing_fails(world: World, box: Box) -> None:
    Post().send(LETTER, "once", world.clock.now())
    assert box.letters == []


def certificate(folder: Path) -> ssl.SSLContext:
    """What somebody on the way shows: a certificate in the right name that nobody signed."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = SystemClock().now()
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    held = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "all.pem").write_bytes(made + held)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "all.pem")
    return context


def free(host: str) -> int:
    """A port of `host` where nobody listens."""
    with socket.socket() as found:
        found.bind((host, 0))
        return int(found.getsockname()[1])


def test_a_server_that_nobody_vouches_for_gets_no_letter_and_no_password(tmp_path: Path) -> None:
    """It is believed by whoever goes on to hear what it says."""
    context, heard = certificate(tmp_path), []
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:

        def answer() -> None:
            line, _ = server.accept()
            with line, suppress(ssl.SSLError), context.wrap_socket(line, server_side=True) as closed:
                closed.sendall(b"554 go on\r\n")
                heard.append(closed.recv(100))

        pool.submit(answer)
        address = f"smtps://shop@localhost:{server.getsockname()[1]}"
        with pytest.raises(ssl.SSLCertVerificationError):
            Post(address, password="secret").send(LETTER, "once", SystemClock().now())
    assert heard == []


def test_a_password_goes_over_no_line_that_somebody_opened() -> None:
    """Whoever sits between takes STARTTLS out of what the server offers."""
    heard: list[object] = []

    def hear(server: object, session: object, envelope: object, mechanism: str, told: object) -> AuthResult:
        heard.append(told)
        return AuthResult(success=True)

    port = free("127.0.0.2")
    controller = Controller(Box(), hostname="127.0.0.2", port=port, authenticator=hear, auth_require_tls=False)
    controller.start()
    try:
        with pytest.raises(smtplib.SMTPNotSupportedError, match="STARTTLS"):
            Post(f"smtp://shop@127.0.0.2:{port}", password="secret").send(LETTER, "once", SystemClock().now())
    finally:
        controller.stop()
    assert heard == []
