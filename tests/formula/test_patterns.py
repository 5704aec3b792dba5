"""LIKE and MATCHES against Python's own `re`, and the patterns that are refused."""

from __future__ import annotations

import re
import time
from fnmatch import translate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.formula import BadPattern, match_pattern, matches
from engine.formula.expressions import LENGTH
from engine.formula.patterns import like_parts, like_pattern
from tests.yardstick import allowed

PIECES = ["a", "b", ".", "[ab]", "[^a]", "[a-c]", "\\d", "*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "^", "$", "|", "\\.", "采"]


@settings(max_examples=8 * settings().max_examples, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join), st.text("abc1.\n采", max_size=8))
def test_matches_is_re_on_the_subset(pattern: str, text: str) -> None:
    try:
        made = match_pattern(pattern)
    except BadPattern:
        return
    assert made.search(text) is (re.search(made.pattern, text) is not None)
    assert made.fullmatch(text) is (re.fullmatch(f"(?:{made.pattern})", text) is not None)


@settings(max_examples=5 * settings().max_examples, deadline=None)
@given(st.text("ab*?", max_size=8), st.text("ab", max_size=10))
def test_like_is_a_shell_pattern(pattern: str, text: str) -> None:
    assert like_pattern(pattern).matches(text) is (re.match(translate(pattern), text) is not None)


@pytest.mark.parametrize(
    "pattern",
    ["(a)", "a**", "*a", "a{2}{3}", "[a", "[]", "a\\", "\\b", "\\1", "[z-a]", "a{101}", "a{3,2}", "a{x}", "a*b*c*d*", "[a[b]]", "a$b", "x" * (LENGTH + 1),
     "a{100}" * 11],
)  # fmt: skip
def test_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        match_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "text"), [("[a]*[a]*[a]*b", "a" * 1000), ("a?" * 25 + "a{25}", "a" * 24), ("a{0,100}" * 9 + "b", "a" * 1000)]
)
def test_linear(pattern: str, text: str) -> None:
    start = time.process_time()
    assert matches(pattern, text) is False
    assert time.process_time() - start < allowed(0.1)


def test_like_escapes_and_stars() -> None:
    assert like_parts("a~*?*") == (("text", "a"), ("text", "*"), ("one", ""), ("any", ""))
    assert like_pattern("*" * 3 + "a").matches("xa")
    start = time.process_time()
    assert not like_pattern("*a" * 60 + "b").matches("a" * 30_000)
    assert time.process_time() - start < allowed(0.1)
    with pytest.raises(BadPattern):
        like_pattern("a" * (LENGTH + 1))
