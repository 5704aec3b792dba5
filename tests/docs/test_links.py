"""What the documentation points to is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "reports").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
LOCATION = re.compile(r"`((?:engine|models|workflows|forms|plugins|tests|docs|demo)/[\w./-]+)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    broken = [target for target in LINK.findall(text) if not (page.parent / target).exists()]
    assert broken == []


def test_architecture_names_places_that_exist() -> None:
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = [ROOT / place for place in LOCATION.findall(text)]
    named = {ROOT / "engine" / place for place in re.findall(r"`((?:metadata|storage|formula|loading|web|cli)/[\w./-]+)`", text)}
    assert [str(place) for place in [*rooms, *sorted(named)] if not place.exists()] == []
