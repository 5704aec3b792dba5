"""The file of a report, and when it is sent to whom."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Sentence
from engine.formula import Context, Names
from engine.loading.findings import Place
from engine.metadata import ReportFile, Sending, Who
from engine.metadata import declared as d

from .bench import Bench
from .people import people
from .schedules import schedule

READERS = frozenset({"role", "user", "dept", "group"})
"""How readers are named: there is no record whose people could be meant."""


def file_of(declared: d.Report) -> ReportFile:
    """How the file of a report is written."""
    written = declared.export or d.Export()
    separator = "\t" if written.separator == "tab" else written.separator
    return ReportFile(written.as_, separator, written.header, written.encoding, written.file or "")


def sendings(bench: Bench, declared: d.Report, place: Place, names: Names | None) -> Iterator[Sending]:
    """Each time that it is sent. `names` are what `when` may name; None where the values of the report are wrong themselves.

    N307 where somebody would have to choose a parameter, or where `when` asks for totals that the report does not have.
    """
    for index, written in enumerate(declared.send):
        here = place.at("send", index)
        cron, to = _cron(bench, written, here), tuple(_readers(bench, written, here))
        asked = [name for name, field in declared.parameters.items() if field.required is True and getattr(field, "default", None) is None]
        if asked:
            bench.findings.add(
                "N307",
                Sentence("Nobody can choose {asked} when the report is sent.", asked=asked[0]),
                here,
                hint=Sentence("give {asked} a default", asked=asked[0]),
            )
        if written.when is not None and declared.rows and "rows" not in declared.totals:
            bench.findings.add("N307", "`when` is asked of the totals, and this report has none.", here.at("when"), hint="totals: [rows]")
        when = None if names is None else bench.condition(written.when, here.at("when"), names, Context.HAVING)
        if cron and to:
            yield Sending(cron, to, written.as_ or file_of(declared).kind, when)


def _cron(bench: Bench, written: d.Sending, place: Place) -> str:
    if (written.every is None) == (written.cron is None):
        bench.findings.add("S202", "When is it sent? Write `every` or `cron`.", place, hint="every: monday at 09:00", key=True)
        return ""
    return schedule(bench, written, place)


def _readers(bench: Bench, written: d.Sending, place: Place) -> Iterator[Who]:
    for who in people(bench, written.to, place, "to", ("user", ())):
        if who.kind in READERS:
            yield who
        else:
            bench.findings.add(
                "N304",
                Sentence('"{who}" names nobody here: there is no record.', who=who),
                place.at("to"),
                hint="role:, user:, dept: or group:",
            )
