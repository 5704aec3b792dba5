"""Every kind of page: quiet, accessible, and as wide as its screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Enter, Seen

pytestmark = pytest.mark.ui
PAGES = {
    "home": "/",
    "list": "/records/supplier",
    "empty list": "/records/supplier?q=zzzzzz",
    "board": "/records/supplier?show=board",
    "tree": "/records/supplier_category?show=tree",
    "record": "/records/supplier/1",
    "report in a panel": "/records/supplier/3?tab=3",
    "form": "/records/supplier/new",
    "inbox": "/inbox",
    "account": "/account",
    "notices": "/notices",
    "copies": "/copies",
    "model": "/model",
    "entity": "/model/supplier",
    "edit": "/records/supplier/1/edit",
    "workflows": "/workflows",
    "workflow": "/workflows/supplier_onboarding",
    "process": "/processes/1",
    "report": "/reports/suppliers_by_category",
    "report with parameters": "/reports/certificates_expiring",
    "records behind a number": "/reports/suppliers_by_state/records?k0=qualified",
    "dashboard": "/dashboards/purchasing",
    "search": "/search?q=SUP",
    "bin": "/bin",
    "missing": "/records/supplier/999999",
    "delete": "/records/department/1/delete",
}

COMING = "[hx-trigger^=load] > a.quiet"
"""What stands in the place of a part until it has come."""
SHIFTS = """window.shifts = []; new PerformanceObserver(seen => {
    for (const shift of seen.getEntries()) if (!shift.hadRecentInput) window.shifts.push(shift.value);
}).observe({type: "layout-shift", buffered: true});"""
TRACED = """() => new Promise(done => new PerformanceObserver(seen => {
    const [page] = performance.getEntriesByType("navigation"), [paint] = seen.getEntriesByName("first-contentful-paint");
    if (paint) done([window.shifts, paint.startTime - page.responseStart]);
}).observe({type: "paint", buffered: true}))"""
"""The shifts, and the milliseconds from the first byte to the first words."""


STILL = 0.01
SOON = 1800
"""The milliseconds that the makers of browsers call good."""


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh", 360)])
def test_pages_are_accessible_and_fit(enter: Enter, language: str, width: int, effort: Callable[[bool, bool], bool]) -> None:
    """In both languages, each in one width and with one of the themes in full; all of both in `./dev test --long`."""
    wide, everything = width > 1000, effort(False, True)
    person = enter("admin", language, width=width)
    for path in PAGES.values():
        person.open(path)
        person.assert_fits()
        person.assert_menus_in_sight()
        if wide or everything:
            person.assert_accessible()
        if not wide or everything:
            person.assert_accessible("dark")
    person.assert_quiet()


def traced(person: Seen, path: str) -> tuple[float, float]:
    """How far a page moved while it loaded, and the milliseconds until its first words.

    The best of five loads: a machine that is torn between many things paints late, or half a page and then the rest beside it.
    """
    loads: list[tuple[float, float]] = []
    while len(loads) < 5 and not any(moved < STILL and painted < SOON for moved, painted in loads):
        person.open(path)
        expect(person.page.locator(COMING)).to_have_count(0)
        moved, painted = person.page.evaluate(TRACED)
        loads.append((sum(moved), painted))
    return min(loads, key=lambda load: (load[0] >= STILL, load[1]))


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_a_page_loads(enter: Enter, width: int) -> None:
    """What the browser's own trace says of layout shifts and of the first paint, with everything that comes later loaded."""
    person = enter("buyer", width=width)
    person.page.add_init_script(SHIFTS)
    for name in ("home", "list", "board", "record", "report in a panel", "form", "inbox", "report", "dashboard"):
        moved, painted = traced(person, PAGES[name])
        assert moved < STILL, (name, moved)
        assert 0 < painted < SOON, (name, painted)


def test_a_chart_is_taken_away_as_it_is_seen(enter: Enter) -> None:
    lead = enter("lead")
    lead.open(PAGES["report"])
    page = lead.page
    page.locator("summary", has=page.locator("use[href$='#download']")).click()
    with page.expect_download() as loaded:
        page.get_by_text("(PNG)").click()
    picture = loaded.value.path().read_bytes()
    assert (loaded.value.suggested_filename, picture[:4]) == ("Suppliers by category and grade.png", b"\x89PNG")
    assert len(picture) > 10_000, "it is not blank"


def test_the_door_is_accessible(enter: Enter) -> None:
    anybody = enter("")
    anybody.open("/login")
    anybody.assert_accessible()


def test_everything_works_without_script(enter: Enter, browser: Browser) -> None:
    buyer = enter("buyer")
    with browser.new_context(java_script_enabled=False, storage_state=buyer.page.context.storage_state()) as context:
        page = context.new_page()
        page.goto(f"{buyer.address}/records/supplier")
        page.locator("tbody a.open").first.click()
        expect(page.locator("h1")).to_be_visible()
        page.goto(f"{buyer.address}/records/supplier/new")
        page.click("button[name=_add][value=contacts]")
        assert page.locator("#f-contacts-1-name").is_visible()


