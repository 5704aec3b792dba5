"""Every template, rendered from pages made by hand, in both languages: golden files that a person reads when they change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, render_template
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from engine.web import WebSettings, make_flask
from tests.web import examples
from tests.web.small import COMPILED
from tests.web.without_script import Page

PAGES: dict[str, tuple[str, Callable[[], object]]] = {
    "list": ("list.html", examples.a_list),
    "empty_list": ("list.html", examples.an_empty_list),
    "record": ("record.html", examples.a_record),
    "stuck": ("record.html", examples.a_stuck_record),
    "form": ("form.html", examples.a_form),
    "form_with_problems": ("form.html", lambda: examples.a_form(wrong=True)),
    "versions": ("versions.html", examples.versions),
    "inbox": ("inbox.html", examples.an_inbox),
    "home": ("home.html", examples.home),
    "why": ("why.html", examples.why),
    "error": ("error.html", examples.error),
}
ADDRESSES = {
    "pages.home": "/",
    "pages.favicon": "/favicon.svg",
    "pages.account": "/account",
    "pages.api_docs": "/api/docs",
    "pages.issues": "/issues",
    "pages.state": "/issues/state",
    "pages.inbox": "/inbox",
    "pages.search": "/search",
    "pages.recycle_bin": "/bin",
    "pages.bring_back": "/bin/<int:number>/restore",
    "pages.delete_for_ever": "/bin/<int:number>/purge",
    "pages.set_language": "/language",
    "pages.set_theme": "/theme",
    "door.sign_out": "/logout",
}


class Html(SingleFileSnapshotExtension):
    """One file per page, to be opened in a browser."""

    file_extension = "html"
    _write_mode = WriteMode.TEXT


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    """Both languages of the engine."""
    return str(request.param)


@pytest.fixture
def flask(language: str) -> Iterator[Flask]:
    """A Flask that knows our templates and the addresses in them, and nothing else."""
    made = make_flask(WebSettings("k" * 40), lambda: language)
    made.jinja_env.bytecode_cache = COMPILED
    for endpoint, rule in ADDRESSES.items():
        made.add_url_rule(rule, endpoint, lambda: "", methods=["GET", "POST"])
    with made.test_request_context("/"):
        yield made


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.usefixtures("flask")
def test_page(name: str, language: str, snapshot: SnapshotAssertion) -> None:
    template, make = PAGES[name]
    text = render_template(template, page=make(), shell=examples.shell(language))
    assert Page(text).forbidden == []
    assert _steady(text) == snapshot(extension_class=Html)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.usefixtures("flask")
def test_every_input_has_a_name_that_can_be_read_out(name: str, language: str) -> None:
    template, make = PAGES[name]
    text = render_template(template, page=make(), shell=examples.shell(language))
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
    for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", text):
        if 'type="hidden"' in tag or 'type="checkbox"' in tag or 'type="radio"' in tag:
            continue
        found = re.search(r' id="([^"]+)"', tag)
        assert 'aria-label="' in tag or (found and found[1] in labelled), tag


def test_ids_are_unique(flask: Flask, language: str) -> None:
    for template, make in PAGES.values():
        text = render_template(template, page=make(), shell=examples.shell(language))
        ids = re.findall(r' id="([^"]+)"', text)
        assert len(ids) == len(set(ids)), template
    assert flask is not None


def _steady(text: str) -> str:
    """Without what differs from run to run: tokens, and the hashes in the names of assets."""
    text = re.sub(r'name="csrf_token" value="[^"]+"', 'name="csrf_token" value="TOKEN"', text)
    text = re.sub(r"/static/(\w+)-\w+\.", r"/static/\1.", text)
    text = re.sub(r'\n *<(?:link rel="stylesheet"|script src)[^>]*>(?:</script>)?', "", text)
    return re.sub(r'href="(?:/static/icons\.svg)?#([\w-]+)"></use>', r'href="#\1"></use>', text)
