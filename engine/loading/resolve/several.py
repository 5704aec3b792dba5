"""What links to many are given by a definition: nobody, the record of a formula, or all behind a path."""

from __future__ import annotations

from engine.errors import Sentence
from engine.formula import Context, Kind, Names, Type
from engine.loading.findings import Place
from engine.metadata import Given, LinksField, LiteralOrFormula

from .bench import Bench

NOBODY = Given()


def given_links(bench: Bench, declared: LinksField, written: LiteralOrFormula, at: tuple[Place, Names, Context]) -> Given | None:
    """The records of a formula (`=user`), or those behind a path (`=category.team`); S207 for anything else but `null`."""
    place, names, context = at
    if written is None:
        return NOBODY
    if not (isinstance(written, str) and written.startswith("=")):
        hint = "write such as =user, or a path to several records"
        bench.findings.add("S207", "Links are given as the records of a formula.", place, hint=hint)
        return None
    rows = bench.rows_behind(written.removeprefix("="), names)
    if rows is None:
        return bench.given(written, place, names, (context, Type(Kind.REF, entity=declared.to)))
    path, counted = rows
    if path.hops[-1].target != declared.to:
        message = Sentence("{path} leads to {target}, not to {to}.", path=written, target=path.hops[-1].target, to=declared.to)
        bench.findings.add("S207", message, place)
        return None
    return Given(formula=counted, rows=path)
