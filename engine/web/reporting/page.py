"""The page of a report."""

from __future__ import annotations

from urllib.parse import urlencode

from engine.errors import Invalid, Refusal
from engine.metadata import Report
from engine.reports import Outcome, compute, may_take_away
from engine.transfer import fits_sheets, kinds
from engine.unit_of_work import View
from engine.web.views import Choice, ReportPage
from engine.web.visit import visit

from .inputs import given_in_address, inputs_of, texts_in_address
from .pictures import chart_of
from .subscribing import kind_words, subscribing
from .tables import linker, naming_of, sealed_note, table_of

WIDE = 760


def report_page(view: View, report: Report) -> ReportPage:
    """The report with the parameters of the address; where it cannot be computed, the reason stands in its place. Raises Forbidden."""
    here, address = visit(), f"/reports/{report.name}"
    given, problems = given_in_address(view, report.parameters)
    inputs = inputs_of(view, report.parameters, given, problems)
    page = ReportPage(here.words(report.label), here.words(report.help), address, inputs)
    if problems:
        return page
    try:
        naming = naming_of(view, compute(view, report, given))
    except (Invalid, Refusal) as wrong:
        return _without(page, wrong)
    kept = list(texts_in_address(report.parameters).items())
    return ReportPage(
        page.label,
        page.help,
        address,
        inputs,
        table_of(naming, linker(f"{address}/records", kept)),
        chart_of(naming, "chart", WIDE),
        _exports(view, naming.outcome, address, kept),
        naming.display.moment(naming.outcome.at),
        sealed=sealed_note(naming.outcome),
        saved=urlencode(kept),
        subscribing=subscribing(view, report, kept),
    )


def _without(page: ReportPage, wrong: Invalid | Refusal) -> ReportPage:
    return ReportPage(page.label, page.help, page.address, page.inputs, wrong=why_not(wrong))


def why_not(wrong: Invalid | Refusal) -> str:
    """Why there are no figures, in words."""
    if isinstance(wrong, Invalid):
        return " ".join(visit().words(problem.message) for problem in wrong.problems)
    return visit().words(wrong.message)


def _exports(view: View, outcome: Outcome, address: str, kept: list[tuple[str, str]]) -> tuple[Choice, ...]:
    """The files of a report, the kind that it names first."""
    if not may_take_away(view, outcome.report):
        return ()
    words = kind_words()
    offered = [kind for kind in kinds() if kind != "pdf" or fits_sheets(outcome)]
    offered.sort(key=lambda kind: kind != outcome.report.file.kind)
    return tuple(Choice(words[kind], value=f"{address}/export?{urlencode([*kept, ('as', kind)])}") for kind in offered)
