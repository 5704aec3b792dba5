"""Six people bring a supplier in: the buyer, legal, the head of quality, three directors; once in English, once in Chinese."""

from __future__ import annotations

import re
from base64 import b64decode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Seen

pytestmark = pytest.mark.ui
COMPANIES = {
    "en": ("Kunpeng Castings", "91110108MA01KPEU4X", "BL-2026-1"),
    "zh": ("昆仑紧固件有限公司", "91440101MA59KLBX7H", "BL-2026-2"),
}


PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
"""The smallest picture there is."""


def choose(page: Page, name: str, words: str) -> None:
    """Look up a record in the search field of a link: type, wait for what the server finds, click it, see it chosen."""
    holder = page.locator(f"[data-path='{name}']")
    holder.locator(".ts-control").click()
    holder.locator(".ts-control input").fill(words)
    expect(holder.locator(f"[data-answered='{words}']")).to_have_count(1)
    holder.locator(".option", has_text=words).first.click()
    expect(holder.locator(".item")).to_contain_text(words)


def sign(page: Page) -> None:
    """Draw a line across the field for the signature."""
    box = page.locator("[data-strokes] canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 50, steps=4)
    page.mouse.up()


def register(buyer: Seen, language: str) -> str:
    """The buyer enters the company with a contact and its business licence, and sends it into onboarding; the address of the record."""
    name, number, licence = COMPANIES[language]
    page = buyer.page
    buyer.open("/records/supplier/new")
    page.fill("#f-company_name", name)
    page.fill("#f-tax_id", number)
    choose(page, "category", {"en": "Packaging", "zh": "包装"}[language])
    page.set_input_files("[data-path='licence_file'] input[type=file]", {"name": "licence.png", "mimeType": "image/png", "buffer": PICTURE})
    page.fill("#f-founded_on", "2015-04-01")
    expect(page.locator("#f-years_in_business")).not_to_have_text("–")
    page.click("button[name=_add][value=contacts]")
    page.fill("#f-contacts-1-name", "Chen Yu")
    page.fill("#f-contacts-1-phone", "0512 6288 1100")
    page.locator(".form-foot .btn-primary").click()
    page.wait_for_url(re.compile(r"/records/supplier/\d+$"))
    record = page.url.removeprefix(buyer.address)
    buyer.open(f"/records/certificate/new?supplier={record.rsplit('/', 1)[1]}")
    page.fill("#f-certificate_no", licence)
    page.select_option("#f-kind", "business_licence")
    page.fill("#f-valid_from", "2025-01-01")
    page.fill("#f-valid_to", "2035-01-01")
    page.locator(".form-foot .btn-primary").click()
    page.wait_for_url(re.compile(r"/records/certificate/\d+$"))
    buyer.open(record)
    page.locator(f"form[action='{record}/actions/submit'] button").first.click()
    expect(page.locator(".stages [aria-current]")).to_have_text({"en": "In review", "zh": "准入评审中"}[language])
    return record


def open_task(person: Seen, title: str) -> None:
    """Open the task about this record in the inbox; the company register answers within a moment, so the inbox is asked until then."""
    person.open_when("/inbox", title)
    person.page.locator("[data-task-link]", has_text=title).first.click()
    expect(person.page.locator(".inbox-record h2").first).to_have_text(title)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_supplier_is_brought_in(enter: Enter, language: str) -> None:
    title = COMPANIES[language][0]
    buyer = enter("buyer", language)
    record = register(buyer, language)

    legal = enter("legal", language)
    open_task(legal, title)
    legal.page.locator("button[value=approve]").click()
    expect(legal.page.locator("#problems a")).to_have_attribute("href", "#f-legal_opinion")
    legal.page.fill("#f-legal_opinion", "Licence and register agree.")
    legal.page.locator("button[value=approve]").click()
    expect(legal.page.locator(".toast-note")).to_be_visible()

    quality = enter("quality", language)
    open_task(quality, title)
    quality.page.locator("button[value=approve]").click()
    expect(quality.page.locator(".toast-note")).to_be_visible()

    for name in ("purchasing_head", "finance_head", "quality_head"):
        person = enter(name, language)
        open_task(person, title)
        sign(person.page)
        person.page.locator("button[value=approve]").click()
        expect(person.page.locator(".toast-note")).to_be_visible()
        person.assert_quiet()

    buyer.open_when(record, "V-SUP")
    expect(buyer.page.locator(".title-line .state")).to_have_text({"en": "Qualified", "zh": "合格"}[language])
    expect(buyer.page.locator(".rail .line").first).to_contain_text("Lea Sun")
    for person in (buyer, legal, quality):
        person.assert_quiet()


def test_a_supplier_contact_sees_only_the_own_company(enter: Enter) -> None:
    contact = enter("supplier", "zh")
    contact.open("/records/supplier")
    expect(contact.page.locator("tbody tr")).to_have_count(1)
    expect(contact.page.locator("tbody")).to_contain_text("苏州宏达")
    contact.assert_quiet()
