"""The API as a page: what its reader may use, in their language, with nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask

from tests.web.without_script import Person


def test_it_describes_what_its_reader_may_use(at_browser: Callable[..., Person]) -> None:
    bea = at_browser("bea").open("/api/docs").text
    assert "/records/order/{id}" in bea
    assert "lines[].qty" in bea
    assert "secret" not in re.sub(r'class="secret"', "", bea)
    gus = at_browser("gus").open("/api/docs").text
    assert "/records/order" not in gus
    assert "/me" in gus


def test_it_speaks_chinese_and_loads_nothing_foreign(at_browser: Callable[..., Person]) -> None:
    page = at_browser("bea", "zh").open("/api/docs").text
    assert "订单" in page
    assert "参数" in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_it_is_for_people_who_are_signed_in(flask: Flask) -> None:
    person = Person(flask)
    person.open("/api/docs")
    assert person.address == "/login"
