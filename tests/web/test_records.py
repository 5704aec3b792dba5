"""Records: making, reading, changing, deleting, without script."""

from __future__ import annotations

import io
from collections.abc import Callable

from tests.applications import World
from tests.web.without_script import Person

At = Callable[..., Person]


def new_order(bea: Person, **typed: str) -> None:
    bea.open("/records/order/new")
    bea.send("/new", ("_add", "lines"))
    bea.send("/new", **{"subject": "Bolts", "lines__1__product": "1", "lines__1__qty": "3", **typed})


def test_an_order_with_a_row_is_made_and_shown(at_browser: At) -> None:
    bea = at_browser("bea")
    new_order(bea)
    assert bea.address == "/records/order/1"
    assert "O-0001 Bolts" in bea.page.words
    assert "¥7.50" in bea.page.words.replace("CN¥", "¥")


def test_rows_are_added_and_removed_without_losing_what_was_typed(at_browser: At) -> None:
    bea = at_browser("bea")
    bea.open("/records/order/new")
    bea.send("/new", ("_add", "lines"), subject="Bolts")
    bea.send("/new", ("_add", "lines"), lines__1__qty="3")
    bea.send("/new", ("_remove", "lines.1"), lines__2__qty="4")
    fields = dict(bea.form("/new").fields)
    assert fields["subject"] == "Bolts"
    assert fields["lines.1.qty"] == "4"
    assert "lines.2.qty" not in fields


def test_every_problem_stands_at_its_field_and_nothing_typed_is_lost(at_browser: At) -> None:
    bea = at_browser("bea")
    new_order(bea, subject="", discount="a lot", lines__1__qty="-1")
    assert bea.status == 422
    assert "There are 3 problems" in bea.page.words
    assert 'href="#f-subject"' in bea.page.text
    assert 'href="#f-lines-1-qty"' in bea.page.text
    fields = dict(bea.form("/new").fields)
    assert (fields["discount"], fields["lines.1.qty"]) == ("a lot", "-1")


def test_a_percentage_is_typed_as_people_write_it(at_browser: At, world: World) -> None:
    bea = at_browser("bea")
    new_order(bea, discount="12.5")
    assert world.find("bea", "order", "discount = 12.5%") == [1]
    bea.open("/records/order/1/edit")
    assert dict(bea.form("/edit").fields)["discount"] == "12.5"


def test_a_field_that_does_not_show_is_not_taken(at_browser: At, world: World) -> None:
    bea = at_browser("bea")
    new_order(bea, urgency="low", reason="because")
    assert world.find("bea", "order", "ISBLANK(reason)") == [1]


def test_a_hidden_field_is_nowhere(at_browser: At, world: World) -> None:
    bea = at_browser("bea")
    new_order(bea)
    world.save("leo", "order", 1, secret="s3cret")
    for address in ("/records/order/1", "/records/order/1/edit", "/records/order"):
        bea.open(address)
        assert "s3cret" not in bea.page.text
        assert "Secret" not in bea.page.words
    leo = at_browser("leo")
    leo.open("/records/order/1")
    assert "s3cret" in leo.page.words


def test_somebody_without_rights_finds_nothing(at_browser: At) -> None:
    new_order(at_browser("bea"))
    gus = at_browser("gus")
    assert "/records/order" not in gus.open("/").links
    gus.open("/records/order/1")
    assert gus.status == 404
    assert "/inbox" in gus.page.links, "the menu stays"
    missing = gus.page.words
    gus.open("/records/order/99")
    assert gus.page.words == missing
    gus.open("/records/order/new")
    assert gus.status == 403


def test_two_people_at_once_see_both_versions_and_choose(at_browser: At, world: World) -> None:
    bea = at_browser("bea")
    new_order(bea)
    bea.open("/records/order/1/edit")
    world.save("leo", "order", 1, subject="Screws", wanted_on="2026-04-01")
    bea.send("/edit", subject="Nuts", discount="5")
    assert bea.status == 409
    assert "Leo" in bea.page.words
    assert "Screws" in bea.page.words
    assert "Nuts" in bea.page.words
    bea.send("/edit", _choose__subject="theirs", _choose__discount="mine", _choose__wanted_on="theirs")
    assert bea.address == "/records/order/1"
    assert world.find("bea", "order", 'subject = "Screws" AND discount = 5% AND wanted_on = "2026-04-01"') == [1]


