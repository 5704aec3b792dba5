"""The administrator: lets somebody in who then guards the own account, and sees what runs, what is stuck and what is defined."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.access import SYSTEM
from engine.app import open_app
from engine.clock import SystemClock
from engine.records import Query, find, load, save
from engine.web.accounts import Secret
from engine.workflow import Answer, decide, inbox
from tests.browser.conftest import ROOT, Enter, Seen
from tests.browser.test_onboarding import choose

pytestmark = pytest.mark.ui
PASSWORD = "four quiet herons wade"
NAME, LOGIN = "倪娜", "ni.na"


def confirmed(admin: Seen) -> None:
    """Who signed in a while ago shows again who they are before accounts are changed."""
    if "/account/confirm" in admin.page.url:
        admin.page.fill("#proof", "objectloom")
        admin.page.locator("main .btn-primary").click()


def invited(admin: Seen) -> str:
    """A new person with a role in one department; the address at which the password is chosen."""
    page = admin.page
    admin.open("/records/user/new")
    page.fill("#f-name", NAME)
    page.fill("#f-login", LOGIN)
    page.fill("#f-email", f"{LOGIN}@demo.example")
    page.locator(".form-foot .btn-primary").click()
    confirmed(admin)
    page.wait_for_url(re.compile(r"/records/user/\d+$"))
    person = page.url
    admin.open("/records/department_role/new")
    choose(page, "person", NAME)
    page.select_option("#f-role", "quality")
    choose(page, "department", "质量")
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


def test_somebody_is_let_in_and_guards_the_account(enter: Enter, browser: Browser, served: str) -> None:
    admin = enter("admin", "zh")
    link = invited(admin)
    with browser.new_context() as context:
        context.add_cookies([{"name": "language", "value": "zh", "url": served}])
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
        page.fill("#email", LOGIN)
        page.fill("#password", PASSWORD)
        page.click("button[name=submit]")
        page.wait_for_url(re.compile("/login/code"))
        page.fill("#code", codes[0])
        page.locator(".btn-primary").click()
        expect(page.locator("h1")).to_contain_text(NAME)
    admin.assert_quiet()


@pytest.fixture
def stuck(served: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a department without a head, who is asked to judge a supplier."""
    monkeypatch.setenv("LOOM_KEYS", str(folder / "keys"))
    app = open_app(ROOT, f"sqlite:///{folder / 'demo.db'}")

    def put(entity: str, number: int | None = None, **values: object) -> int:
        return int(str(app.run(SYSTEM, lambda uow: save(uow, entity, number, values))["id"]))

    with app.look(SYSTEM) as view:
        (srm,) = find(view, Query("user", typed=('login = "srm"',))).records
    with app.look(app.people.actor(srm.id)) as view:
        (waiting,) = [each for each in inbox(view) if each.task and each.entity == "supplier"]
    department = put("department", name="Canteen")
    with app.look(SYSTEM) as view:
        category = load(view, "supplier", waiting.instance.record_id).values["category"]
    put("supplier_category", int(str(category)), owner_dept=department)
    app.run(app.people.actor(srm.id), lambda uow: decide(uow, waiting.task.id, Answer("approve")))  # type: ignore[union-attr] # it has one
    app.close()
    return f"/records/department/{department}"


def test_the_administrator_sees_what_runs_what_is_stuck_and_what_is_defined(enter: Enter, stuck: str) -> None:
    admin = enter("admin")
    page = admin.page
    admin.open("/inbox")
    page.locator("[aria-labelledby=stuck] a").first.click()
    incident = page.locator("form[action^='/incidents/']")
    expect(incident).to_contain_text("Nobody was found for “Quality”.")
    admin.assert_accessible()
    record = page.url
    admin.open(f"{stuck}/edit")
    choose(page, "head", "Qiao")
    page.locator(".form-foot .btn-primary").click()
    page.wait_for_url(re.compile(r"/records/department/\d+$"))
    page.goto(record)
    incident.locator("button[value=retry]").click()
    expect(page.locator(".toast-note")).to_contain_text("It is tried again.")
    page.goto(record)
    expect(page.locator(".rail")).to_contain_text("Qiao Feng is asked")
    admin.open("/workflows/supplier_onboarding")
    page.locator("#running ~ .grid-wrap a").first.click()
    expect(page.locator("svg .node.now").first).to_be_visible()
    admin.open("/model/supplier")
    expect(page.locator("main")).to_contain_text("Supplier")
    page.locator("main a[href^='/model/']").first.click()
    expect(page.locator("h1")).to_be_visible()
    admin.assert_fits()
    admin.assert_quiet()
