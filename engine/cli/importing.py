"""`loom import`: a file of records comes in, all of it while the command runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from engine import storage
from engine.access import Actor
from engine.app import App
from engine.errors import Invalid
from engine.transfer import Import, begin, change, failed_file, load_import, stage, work_through
from engine.unit_of_work import UnitOfWork

from .accounts import Place, at_place
from .export import actor_named, entity_named
from .issues import json_option

SHOWN = 20
"""How many rows with problems are printed."""


@click.command("import")
@click.argument("entity")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@at_place
@click.option("--key", default=None, metavar="NAMES", help="Fields by which records are found; default: number, or a unique text.")
@click.option("--whole", is_flag=True, help="All rows or none.")
@click.option("--check", "rehearse", is_flag=True, help="Only say what would happen.")
@click.option("--failed", type=click.Path(path_type=Path, dir_okay=False), help="Write the rows that failed into this CSV file.")
@click.option("--as", "person", metavar="USER", help="As this person; default: the system.")
@json_option
def command(  # noqa: PLR0913 - its options
    place: Place,
    *,
    entity: str,
    file: Path,
    key: str | None,
    whole: bool,
    rehearse: bool,
    failed: Path | None,
    person: str | None,
    as_json: bool,
) -> None:
    """Import FILE (CSV or XLSX) into ENTITY. Exit 1 when a row has a problem."""
    with place.open() as app:
        actor = actor_named(app, person)

        def ask(uow: UnitOfWork, number: int) -> None:
            doing = load_import(uow, number, counted=False)
            keys = doing.options.key if key is None else tuple(name.strip() for name in key.split(",") if name.strip())
            change(uow, number, doing.meanings, replace(doing.options, key=keys, whole=whole))
            begin(uow, number, rehearse=rehearse)

        try:
            with app.look(actor) as view:
                kind = entity_named(view, entity)
            number = stage(app.ground, actor, kind.name, (file, file.name))
            app.run(actor, lambda uow: ask(uow, number))
        except Invalid as wrong:
            raise click.ClickException(str(wrong)) from wrong
        work_through(app.ground, lambda: actor, number)
        bad = _report(app, actor, number, as_json=as_json, failed=failed)
    raise click.exceptions.Exit(1 if bad else 0)


def _report(app: App, actor: Actor, number: int, *, as_json: bool, failed: Path | None) -> bool:
    with app.look(actor) as view:
        doing = load_import(view, number)
        problems = storage.staged_problems(view.connection, number, SHOWN)
        if failed is not None and problems:
            with failed.open("wb") as stream:
                failed_file(view, doing, "csv", stream)
    if as_json:
        click.echo(
            json.dumps({"import": number, "counts": dict(doing.counts), "error": doing.error, "problems": problems}, ensure_ascii=False)
        )
    else:
        _print(doing, problems)
    return bool(problems or doing.error)


def _unread(doing: Import) -> Iterator[tuple[str, str]]:
    """The columns that mean nothing, each with its sheet."""
    for (sheet, headings), meaning in zip(doing.headings, doing.meanings, strict=False):
        yield from ((sheet, heading) for heading, path in zip(headings, meaning.paths, strict=False) if not path)


def _print(doing: Import, problems: list[dict[str, str]]) -> None:
    for one in problems:
        meant = f" (did you mean {one['suggest']}?)" if one["suggest"] else ""
        click.echo(f"line {one['line']} {one['path']}: {one['words']}{meant}")
    if left_out := [f"{heading} ({sheet})" for sheet, heading in _unread(doing)]:
        click.echo(f"not read, because they mean no field: {', '.join(left_out)}", err=True)
    counts = ", ".join(f"{count} {state}" for state, count in sorted(doing.counts.items()))
    click.echo(counts or "There are headings, but no rows below them.", err=True)
    if doing.error:
        click.secho(doing.error, fg="red", err=True)
