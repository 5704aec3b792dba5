"""Words that many records have, on SQLite: looked for in the words of each record of a list, since its index gathers all that fit first.

FTS5 keeps the words of a row in a table of its own, by the key of the row.
"""

from __future__ import annotations

import json
import re
from typing import Any

import sqlalchemy as sa

from engine.storage.database import Connection
from engine.storage.expressions.filled import Filled
from engine.storage.prepared import Standing

SPREAD, USUAL = 50, 5
"""A word is usual that more than so many of so many records have, taken in equal distances."""
_ASKED = re.compile(r'"([^"]+)"')
_FITS = (
    "NOT EXISTS (SELECT 1 FROM json_each({parts}) AS w WHERE NOT EXISTS"
    " (SELECT 1 FROM json_each(w.value) AS f WHERE instr(' ' || c.c0, f.value) > 0))"
)
_SAMPLE = """
WITH RECURSIVE points (place) AS (SELECT 0 UNION ALL SELECT place + 1 FROM points WHERE place < {last}), ends (low, high) AS (SELECT
  (SELECT id FROM loom_search_content WHERE id BETWEEN :first AND :last ORDER BY id LIMIT 1),
  (SELECT id FROM loom_search_content WHERE id BETWEEN :first AND :last ORDER BY id DESC LIMIT 1))
SELECT count(*) FROM points, ends WHERE (SELECT {fits} FROM loom_search_content AS c
  WHERE c.id >= low + (high - low) * place / {spread} ORDER BY c.id LIMIT 1)
""".format(last=SPREAD - 1, spread=SPREAD, fits=_FITS.format(parts=":parts"))  # noqa: S608 - texts of ours only
_USUAL = Standing(sa.text(_SAMPLE).bindparams(*(sa.bindparam(name, type_=sa.BigInteger) for name in ("first", "last"))))


def parts_of(words: str) -> str:
    """A question to the index as what the words of a record must have: of each group one, as JSON."""
    return json.dumps([[f" {word}" for word in _ASKED.findall(group)] for group in words.split(" AND ")])


def is_usual(connection: Connection, words: str, within: range) -> bool:
    """Whether many records fit, of those whose places in the index are `within`."""
    given = {"parts": parts_of(words), "first": within.start, "last": within.stop - 1}
    return int(_USUAL.on(connection).value(connection, given)) > USUAL


def fits(own: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether the words of a record fit; its parameters are `search_parts` and `search_first`."""
    parts, first = sa.bindparam("search_parts", type_=sa.Text), sa.bindparam("search_first", type_=sa.BigInteger)
    text = f"(SELECT {_FITS.format(parts='{0}')} FROM loom_search_content AS c WHERE c.id = {{1}} + {{2}})"  # noqa: S608 - texts of ours only
    return Filled(text, (parts, own, first), sa.Boolean())