def test_deleting_asks_first(at_browser: At, world: World) -> None:
    bea = at_browser("bea")
    new_order(bea)
    bea.open("/records/order/1/delete")
    assert "It is deleted with its 1 row." in bea.page.words
    bea.send("/delete")
    assert world.find("bea", "order") == []


def test_a_comment_stands_in_the_activity(at_browser: At) -> None:
    bea = at_browser("bea")
    new_order(bea)
    bea.send("/comments", comment="<b>Hello</b> Leo")
    assert "<b>Hello</b> Leo" in bea.page.words
    assert "<b>" not in bea.page.text


def test_an_action_asks_and_says_what_is_missing(at_browser: At, world: World) -> None:
    bea = at_browser("bea")
    new_order(bea)
    bea.open("/records/order/1/actions/rename")
    bea.send("/rename", subject="Nuts")
    assert bea.status == 422
    assert dict(bea.form("/rename").fields)["subject"] == "Nuts"
    bea.send("/rename", _comment="a slip")
    assert bea.address == "/records/order/1"
    assert world.find("bea", "order", 'subject = "Nuts"') == [1]


def test_what_links_to_a_record_stands_below_it(at_browser: At) -> None:
    bea = at_browser("bea")
    new_order(bea)
    bea.open("/records/order/new?replaces=1")
    bea.send("/new", subject="Nuts")
    bea.open("/records/order/1")
    assert "O-0002" in bea.page.words
    assert "/records/order/2" in bea.page.links


def test_pages_speak_chinese(at_browser: At) -> None:
    bea = at_browser("bea", "zh")
    bea.open("/records/order/new")
    bea.send("/new", subject="")
    assert "请填写主题" in bea.page.words
    assert 'lang="zh-CN"' in bea.page.text


def test_a_lookup_offers_only_what_may_be_chosen(at_browser: At) -> None:
    bea = at_browser("bea")
    found = bea.client.get("/records/order/lookup?path=lines.1.product&q=").get_json()
    assert [option["text"] for option in found] == ["Bolt"]


def test_a_form_answers_while_one_types(at_browser: At) -> None:
    bea = at_browser("bea")
    bea.open("/records/order/new")
    form = dict(bea.form("/new").fields)
    sent = {**form, "urgency": "high", "lines": "rows", "lines.1.id": "", "lines.1.product": "1", "lines.1.qty": "4"}
    answer = bea.client.post("/records/order/live", data=sent).text
    assert "10.00" in answer
    assert "&#34;reason&#34;:{&#34;shown&#34;:true,&#34;required&#34;:true}" in answer
    assert "&#34;fill&#34;:&#34;2.50&#34;" in answer


def test_a_comment_goes_with_files(at_browser: At) -> None:
    bea = at_browser("bea")
    new_order(bea)
    form = bea.form("/comments")
    assert "files" in bea.page.text
    files = [(io.BytesIO(b"4 x M8"), "sizes.txt"), (io.BytesIO(b"%PDF-1.4"), "plan.pdf")]
    data = {**dict(form.fields), "comment": "See the plan", "files": files}
    page = bea.client.post(form.action, data=data, content_type="multipart/form-data", follow_redirects=True).get_data(as_text=True)
    assert [name in page for name in ("See the plan", "sizes.txt", "plan.pdf", 'href="/files/1"', 'href="/files/2"')] == [True] * 5
    with bea.client.get("/files/1") as answer:
        assert (answer.data, answer.headers["Content-Disposition"].partition(";")[0]) == (b"4 x M8", "attachment")
    bea.open("/records/order/1")
    bea.send("/comments", comment="No files")
    assert "No files" in bea.page.words


def test_the_chain_of_documents_is_loaded_when_somebody_opens_it(at_browser: At, world: World) -> None:
    """A part of the page where parts are loaded, else a page of its own."""
    first = world.save("bea", "order", subject="Bolts", lines=[{"product": 1, "qty": 2, "price": "2.50"}])["id"]
    second = world.save("bea", "order", subject="Nuts", replaces=first, lines=[{"product": 1, "qty": 2, "price": "2.50"}])["id"]
    bea, address = at_browser("bea"), f"/records/order/{second}/chain"
    assert f'hx-get="{address}"' in bea.open(f"/records/order/{second}").text
    assert f"/records/order/{first}" in bea.open(address).links
    assert "Came from" in bea.page.words
    part = bea.open(f"/records/order/{first}/chain", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert f"/records/order/{second}" in part.links
    assert "Came of it" in part.words
