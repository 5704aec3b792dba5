"""Without a mouse: from a list to a record, its action and its form, and from the inbox to a decision."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter

pytestmark = pytest.mark.ui
MOST = 80
"""How often the tabulator is pressed at most; who needs more has lost their way."""


def tab_to(page: Page, wanted: str) -> None:
    """Press the tabulator until what `wanted` selects has the focus."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if page.locator(f"{wanted}:focus").count():
            return
    pytest.fail(f"{wanted} is not reached by the tabulator")


def test_a_record_is_made_found_and_acted_on(enter: Enter) -> None:
    buyer = enter("buyer")
    page = buyer.page
    buyer.open("/records/certificate")
    page.keyboard.press("c")
    page.wait_for_url(re.compile("/records/certificate/new"))
    expect(page.locator("#f-supplier-ts-control")).to_be_attached()
    page.keyboard.press("Control+k")
    expect(page.locator("dialog[open] input")).to_be_focused()
    page.keyboard.press("Escape")
    buyer.open("/records/supplier?c=state:is:qualified")
    for key in ("j", "j", "k", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(re.compile(r"/records/supplier/\d+$"))
    tab_to(page, ".head .menu > summary")
    page.keyboard.press("Enter")
    expect(page.locator(".head .menu-panel").last).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".head .menu-panel").last).to_be_hidden()
    tab_to(page, "#comment")
    page.keyboard.type("Called them today.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".rail")).to_contain_text("Called them today.")
    buyer.open("/records/supplier?c=state:is:draft")
    for key in ("j", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(re.compile(r"/records/supplier/\d+$"))
    page.keyboard.press("e")
    page.wait_for_url(re.compile(r"/edit$"))
    buyer.open("/records/supplier")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    buyer.assert_quiet()


def test_records_are_ticked_and_a_card_is_moved(enter: Enter) -> None:
    buyer = enter("buyer")
    page = buyer.page
    buyer.open("/records/corrective_action")
    tab_to(page, "tbody input[name=id]")
    for key in ("Space", "b"):
        page.keyboard.press(key)
    expect(page.locator(".bulk-bar button").first).to_be_focused()
    buyer.open("/records/corrective_action?show=board")
    tab_to(page, ".slip-menu > summary")
    for key in ("Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(re.compile("#slip-records-corrective_action-"))
    page.keyboard.press("Tab")
    expect(page.locator(".slip:target .slip-title")).to_be_focused()
    buyer.assert_quiet()


def test_a_task_is_approved(enter: Enter) -> None:
    legal = enter("legal")
    page = legal.page
    legal.open("/")
    tab_to(page, "a[href='/inbox']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/inbox$"))
    page.keyboard.press("j")
    page.wait_for_url(re.compile(r"/inbox/\d+$"))
    tab_to(page, "#f-legal_opinion")
    page.keyboard.type("No objection.")
    tab_to(page, "button[value=approve]")
    page.keyboard.press("Enter")
    expect(page.locator(".toast-note")).to_be_visible()
    legal.assert_quiet()
