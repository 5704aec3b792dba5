"""The browser of the `ui` tests starts and shows both languages."""

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.ui


def test_the_browser_shows_what_it_is_given(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<h1>采购订单</h1>")
    assert page.get_by_role("heading").inner_text() == "采购订单"
    page.close()
