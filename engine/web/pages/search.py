"""Searching everything: a page, and the same lines for the box that Ctrl K opens."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import render_template, request

from engine.access import row_rule
from engine.records import Hits, Record
from engine.records import search as search_records
from engine.unit_of_work import View
from engine.web.frame import shell
from engine.web.static_files import icon_name
from engine.web.views import Crumb, HomeTask, SearchGroup, SearchPage, Shell
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, pages

EACH = 5
PLACES = 6


@pages.get("/search")
def search() -> Answer:
    """What has the words `q`: pages, what may be begun, and records, as far as the person may see them; or archived records alone."""
    words, archived = request.args.get("q", "").strip()[:200], request.args.get("archived") == "true"
    with visit().look() as view:
        frame = shell(view, Crumb(_("Search")))
        places = _places(frame, words) if words and not archived else ()
        asked = {"q": words, **({"archived": "true"} if archived else {})}
        groups = tuple(_group(view, found, asked) for found in search_records(view, words, EACH, archived=archived))
        page = SearchPage(words, (*places, *groups), _archive(view, words, archived=archived), archived)
        template = "parts/hits.html" if "HX-Request" in request.headers else "search.html"
        return render_template(template, page=page, shell=frame)


def _places(frame: Shell, words: str) -> tuple[SearchGroup, ...]:
    """The lines of the menu and the records that may be made, where their names hold what was typed."""
    wanted = words.casefold()
    items = (item for group in frame.groups for item in group.items if wanted in item.label.casefold())
    begun = (item for item in frame.new if wanted in item.label.casefold())
    lines = [HomeTask(item.href, item.label, "") for item in items]
    lines += [HomeTask(item.href, _("New: %(kind)s", kind=item.label), "") for item in begun]
    return (SearchGroup(_("Go to"), "arrow-right", tuple(lines[:PLACES])),) if lines else ()


def _archive(view: View, words: str, *, archived: bool) -> str:
    """Where the same is looked for among the others; blank where nothing that the person may see is ever archived."""
    if not words or not any(each.archives and not row_rule(each, "read", view.actor).nothing for each in view.metadata.documents):
        return ""
    return "/search?" + urlencode({"q": words} if archived else {"q": words, "archived": "true"})


def _group(view: View, found: Hits, asked: Mapping[str, str]) -> SearchGroup:
    here, address = visit(), f"/records/{found.entity.name}"
    display = here.display(view, {})
    lines = tuple(
        HomeTask(f"{address}/{record.id}", record.title or f"#{record.id}", _hint(record), display.ago(record.values["updated_at"]))  # type: ignore[arg-type]
        for record in found.records
    )
    more = address + "?" + urlencode(asked) if found.more else ""
    return SearchGroup(here.words(found.entity.plural), icon_name(found.entity.icon), lines, more)


def _hint(record: Record) -> str:
    number = str(record.values.get("number") or record.values.get("email") or "")
    return "" if number in record.title else number
