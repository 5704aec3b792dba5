"""What `loom test --coverage` prints: how much of the application its scenarios went through, and what they left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

import click

from engine.scenarios import Share

STRICT = ("steps", "routes")
"""What `--at-least` counts."""


def print_shares(covered: Iterable[Share]) -> None:
    """A line for each workflow, lifecycle, decision and entity, and below it what no scenario went through."""
    for of, group in groupby(covered, key=lambda share: share.of):
        listed = list(group)
        good = all(not share.missed for share in listed)
        figures = "  ".join(f"{share.kind} {share.covered}/{share.all}" for share in listed)
        click.echo(f"{click.style(of, fg='green' if good else 'yellow')}  {figures}")
        for line in _missed(listed):
            click.echo(f"     {line}")


def enough(covered: Iterable[Share], percent: int) -> bool:
    """Whether so many percent of the steps and routes of every workflow were gone through."""
    return all(share.covered * 100 >= percent * share.all for share in covered if share.kind in STRICT)


def _missed(listed: Iterable[Share]) -> Iterator[str]:
    for share in listed:
        yield from (f"not covered: {share.kind.removesuffix('s')} {what}" for what in share.missed)