def test_rows_are_ticked_by_keyboard_and_each_has_its_result(enter: Enter) -> None:
    person = enter("buyer", "en", width=360)
    person.open("/records/supplier")
    bar = person.page.locator(".bulk-bar")
    expect(bar).to_be_hidden()
    for key in ("j", "x", "j", "x"):
        person.page.keyboard.press(key)
    expect(bar).to_contain_text("2 ticked")
    person.assert_fits()
    person.assert_accessible()
    person.assert_accessible("dark")
    bar.locator("button[value=edit]").click()
    expect(person.page.locator("h1")).to_have_text("Change 2 records")
    person.assert_accessible()
    person.assert_accessible("dark")
    person.open("/records/supplier")
    for box in person.page.locator("tbody [name=id]").all():
        box.check()
    bar.get_by_text("Submit for onboarding").click()
    expect(person.page.locator("[role=alert]")).to_contain_text("not changed")
    person.assert_fits()
    person.assert_accessible()
    person.assert_accessible("dark")
    person.assert_quiet()


def test_a_dragged_card_comes_back_with_the_reason(enter: Enter) -> None:
    person = enter("buyer", "en")
    person.open("/records/supplier?show=board")
    person.page.drag_and_drop(".board-column:nth-child(1) .slip", ".board-column:nth-child(3)")
    expect(person.page.locator(".toasts")).to_contain_text("No action of yours leads")
    expect(person.page.locator(".board-column:nth-child(1) .slip")).to_have_count(1)
    person.assert_quiet()


PASTE = """words => { const data = new DataTransfer(); data.setData("text/plain", words);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})); }"""


def test_cells_are_pasted_and_what_is_typed_survives_a_closed_tab(enter: Enter) -> None:
    person = enter("buyer", "en")
    person.open("/records/supplier/new")
    person.page.click("button[name=_add][value=contacts]")
    person.page.locator("#f-contacts-1-name").click()
    person.page.evaluate(PASTE, "Ann\tBoss\nBob\tClerk\nCid\tDriver\n")
    expect(person.page.locator("#f-contacts-3-name")).to_have_value("Cid")
    person.page.locator("#f-contacts-1-name").click()
    person.page.keyboard.press("Enter")
    expect(person.page.locator("#f-contacts-2-name")).to_be_focused()
    person.page.keyboard.press("Alt+ArrowUp")
    expect(person.page.locator("#f-contacts-1-name")).to_have_value("Bob")
    with person.page.expect_response(lambda answer: answer.url.endswith("/draft")):
        person.page.locator("#f-company_name").press_sequentially("Half")
    person.open("/records/supplier/new")
    expect(person.page.locator("#f-company_name")).to_have_value("Half")
    expect(person.page.locator("#f-contacts-3-name")).to_have_value("Cid")
    person.page.get_by_role("button", name="Begin again").click()
    expect(person.page.locator("#f-company_name")).to_have_value("")
    person.assert_quiet()


def test_the_theme_follows_the_system_until_one_is_chosen(enter: Enter) -> None:
    person = enter("buyer", theme="")
    person.page.emulate_media(color_scheme="dark")
    person.open("/account")
    expect(person.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    person.page.locator("main button[name=theme][value=light]").click()
    expect(person.page.locator("html")).to_have_attribute("data-bs-theme", "light")
    assert "theme" in {cookie["name"] for cookie in person.page.context.cookies()}


def test_what_a_lookup_does_not_offer_is_made_beside_the_form(enter: Enter) -> None:
    person = enter("lead", "en")
    person.open("/records/supplier/new")
    person.page.fill("#f-company_name", "Typed before")
    person.page.locator("#f-category-ts-control").click()
    person.page.keyboard.type("Adhesives")
    expect(person.page.locator(".ts-dropdown .option")).to_have_count(0)
    person.page.keyboard.press("Enter")
    box = person.page.locator("#quick-box")
    expect(box.locator("#f-quick-name")).to_have_value("Adhesives")
    person.assert_accessible()
    box.locator(".btn-primary").click()
    expect(box.locator(".problem")).to_contain_text("Responsible department")
    box.locator("#f-quick-owner_dept-ts-control").click()
    box.locator(".option").first.click()
    box.locator(".btn-primary").click()
    expect(box).to_be_hidden()
    expect(person.page.locator("#f-category + .ts-wrapper .item")).to_have_text("Adhesives")
    expect(person.page.locator("#f-company_name")).to_have_value("Typed before")
    person.assert_quiet()


def test_a_value_is_typed_in_the_list(enter: Enter) -> None:
    person = enter("lead", "en")
    person.open("/records/supplier?q=Zhilian")
    row = person.page.locator("tbody tr")
    pen = row.get_by_role("button", name="Change Responsible buyer")
    pen.focus()
    person.assert_accessible()
    person.page.keyboard.press("Enter")
    expect(row.locator(".cell-edit .ts-wrapper")).to_be_visible()
    person.page.keyboard.press("Escape")
    person.page.keyboard.press("Escape")
    expect(row.locator(".cell-edit")).to_have_count(0)
    expect(pen).to_be_focused()
    person.page.keyboard.press("Enter")
    person.page.keyboard.type("Ben")
    row.locator(".ts-dropdown .option", has_text="Ben").first.click()
    expect(row.locator(".cell-edit")).to_have_count(0)
    expect(row).to_contain_text("Ben")
    person.assert_quiet()


def test_no_column_of_a_list_is_out_of_reach(enter: Enter) -> None:
    person = enter("buyer", "en")
    person.open("/records/supplier")
    last = person.page.locator("tbody tr td:last-child").first
    for width in (768, 1024, 1440, 1920):
        person.page.set_viewport_size({"width": width, "height": 860})
        last.scroll_into_view_if_needed()
        expect(last).to_be_in_viewport(ratio=0.9)
        person.assert_fits()
