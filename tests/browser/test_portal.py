"""A supplier in its portal and the people it deals with there: quality, and whoever lets people in; in English or in Chinese."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter, Seen
from tests.browser.test_onboarding import PICTURE, choose

pytestmark = pytest.mark.ui


def save(person: Seen, entity: str) -> str:
    """Save the form that is open; the address of its record."""
    person.page.locator(".form-foot .btn-primary").click()
    person.page.wait_for_url(re.compile(rf"/records/{entity}/\d+$"))
    return person.page.url.removeprefix(person.address)


def press(person: Seen, record: str, action: str) -> None:
    """Press the button of an action, wherever it stands: beside the title or in the menu."""
    with person.page.expect_navigation():
        person.page.locator(f"form[action='{record}/actions/{action}']").first.evaluate("form => form.requestSubmit()")


def test_a_corrective_action_goes_to_the_supplier_and_back(enter: Enter) -> None:
    quality = enter("quality", "zh")
    quality.open("/records/corrective_action/new")
    choose(quality.page, "supplier", "智联")
    quality.page.select_option("#f-source", "goods")
    quality.page.locator("div#f-problem").click()
    quality.page.keyboard.type("Burrs at the edge")
    record = save(quality, "corrective_action")

    contact = enter("supplier3", "zh", width=390, theme="dark")
    contact.open(f"{record}/edit")
    for name, words in (
        ("containment", "All stock is checked"),
        ("root_cause", "A worn tool"),
        ("measures", "Tools change every 5000 pieces"),
    ):
        contact.page.fill(f"#f-{name}", words)
    contact.assert_fits()
    save(contact, "corrective_action")
    contact.page.fill("textarea[name=comment]", "The new tools are here on Monday.")
    contact.page.locator("form:has(textarea[name=comment]) button").last.click()
    expect(contact.page.locator("main")).to_contain_text("The new tools are here on Monday.")
    press(contact, record, "answer")
    expect(contact.page.locator(".title-line .state")).to_have_text("待验证")
    contact.assert_accessible()

    quality.open(record)
    expect(quality.page.locator("main")).to_contain_text("The new tools are here on Monday.")
    press(quality, record, "verify")
    expect(quality.page.locator(".title-line .state")).to_have_text("已关闭")
    for person in (quality, contact):
        person.assert_quiet()


def test_a_certificate_is_uploaded_in_the_portal_and_checked_by_quality(enter: Enter) -> None:
    contact = enter("supplier3")
    contact.open("/records/certificate/new")
    contact.page.select_option("#f-kind", "iso_14001")
    contact.page.fill("#f-certificate_no", "E-14001")
    contact.page.fill("#f-valid_from", "2026-01-01")
    contact.page.fill("#f-valid_to", "2036-01-01")
    contact.page.set_input_files("[data-path='scan'] input[type=file]", {"name": "iso.png", "mimeType": "image/png", "buffer": PICTURE})
    contact.assert_fits()
    record = save(contact, "certificate")
    assert contact.page.locator(f"form[action='{record}/actions/verify']").count() == 0

    quality = enter("quality")
    quality.open(record)
    expect(quality.page.locator("main")).to_contain_text("iso.png")
    press(quality, record, "verify")
    expect(quality.page.locator(".title-line .state")).to_have_text("Verified")

    # Certificates of others are not there, whatever is guessed.
    for guessed in ("/records/certificate/1", "/records/supplier/1", "/records/risk_check/1"):
        answer = contact.page.request.get(contact.address + guessed)
        assert answer.status == 404 or "/portal/suppliers" in answer.url, guessed
    for person in (quality, contact):
        person.assert_quiet()


def test_a_contact_corrects_what_legal_sent_back(enter: Enter) -> None:
    contact = enter("supplier2", "en", width=390)
    contact.open("/inbox")
    contact.page.locator("[data-task-link]").first.click()
    expect(contact.page.locator("main")).to_contain_text("The scan of the licence cannot be read.")
    contact.page.set_input_files(
        "[data-path='licence_file'] input[type=file]", {"name": "licence.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    contact.assert_fits()
    contact.page.locator("button[value=submit]").click()
    expect(contact.page.locator(".toast-note").last).to_be_visible()
    contact.assert_quiet()
