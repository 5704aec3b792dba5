"""Formatted text in a real browser: its tools, what is pasted, and what is kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter

pytestmark = pytest.mark.ui
PASTE = """page => {
  const data = new DataTransfer();
  data.setData("text/html", '<div style="color: red" onclick="x()">Pasted <img src=x><script>bad()</script><b>words</b></div>');
  page.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def test_formatted_text_is_written_and_read(enter: Enter) -> None:
    person = enter("buyer")
    page = person.page
    person.open("/records/supplier/new")
    note = page.locator("div#f-internal_note")
    expect(page.get_by_role("textbox", name="Internal note")).to_be_visible()
    expect(page.locator("textarea[name=internal_note]")).to_be_hidden()
    person.assert_accessible()
    page.fill("#f-company_name", "Formatted Ltd")
    note.click()
    page.keyboard.type("Met at the ")
    page.get_by_role("button", name="Bold").click()
    page.keyboard.type("fair")
    page.get_by_role("button", name="Bold").click()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="List", exact=True).click()
    page.keyboard.type("good samples")
    note.evaluate(PASTE)
    assert "<img" not in note.inner_html()
    with page.expect_navigation():
        page.locator(".form-foot .btn-primary").click()
    shown = page.locator(".rich")
    expect(shown.locator("b").first).to_have_text("fair")
    expect(shown.locator("li")).to_contain_text("good samples")
    assert shown.locator("img, script, [style], [onclick]").count() == 0
    person.assert_quiet()
