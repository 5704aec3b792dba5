"""The table of cases: each row is one run of the scenario, with `$column` replaced by its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine.loading import Document, Path, did_you_mean

from .findings import Findings, Place

COLUMN = re.compile(r"\$([a-z][a-z0-9_]*)\Z")
Cells = Mapping[str, object]


def case_columns(document: Document, findings: Findings) -> Iterator[tuple[str, Cells]]:
    """A name and the cells of each row; one unnamed run without any where there is no table."""
    data = document.data
    table = data.get("cases") if isinstance(data, Mapping) else None
    if table is None:
        yield "", {}
        return
    if not isinstance(table, list) or len(table) < 2 or not all(isinstance(row, list) for row in table):
        findings.add(Place(document, ("cases",)), "T607", "`cases` is a table: a row of column names, then a row of cells per run.")
        return
    columns = [str(name) for name in table[0]]
    for number, row in enumerate(table[1:], 1):
        if len(row) != len(columns):
            words = f"This row has {len(row)} cells for {len(columns)} columns."
            findings.add(Place(document, ("cases", number)), "T607", words)
        else:
            yield str(number), dict(zip(columns, row, strict=True))


def filled(document: Document, data: Mapping[str, object], cells: Cells, findings: Findings) -> Mapping[str, object]:
    """The content of a scenario with every `$column` replaced; a column that the table does not have is an issue."""
    return {key: value if key == "cases" else _filled(document, (key,), value, cells, findings) for key, value in data.items()}


def _filled(document: Document, path: Path, value: object, cells: Cells, findings: Findings) -> object:
    if isinstance(value, Mapping):
        return {key: _filled(document, (*path, key), item, cells, findings) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(document, (*path, number), item, cells, findings) for number, item in enumerate(value)]
    found = COLUMN.match(value) if isinstance(value, str) else None
    if found is None:
        return value
    if found[1] not in cells:
        findings.add(Place(document, path), "T607", f"The cases have no column {found[1]}.", hint=did_you_mean(found[1], cells))
        return None
    return cells[found[1]]
