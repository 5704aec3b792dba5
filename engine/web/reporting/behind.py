"""The records behind a number, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from flask import request

from engine import settings
from engine.metadata import Report, Value
from engine.records import Query, find, may_use
from engine.reports import drilled
from engine.unit_of_work import View
from engine.web.api.cursors import Cursors, Question
from engine.web.api.problems import RequestProblem
from engine.web.lists import columns_of, list_rows
from engine.web.opening import list_for
from engine.web.views import BehindPage, Heading
from engine.web.visit import application, visit
from engine.web.words import ngettext

from .tables import OF

PAGE = 50


def behind_page(view: View, report: Report, given: Mapping[str, Value], addresses: tuple[str, str]) -> BehindPage:
    """The records; `addresses` are that of this page and of the report. Raises Forbidden, Invalid."""
    tokens = {at: request.args[f"k{at}"][:200] for at in range(len(report.dimensions)) if f"k{at}" in request.args}
    source = next((each for each in report.sources if each.name == request.args.get(OF, "")), report.sources[0])
    query = drilled(view, report, source, given, tokens)
    entity = view.metadata.entities[query.entity]
    described = list_for(view, entity)
    paths = tuple(path for path in source.drill or described.columns if may_use(view, entity, path) or "." not in path)
    columns = columns_of(view.metadata, entity, paths)
    behind = tuple(column.path for column in columns if column.behind)
    query = replace(query, sort=described.sort, limit=PAGE, fields=frozenset(paths), paths=behind)
    question = Question(
        view.actor.id, view.metadata.number, (addresses[0], *sorted(f"{k}={v}" for k, v in request.args.items() if k != "after"))
    )
    page = find(view, _continued(query, question))
    display = visit().display(view, page.records[0].titles if page.records else {})
    following = "" if page.next is None else _cursors().write(question, page.next)
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != "after"]
    return BehindPage(
        visit().words(entity.plural),
        (ngettext("%(num)s record on this page", "%(num)s records on this page", len(page.records)),),
        addresses[1],
        tuple(Heading(column.label, column.numeric, terse=column.terse) for column in columns),
        list_rows(entity, columns, page.records, display),
        f"{addresses[0]}?{urlencode([*rest, ('after', following)])}" if following else "",
    )


def _continued(query: Query, question: Question) -> Query:
    after = request.args.get("after", "")
    if not after:
        return query
    try:
        return replace(query, after=_cursors().read(question, after))
    except RequestProblem:
        return query


def _cursors() -> Cursors:
    return Cursors(settings.key(application().root, "cursor"))
