"""`loom test`: runs the scenarios of an application on scratch databases."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click

from engine.errors import Issue
from engine.loading import load_sources, read_sources
from engine.metadata import Metadata
from engine.plugins import Plugins
from engine.scenarios import Findings, Library, Result, Scenario, Share, Witness, check, read_library, run, runs_of, shares
from engine.settings import setting

from .coverage import enough, print_shares
from .issues import json_option, path_argument, print_issues, reader_of
from .logging import plain_log
from .scratch import Scratch

DB_HELP = "Use this PostgreSQL server (postgresql://…; just postgresql: that of LOOM_DB), in databases of its own; default: SQLite files."


def _server(given: str | None) -> str | None:
    """The address of the PostgreSQL server, None for SQLite files. Raises BadParameter for anything else."""
    if given is None or given.startswith("sqlite"):
        return None
    address = setting("LOOM_DB") if given == "postgresql" else given
    if not address.startswith("postgresql"):
        raise click.BadParameter("give the address of a PostgreSQL server: postgresql://…")
    return address


@click.command("test")
@path_argument
@click.argument("names", nargs=-1)
@click.option("--db", "server", callback=lambda context, option, given: _server(given), help=DB_HELP)
@click.option("--coverage", is_flag=True, help="Print what is covered: steps, routes, timers, guards, permissions, and what is not.")
@click.option("--at-least", type=click.IntRange(0, 100), help="With --coverage: exit 1 below so many percent of the steps and routes.")
@json_option
def command(  # noqa: PLR0913 - its options
    path: Path, names: tuple[str, ...], server: str | None, at_least: int | None, *, coverage: bool, as_json: bool
) -> None:
    """Run the scenarios in tests/cases of the application in PATH, or only those called NAMES. Exit 1 when one fails."""
    plain_log()
    plugins = Plugins.discover(path)
    sources, findings = read_sources(path), Findings()
    metadata = load_sources(sources, plugins=plugins)
    library = read_library(path, findings)
    scenarios = list(_chosen(library, names, metadata, findings))
    issues = findings.sorted
    if issues:
        _print_broken(issues, path, as_json=as_json)
        raise click.exceptions.Exit(1)
    results = []
    witness = Witness(metadata) if coverage else None
    with closing(Scratch(path, (sources, metadata), plugins, server)) as scratch:
        for scenario in scenarios:
            began = time.perf_counter()
            result = run(scenario, library.scenarios[scenario.name], scratch.open, witness)
            results.append((result, time.perf_counter() - began))
            if not as_json:
                _print_result(*results[-1])
    covered = shares(metadata, witness.seen) if witness is not None else []
    if as_json:
        click.echo(_json(results, [], covered))
    else:
        _print_summary(results)
        print_shares(covered)
    good = all(result.good for result, _ in results) and enough(covered, at_least or 0)
    raise click.exceptions.Exit(0 if good else 1)


def _chosen(library: Library, names: tuple[str, ...], metadata: Metadata, findings: Findings) -> Iterator[Scenario]:
    """The runs of the scenarios with these names (all without any), each checked against the application."""
    unknown = [name for name in names if name not in library.scenarios]
    if unknown:
        raise click.BadParameter(f"there is no scenario {', '.join(unknown)}")
    for name in names or library.scenarios:
        for scenario in runs_of(name, library, findings):
            check(scenario, library, metadata, findings)
            yield scenario


def _print_broken(issues: list[Issue], path: Path, *, as_json: bool) -> None:
    if as_json:
        click.echo(_json([], issues))
    else:
        print_issues(issues, reader_of(path))


def _print_result(result: Result, seconds: float) -> None:
    mark = click.style("ok  ", fg="green") if result.good else click.style("FAIL", fg="red", bold=True)
    click.echo(f"{mark} {result.name} ({seconds:.2f} s)")
    for failure in result.failures:
        click.echo(f"     {failure.file}:{failure.line} {failure.message}")


def _print_summary(results: list[tuple[Result, float]]) -> None:
    failed = sum(not result.good for result, _ in results)
    seconds = sum(spent for _, spent in results)
    click.echo(f"{len(results) - failed} of {len(results)} scenarios as written, in {seconds:.1f} s", err=True)


def _json(results: list[tuple[Result, float]], issues: list[Issue], covered: list[Share] | None = None) -> str:
    keys = ("code", "level", "file", "line", "column", "message", "hint")
    shown = [
        {
            "name": result.name,
            "ok": result.good,
            "seconds": round(seconds, 3),
            "failures": [{"file": failure.file, "line": failure.line, "message": failure.message} for failure in result.failures],
        }
        for result, seconds in results
    ]
    found = [{key: getattr(issue, key) for key in keys} for issue in issues]
    content: dict[str, object] = {"scenarios": shown, "issues": found}
    if covered:
        content["coverage"] = [{"of": s.of, "kind": s.kind, "covered": s.covered, "all": s.all, "missed": s.missed} for s in covered]
    return json.dumps(content, ensure_ascii=False, indent=2)
