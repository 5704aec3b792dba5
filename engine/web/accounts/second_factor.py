"""The second factor: codes of an authenticator (TOTP, RFC 6238), and recovery codes for the day it is lost.

The secret that both sides share stands nowhere: it is made of the seed in the database and a key outside of it. A code is good
once; recovery codes are kept as hashes, and each is good once.
"""

from __future__ import annotations

import base64
import hmac
import io
import secrets
import struct
from datetime import datetime
from hashlib import sha1, sha256
from urllib.parse import quote

from engine.frozen import frozen

STEP_SECONDS = 30
DIGITS = 6
LATE = 1
"""How many steps a clock may be off, either way."""
CODES = 10
"""How many recovery codes there are."""


@frozen
class Secret:
    """What a person and their authenticator share."""

    raw: bytes

    @property
    def text(self) -> str:
        """As it is typed into an authenticator."""
        return base64.b32encode(self.raw).decode()

    def address(self, application: str, login: str) -> str:
        """As an authenticator reads it from a picture."""
        return f"otpauth://totp/{quote(application)}:{quote(login)}?secret={self.text}&issuer={quote(application)}"

    def code(self, step: int) -> str:
        """The code of a step of time."""
        digest = hmac.digest(self.raw, struct.pack(">Q", step), sha1)
        at = digest[-1] & 15
        number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
        return str(number % 10**DIGITS).zfill(DIGITS)


def new_seed() -> str:
    """A seed for the secret of one person."""
    return secrets.token_hex(16)


def secret_of(key: bytes, person: int, seed: str) -> Secret:
    """The secret that a seed and the key outside the database make."""
    return Secret(hmac.digest(key, f"{person}:{seed}".encode(), sha256)[:20])


def step_of(secret: Secret, code: str, now: datetime, after: int) -> int | None:
    """The step of time whose code this is, if it is of now and later than the last one used; else None."""
    present, typed = int(now.timestamp()) // STEP_SECONDS, "".join(code.split())
    steps = range(max(present - LATE, after + 1), present + LATE + 1)
    fitting = [step for step in steps if hmac.compare_digest(secret.code(step).encode(), typed.encode())]
    return fitting[0] if fitting else None


def new_codes() -> tuple[str, ...]:
    """Recovery codes, to be shown once."""
    return tuple(f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(CODES))


def hashed_codes(codes: tuple[str, ...]) -> str:
    """What is kept of recovery codes."""
    return " ".join(map(_hash, codes))


def without(recovery: str, code: str) -> str | None:
    """The kept recovery codes without this one; None when it is none of them."""
    hashed, kept = _hash("".join(code.split()).lower()), recovery.split()
    return " ".join(each for each in kept if each != hashed) if hashed in kept else None


def _hash(code: str) -> str:
    return sha256(code.encode()).hexdigest()[:40]


def picture(address: str) -> str:
    """The address as a picture for the camera of a telephone: an SVG without styles of its own."""
    import segno  # noqa: PLC0415 - only who sets up a second factor sees the picture

    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", xmldecl=False, svgns=True, scale=4, border=2, light="#ffffff")
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()
