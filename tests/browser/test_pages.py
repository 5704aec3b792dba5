"""Every kind of page: quiet, accessible, and as wide as its screen."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Enter

pytestmark = pytest.mark.ui
PAGES = {
    "home": "/",
    "list": "/records/supplier",
    "empty list": "/records/supplier?q=zzzzzz",
    "record": "/records/supplier/1",
    "form": "/records/supplier/new",
    "inbox": "/inbox",
    "account": "/account",
    "notices": "/notices",
    "copies": "/copies",
    "workflows": "/workflows",
    "workflow": "/workflows/supplier_onboarding",
    "process": "/processes/1",
    "report": "/reports/suppliers_by_category",
    "report with parameters": "/reports/certificates_expiring",
    "records behind a number": "/reports/suppliers_by_state/records?k0=qualified",
    "dashboard": "/dashboards/purchasing",
    "missing": "/records/supplier/999999",
    "delete": "/records/department/1/delete",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_are_accessible_and_fit(enter: Enter, theme: str, width: int) -> None:
    person = enter("admin", "zh" if theme == "dark" else "en", width=width, theme=theme)
    for name, path in PAGES.items():
        person.open(path)
        person.assert_fits()
        found = Axe().run(person.page).response["violations"]
        assert found == [], (name, [(v["id"], [n["html"] for n in v["nodes"]][:3]) for v in found])
    person.assert_quiet()


def test_the_door_is_accessible(enter: Enter) -> None:
    person = enter("buyer")
    person.page.context.clear_cookies()
    person.open("/login")
    assert Axe().run(person.page).response["violations"] == []


def test_everything_works_without_script(enter: Enter) -> None:
    person = enter("buyer", script=False)
    person.open("/records/supplier")
    person.page.locator("tbody a.open").first.click()
    expect(person.page.locator("h1")).to_be_visible()
    person.open("/records/supplier/new")
    person.page.click("button[name=_add][value=contacts]")
    assert person.page.locator("#f-contacts-1-name").is_visible()


def test_a_list_is_walked_by_keyboard(enter: Enter) -> None:
    person = enter("buyer")
    person.open("/records/supplier")
    for key in ("j", "j", "k", "Enter"):
        person.page.keyboard.press(key)
    person.page.wait_for_url(re.compile(r"/records/supplier/\d+$"))
    person.page.keyboard.press("e")
    person.page.wait_for_url(re.compile(r"/edit$"))
    person.open("/records/supplier")
    person.page.keyboard.press("/")
    expect(person.page.locator("#q")).to_be_focused()
    person.assert_quiet()


def test_the_theme_follows_the_system_until_one_is_chosen(enter: Enter) -> None:
    person = enter("buyer", theme="")
    person.page.emulate_media(color_scheme="dark")
    person.open("/account")
    expect(person.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    person.page.locator("main button[name=theme][value=light]").click()
    expect(person.page.locator("html")).to_have_attribute("data-bs-theme", "light")
    assert "theme" in {cookie["name"] for cookie in person.page.context.cookies()}
