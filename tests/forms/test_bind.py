"""What a form sent, as values."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.access import Sight
from engine.forms import Layout, bind, layout_of
from engine.metadata import Metadata
from engine.records import Writable
from tests.applications import opened
from tests.web.small import YAML


@pytest.fixture(scope="module")
def metadata(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Metadata]:
    with opened(YAML, f"sqlite:///{tmp_path_factory.mktemp('forms') / 'shop.db'}") as world:
        yield world.metadata


@pytest.fixture
def layout(metadata: Metadata) -> Layout:
    return layout_of(metadata.entities["order"], metadata.form_of("order"))


def test_only_fields_of_the_form_are_taken(layout: Layout) -> None:
    sent = bind(layout, {"subject": ["Bolts"], "state": ["approved"], "number": ["O-1"], "total": ["1"], "csrf_token": ["x"]})
    assert sent.values == {"subject": "Bolts"}
    assert sent.texts == {"subject": "Bolts"}


def test_a_percentage_without_its_sign_is_one(layout: Layout) -> None:
    assert bind(layout, {"discount": ["12.5"]}).values == {"discount": "12.5%"}
    assert bind(layout, {"discount": ["12.5%"]}).values == {"discount": "12.5%"}
    assert bind(layout, {"discount": [""]}).values == {"discount": ""}


def test_rows_come_in_order_with_their_ids_and_new_numbers(layout: Layout) -> None:
    sent = bind(layout, {"lines": ["rows"], "lines.10.qty": ["2"], "lines.2.id": ["7"], "lines.2.qty": ["1"], "lines.x.qty": ["9"]})
    assert sent.values == {"lines": [{"id": "7", "qty": "1"}, {"qty": "2"}]}
    assert sent.texts == {"lines.1.qty": "1", "lines.2.qty": "2"}


def test_buttons_add_and_remove_rows(layout: Layout) -> None:
    rows = {"lines": ["rows"], "lines.1.qty": ["1"], "lines.2.qty": ["2"]}
    assert bind(layout, {**rows, "_remove": ["lines.1"]}).values == {"lines": [{"qty": "2"}]}
    assert bind(layout, {**rows, "lines.1.id": ["7"], "_copy": ["lines.1"]}).values == {
        "lines": [{"id": "7", "qty": "1"}, {"qty": "1"}, {"qty": "2"}]
    }
    assert bind(layout, {**rows, "_up": ["lines.2"]}).values == {"lines": [{"qty": "2"}, {"qty": "1"}]}
    assert bind(layout, {**rows, "_up": ["lines.1"]}).values == {"lines": [{"qty": "1"}, {"qty": "2"}]}
    assert bind(layout, {**rows, "_add": ["lines"]}).values == {"lines": [{"qty": "1"}, {"qty": "2"}, {}]}


def test_a_table_that_was_not_sent_stays_as_it_is(layout: Layout) -> None:
    assert "lines" not in bind(layout, {"subject": ["Bolts"]}).values
    assert bind(layout, {"lines": ["rows"]}).values == {"lines": []}


def test_what_a_link_fills_in_is_left_to_it_while_it_is_blank(layout: Layout) -> None:
    row = {"lines": ["rows"], "lines.1.product": ["1"], "lines.1.qty": [""]}
    assert bind(layout, {**row, "lines.1.price": [""]}).values == {"lines": [{"product": "1", "qty": ""}]}
    assert bind(layout, {**row, "lines.1.price": ["3"]}).values == {"lines": [{"product": "1", "qty": "", "price": "3"}]}
    changed = bind(layout, {**row, "lines.1.price": ["3"]}, changed="lines.1.product")
    assert changed.values == {"lines": [{"product": "1", "qty": ""}]}


def test_a_hidden_field_is_gone_and_a_masked_one_is_closed(metadata: Metadata) -> None:
    sight = Sight(frozenset({"secret", "lines.price"}), {"discount": "all"})
    layout = layout_of(metadata.entities["order"], metadata.form_of("order"), sight)
    names = {placed.name for placed in layout.placed()}
    assert "secret" not in names
    assert [cell.name for placed in layout.placed() for cell in placed.columns] == ["product", "qty", "amount"]
    assert bind(layout, {"secret": ["x"], "discount": ["1"], "subject": ["s"]}).values == {"subject": "s"}


def test_a_step_shows_only_its_fields_in_the_order_of_the_form(metadata: Metadata) -> None:
    only = frozenset({"secret", "subject"})
    layout = layout_of(metadata.entities["order"], metadata.form_of("order"), only=only)
    assert [placed.name for placed in layout.placed()] == ["subject", "secret"]


def test_a_closed_field_is_shown_and_not_taken(metadata: Metadata) -> None:
    layout = layout_of(metadata.entities["order"], metadata.form_of("order"), writable=Writable(frozenset({"subject"})))
    assert bind(layout, {"subject": ["s"], "urgency": ["high"], "lines": ["rows"], "lines.1.id": ["4"]}).values == {"subject": "s"}
