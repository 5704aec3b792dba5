"""Whatever running work says to a person is there in Chinese."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

import engine.workflow
from engine.errors import LOCALE

SAID = re.compile(r'\bMessage\(\s*"((?:[^"\\]|\\.)*)"')


def test_every_message_is_translated() -> None:
    with (LOCALE / "zh" / "LC_MESSAGES" / "objectloom.po").open("rb") as file:
        known = {message.id for message in read_po(file, locale="zh") if message.string}
    modules = Path(engine.workflow.__file__).parent.glob("*.py")
    said = {words for module in modules for words in SAID.findall(module.read_text(encoding="utf-8"))}
    assert said - known == set()
    assert len(said) > 30
