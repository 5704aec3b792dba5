"""While a folder is being worked on, its mistakes stand on the pages, in the language of the reader, and everything goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.loading import Sources, check_sources
from tests.applications import World
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

WRONG = Sources({"app.yaml": b"app: shop\n", "models/item.yaml": b"entity: item\nfields:\n  name: {type: text, requird: true}\n"})


def test_mistakes_stand_on_every_page_in_the_language_of_its_reader(world: World) -> None:
    flask = pages_of(world.app)
    issues = check_sources(WRONG).issues
    flask.extensions["objectloom_issues"] = lambda: issues
    told = {
        "en": ("is not applied", 'There is no key "requird" in a field of type text.'),
        "zh": ("未生效", "text 类型的字段没有键“requird”。"),
    }
    for language, words in told.items():
        person = Person(flask, language)
        come_in(person, world.people["bea"])
        for address in ("/records/product", "/issues"):
            page = person.open(address)
            assert person.status == 200
            assert words[1] in page.words, page.words
            assert "models/item.yaml:3:22" in page.words
        assert words[0] in person.open("/").words
    watching = Person(flask)
    come_in(watching, world.people["bea"])
    before = watching.open("/issues/state").text
    issues = (replace(issues[0], message="There is another mistake now."),)
    assert watching.open("/issues/state").text != before, "the page is loaded again"


def test_a_folder_in_order_says_nothing(at_browser: Callable[..., Person]) -> None:
    assert "mistakes" not in at_browser("bea").open("/").text
