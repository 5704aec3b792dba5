"""Mail leaves in any script, and only when there is a server for it; notices and letters send it, in jobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.notices import Mail, Post
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


def test_a_letter_leaves_in_any_script_and_a_line_break_is_no_new_header(world: World, box: Box) -> None:
    Post.from_settings().send(LETTER, "once", world.clock.now())
    (letter,) = box.letters
    assert (letter.mail_from, letter.rcpt_tos) == ("shop@example.com", ["bea@example.com"])
    assert box.subjects() == ["采购订单 Bcc: all@example.com"]
    assert "请审批" in box.texts()[0]


def test_a_server_that_is_away_is_tried_again(world: World) -> None:
    with pytest.raises(OSError, match="refused"):
        Post("smtp://127.0.0.1:1").send(LETTER, "once", world.clock.now())


def test_without_a_server_nothing_leaves_and_nothing_fails(world: World, box: Box) -> None:
    Post().send(LETTER, "once", world.clock.now())
    assert box.letters == []
