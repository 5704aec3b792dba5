"""The box that Ctrl K opens: it searches while one types, and the arrows walk through what was found."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter

pytestmark = pytest.mark.ui


def test_everything_is_searched_from_the_keyboard(enter: Enter) -> None:
    person = enter("buyer")
    page = person.page
    person.open("/records/supplier")
    name = page.locator("tbody tr a.open").first.inner_text()
    person.open("/")
    page.keyboard.press("Control+k")
    box = page.locator("#search-box")
    expect(box.locator("input")).to_be_focused()
    page.keyboard.type(name)
    expect(box.locator("a", has_text=name).first).to_be_visible()
    person.assert_accessible()
    page.keyboard.press("ArrowDown")
    expect(box.locator("a").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box.locator("input")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/records/"))


def test_escape_closes_it_and_the_address_is_a_page(enter: Enter) -> None:
    person = enter("buyer")
    page = person.page
    person.open("/")
    page.locator("a[data-search]").click()
    expect(page.locator("#search-box")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#search-box")).to_be_hidden()
    person.open("/search?q=zzzz")
    assert "Nothing that you can see" in page.locator("main").inner_text()
