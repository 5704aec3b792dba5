"""The administrator: lets somebody in who then guards the own account, and sees what runs, what is stuck and what is defined."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.clock import SystemClock
from engine.web.accounts import Secret
from tests.browser.conftest import Enter, Seen
from tests.browser.test_onboarding import choose

pytestmark = pytest.mark.ui
PASSWORD = "four quiet herons wade"
NEW = {"en": ("Nora Feld", "nora"), "zh": ("倪娜", "ni.na")}


def confirmed(admin: Seen) -> None:
    """Who signed in a while ago shows again who they are before accounts are changed."""
    if "/account/confirm" in admin.page.url:
        admin.page.fill("#proof", "objectloom")
        admin.page.locator("main .btn-primary").click()


def invited(admin: Seen, language: str) -> str:
    """A new person with a role in one department; the address at which the password is chosen."""
    page, (name, login) = admin.page, NEW[language]
    admin.open("/records/user/new")
    page.fill("#f-name", name)
    page.fill("#f-login", login)
    page.fill("#f-email", f"{login}@demo.example")
    page.locator(".form-foot .btn-primary").click()
    confirmed(admin)
    page.wait_for_url(re.compile(r"/records/user/\d+$"))
    person = page.url
    admin.open("/records/department_role/new")
    choose(page, "person", name)
    page.select_option("#f-role", "quality")
    choose(page, "department", {"en": "Quality", "zh": "质量"}[language])
    page.locator(".form-foot .btn-primary").click()
    page.wait_for_url(re.compile(r"/records/department_role/\d+$"))
    page.goto(person)
    page.locator(".head .menu > summary").last.click()
    page.locator("form[action^='/invite/'] button").click()
    return page.locator(".receipt-link code").inner_text()


def guarded(page: Page) -> list[str]:
    """The second factor of whoever is signed in, set up with what the page shows; the recovery codes."""
    page.goto(re.sub(r"(//[^/]+).*", r"\1/account/second-factor", page.url))
    secret = Secret(base64.b32decode(page.locator("main code").inner_text()))
    page.fill("#code", secret.code(int(SystemClock().now().timestamp()) // 30))
    page.locator("main .btn-primary").click()
    expect(page.locator(".recovery code").first).to_be_visible()
    return page.locator(".recovery code").all_inner_texts()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_somebody_is_let_in_and_guards_the_account(enter: Enter, browser: Browser, served: str, language: str) -> None:
    admin = enter("admin", language)
    link = invited(admin, language)
    with browser.new_context() as context:
        context.add_cookies([{"name": "language", "value": language, "url": served}])
        page = context.new_page()
        page.goto(link)
        page.fill("#password", PASSWORD)
        page.fill("#again", PASSWORD)
        page.locator(".btn-primary").click()
        page.wait_for_url(re.compile(r"/login\?as="))
        page.fill("#password", PASSWORD)
        page.click("button[name=submit]")
        page.wait_for_url(lambda address: "/login" not in address)
        page.goto(link)
        expect(page.locator("input[autocomplete=new-password]")).to_have_count(0)  # a letter is good once
        codes = guarded(page)
        context.clear_cookies(name="session")
        page.goto(f"{served}/login")
        page.fill("#email", NEW[language][1])
        page.fill("#password", PASSWORD)
        page.click("button[name=submit]")
        page.wait_for_url(re.compile("/login/code"))
        page.fill("#code", codes[0])
        page.locator(".btn-primary").click()
        expect(page.locator("h1")).to_contain_text(NEW[language][0])
    admin.assert_quiet()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_administrator_sees_what_runs_what_is_stuck_and_what_is_defined(enter: Enter, language: str) -> None:
    admin = enter("admin", language)
    page = admin.page
    admin.open("/workflows/supplier_onboarding")
    page.locator("#running ~ .grid-wrap a").first.click()
    expect(page.locator("svg .node.now").first).to_be_visible()
    admin.open("/model/supplier")
    expect(page.locator("main")).to_contain_text({"en": "Supplier", "zh": "供应商"}[language])
    page.locator("main a[href^='/model/']").first.click()
    expect(page.locator("h1")).to_be_visible()
    admin.assert_fits()
    admin.assert_quiet()
