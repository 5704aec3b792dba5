"""Mail leaves after the commit, once, in any script, and only when there is a server for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.access import SYSTEM
from engine.errors import Refusal
from engine.notices import Mail, Post, put_mail
from engine.unit_of_work import UnitOfWork
from tests.applications import World, opened
from tests.postbox import Box, box

__all__ = ["box"]

YAML = """
    app: letters
    languages: [en, zh]
"""
LETTER = Mail("bea@example.com", "采购订单\r\nBcc: all@example.com", "请审批\nPlease approve")


@pytest.fixture
def world(box: Box, tmp_path: Path) -> Iterator[World]:
    with opened(YAML, f"sqlite:///{tmp_path / 'letters.db'}") as world:
        yield world


def test_a_letter_leaves_once_after_the_commit(world: World, box: Box) -> None:
    def twice(uow: UnitOfWork) -> None:
        for _ in range(2):
            put_mail(uow.connection, LETTER, uow.now, "order:7")

    world.app.run(SYSTEM, twice)
    assert box.letters == []
    world.app.jobs.run_due()
    (letter,) = box.letters
    assert (letter.mail_from, letter.rcpt_tos) == ("shop@example.com", ["bea@example.com"])
    assert box.subjects() == ["采购订单 Bcc: all@example.com"], "a line break in a subject is no new header"
    assert "请审批" in box.texts()[0]


def test_what_is_rolled_back_is_not_sent(world: World, box: Box) -> None:
    def refused(uow: UnitOfWork) -> None:
        put_mail(uow.connection, LETTER, uow.now)
        raise Refusal("no")

    with pytest.raises(Refusal):
        world.app.run(SYSTEM, refused)
    world.app.jobs.run_due()
    assert box.letters == []


def test_a_server_that_is_away_is_tried_again(world: World) -> None:
    with pytest.raises(OSError, match="refused"):
        Post("smtp://127.0.0.1:1").send(LETTER, "once", world.clock.now())


def test_without_a_server_nothing_leaves_and_nothing_fails(world: World, box: Box) -> None:
    Post().send(LETTER, "once", world.clock.now())
    assert box.letters == []
