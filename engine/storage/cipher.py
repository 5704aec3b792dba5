"""Texts that lie in the database and cannot be read there: AES-GCM under a key that is kept elsewhere."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_STEP = 32
"""Texts are filled up with spaces to a multiple of so many bytes, so that the length tells little."""


class Tampered(ValueError):
    """The text is not one that was enciphered for this place with this key."""


class Cipher:
    """Enciphers texts under the key that `key` gives when it is first needed."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._key = key
        self._made: AESGCM | None = None

    def close(self, text: str, about: str) -> str:
        """`text` enciphered; it opens only for the same place `about`."""
        plain = text.encode()
        plain += b" " * (-len(plain) % _STEP)
        nonce = secrets.token_bytes(_NONCE)
        return base64.b64encode(nonce + self._aead.encrypt(nonce, plain, about.encode())).decode()

    def open(self, closed: str, about: str) -> str:
        """The text that was enciphered, spaces at its end left out. Raises Tampered."""
        try:
            whole = base64.b64decode(closed, validate=True)
            return self._aead.decrypt(whole[:_NONCE], whole[_NONCE:], about.encode()).decode().rstrip(" ")
        except (InvalidTag, ValueError) as wrong:
            raise Tampered(about) from wrong

    @property
    def _aead(self) -> AESGCM:
        if self._made is None:
            self._made = AESGCM(self._key())
        return self._made
