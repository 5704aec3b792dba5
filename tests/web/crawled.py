"""Everything a person is told: each page that a link leads to, each partial, file and answer of the API, as bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient

_ADDRESS = re.compile(rb'(?:href|src|hx-get|data-url|data-src|data-lookup)="(/[^"#]*)')
_DRAWN = re.compile(
    rb'nonce="[^"]*"|name="csrf_token"[^>]*>|"X-CSRFToken": ?"[^"]*"|csrf-token" content="[^"]*"|data-token="[^"]*"|"request_id": ?"[^"]*"'
)
"""What is drawn by lot for every answer."""
_ASIDE = ("/static/", "/account", "/logout", "/language", "/theme", "/api/")
Told = dict[str, tuple[int, bytes]]


def crawl(client: FlaskClient, begin: Iterable[str], alike: int, headers: Mapping[str, str] | None = None) -> Told:
    """The answers to `begin` and to what they lead to, by address; of addresses that differ only in numbers and questions, `alike` many."""
    told: Told = {}
    waiting, shapes = list(begin), Counter[str]()
    while waiting:
        address = waiting.pop(0)
        if address in told:
            continue
        with client.get(address, headers=dict(headers or {})) as answer:
            told[address] = (answer.status_code, _plain(answer.data))
            found = _ADDRESS.findall(answer.data) if answer.mimetype == "text/html" else []
        for each in (urljoin(address, one.decode().replace("&amp;", "&")) for one in found):
            shape = re.sub("[0-9]+", "0", urlsplit(each).path)
            if each not in told and not shape.startswith(_ASIDE) and shapes[shape] < alike:
                shapes[shape] += 1
                waiting.append(each)
    return told


def _plain(data: bytes) -> bytes:
    """The bytes without what chance put there; of a workbook, what its sheets hold."""
    if not data.startswith(b"PK"):
        return _DRAWN.sub(b"", data)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return b"\n".join(book.read(name) for name in sorted(book.namelist()) if not name.startswith("docProps/"))
