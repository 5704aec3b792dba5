"""A browser without script: it follows links and sends forms as they stand in the page."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

Attributes = dict[str, str | None]


@dataclass
class Form:
    """A form of a page: where it goes, what stands in it, and the buttons that send it."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.fields}


class Page(HTMLParser):
    """What of a page matters here: its forms, links, texts, and whatever would need script or inline styles to be allowed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.forbidden: list[str] = []
        self.words = ""
        self._area: str | None = None
        self._select: str | None = None
        self.text = text
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.forbidden += [f"{tag} {name}" for name in found if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in found):
            self.forbidden.append(tag)
        if tag == "a" and found.get("href"):
            self.links.append(found["href"] or "")
        if tag == "form":
            self.forms.append(Form(found.get("action") or "", found.get("method") or "get"))
        elif self.forms:
            self._in_form(tag, found)

    def _in_form(self, tag: str, found: Attributes) -> None:
        form, name, value = self.forms[-1], found.get("name") or "", found.get("value") or ""
        if (
            tag == "input"
            and name
            and found.get("type") != "file"
            and (found.get("type") not in ("checkbox", "radio") or "checked" in found)
        ):
            form.fields.append((name, value))
        elif tag == "button":
            form.buttons.append((name, value))
        elif tag == "textarea":
            self._area = name
            form.fields.append((name, ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in found:
            form.fields.append((self._select, value))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            if self._select and self._select not in self.forms[-1].names:
                self.forms[-1].fields.append((self._select, ""))
            self._select = None

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._area is not None:
            name, value = self.forms[-1].fields[-1]
            self.forms[-1].fields[-1] = (name, value + data)


class Person:
    """Somebody at a browser without script."""

    def __init__(self, flask: Flask, language: str = "en") -> None:
        self.client: FlaskClient = flask.test_client()
        self.client.set_cookie("language", language)
        self.answer: TestResponse
        self.page = Page("")

    def open(self, address: str, **more: Any) -> Page:
        """Open a page, following redirects."""
        return self._take(self.client.get(address, follow_redirects=True, **more))

    def _take(self, answer: TestResponse) -> Page:
        self.answer, self.page = answer, Page(answer.text)
        assert self.page.forbidden == [], "the content security policy would refuse this"
        return self.page

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def address(self) -> str:
        return self.answer.request.path

    def form(self, action: str) -> Form:
        """The form of the page whose address ends like this, or holds it where it ends with a slash."""
        return next(
            form
            for form in self.page.forms
            if form.action.split("?")[0].endswith(action) or (action.endswith("/") and action in form.action)
        )

    def send(self, action: str, button: tuple[str, str] | None = None, /, **typed: object) -> Page:
        """Fill in a form of the page and send it; names with dots are written with two underscores."""
        form = self.form(action)
        values = {name.replace("__", "."): value for name, value in typed.items()}
        data: dict[str, Any] = {}
        for name, value in form.fields:
            data.setdefault(name, []).append(value)
        data |= {name: value if isinstance(value, list) else [value] for name, value in values.items()}
        if button is not None:
            data[button[0]] = [button[1]]
        if form.method.lower() == "get":
            return self.open(form.action, query_string=data)
        return self._take(self.client.post(form.action, data=data, follow_redirects=True))

    def upload(self, action: str, name: str, content: bytes) -> Page:
        """Send a form of the page with a file in its field `file`."""
        form = self.form(action)
        data: dict[str, Any] = {**dict(form.fields), "file": FileStorage(io.BytesIO(content), name)}
        stream, length, boundary = stream_encode_multipart(data, threshold=2 * len(content) + len(form.fields) * 10_000)
        more: dict[str, Any] = {"content_length": length, "content_type": f'multipart/form-data; boundary="{boundary}"'}
        return self._take(self.client.post(form.action, input_stream=stream, follow_redirects=True, **more))

    def sign_in(self, name: str, password: str) -> Page:
        """Sign in at the door."""
        self.open("/login")
        return self.send("/login", email=name, password=password)
