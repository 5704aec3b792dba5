"""`loom check`: every mistake of an application, with its place."""

from __future__ import annotations

from pathlib import Path

import click

from engine.errors import Message, translate
from engine.loading import Report, check, fix

from .issues import issues_json, json_option, path_argument, print_issues, reader_of, terminal_language


@click.command("check")
@path_argument
@json_option
@click.option("--fix", "correct", is_flag=True, help="Put texts in quotes where a comma or another sign ended them (Y107).")
def command(path: Path, *, as_json: bool, correct: bool) -> None:
    """Check the application in PATH (default: here). Exit 1 when it cannot be loaded."""
    if correct:
        for file in fix(path):
            click.echo(f"corrected {file}", err=True)
    report = check(path)
    if as_json:
        click.echo(issues_json(report.issues))
    else:
        print_issues(report.issues, reader_of(path))
        click.echo(_summary(report), err=True)
    raise click.exceptions.Exit(1 if report.errors else 0)


def _summary(report: Report) -> str:
    found = report.metadata
    if found is None:
        return translate("The application cannot be loaded.", terminal_language())
    own = sum(not entity.system for entity in found.documents)
    told = {"name": found.name, "entities": own, "workflows": len(found.workflows)}
    words = "{name}: {entities:entity|entities}, {workflows:workflow|workflows}. All is well."
    return Message(words, told).render(terminal_language())
