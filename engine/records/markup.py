"""Formatted text: cleaned of everything but formatting, so that nobody can hide a script or a picture in it."""

from __future__ import annotations

import re
from html import unescape

import nh3

TAGS = frozenset("a b blockquote br code del em h2 h3 h4 hr i li ol p pre s strong sub sup table tbody td th thead tr u ul".split())
ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
SCHEMES = {"http", "https", "mailto", "tel"}
BREAKS = re.compile(r"<(?:br|hr)>|</(?:p|li|h2|h3|h4|tr|td|th|pre|blockquote)>")


def clean_markup(text: str) -> str | None:
    """The text with the tags that formatting needs and no other; None when no words are left."""
    clean = nh3.clean(text, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow").strip()
    return clean if words_of(clean) else None


def words_of(text: str) -> str:
    """The words of a formatted text without any markup, for lists and for search."""
    return " ".join(unescape(nh3.clean(BREAKS.sub(" ", text), tags=set())).split())
