"""The people of the supplier application at their pages: an applicant, purchasing, management, and the supplier in its portal."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Enter
from tests.browser.test_onboarding import choose

pytestmark = pytest.mark.ui
APPLICANTS = {"en": ("Kunlun Fasteners", "91440300MA5FBK2T7H"), "zh": ("昆山新和电气有限公司", "91320583MA1KLN7F3M")}


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh", 390)])
def test_a_company_applies_and_purchasing_decides(browser: Browser, served: str, enter: Enter, language: str, width: int) -> None:
    name, number = APPLICANTS[language]
    with browser.new_context(viewport={"width": width, "height": 860}) as context:
        context.add_cookies([{"name": "language", "value": language, "url": served}])
        page = context.new_page()
        page.goto(f"{served}/public/supplier_application")
        page.fill("#f-company_name", name)
        page.fill("#f-tax_id", number)
        choose(page, "category", "Packaging")
        page.fill("#f-contact_name", "Yao Hu")
        page.fill("#f-contact_email", f"yao.{language}@apply.example")
        page.locator("main .btn-primary").first.click()
        expect(page.locator("main")).to_contain_text(re.compile(r"APP-\d{4}-\d{4}"))
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0

    lead = enter("lead", language, width=width)
    lead.open_when("/inbox", name)
    lead.page.locator("[data-task-link]", has_text=name).first.click()
    choose(lead.page, "buyer", "Ben")
    lead.page.locator("button[value=approve]").click()
    expect(lead.page.locator(".toast-note").last).to_be_visible()
    lead.open("/records/supplier")
    expect(lead.page.locator("tbody")).to_contain_text(name)
    lead.assert_quiet()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_purchasing_reads_the_supplier_file_and_management_the_board(enter: Enter, language: str) -> None:
    lead = enter("lead", language)
    lead.open("/records/supplier/3")
    lead.page.get_by_role("link", name={"en": "Performance", "zh": "绩效"}[language], exact=True).click()
    lead.page.wait_for_url(re.compile("tab=3"))
    expect(lead.page.locator("main")).to_contain_text("94.69")
    manager = enter("management", language)
    manager.open("/dashboards/purchasing")
    expect(manager.page.locator("main svg").first).to_be_visible()
    expect(manager.page.locator("main")).to_contain_text({"en": "Overdue corrective actions", "zh": "逾期整改"}[language])
    manager.assert_fits()
    for person in (lead, manager):
        person.assert_quiet()


def test_an_order_at_a_risky_supplier_says_why_not(enter: Enter) -> None:
    buyer = enter("buyer", "zh")
    buyer.open("/records/purchase_order/5")
    expect(buyer.page.locator("main")).to_contain_text("下单")
    expect(buyer.page.locator("body")).to_contain_text("风险等级为高")
    buyer.assert_quiet()
