"""Words that many records have: looked for in the words of each record of a list, since an index gathers all that fit before it gives one.

FTS5 keeps the words of a row in a table of its own, by the key of the row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from engine.storage.database import Connection
from engine.storage.expressions.filled import Filled
from engine.storage.prepared import Standing

SPREAD, USUAL = 50, 1
"""A word is usual that more than so many of so many records have, taken from all over the table."""
_STRIDE, _LENGTH = 618_029, 999_983
"""Primes: in equal distances records would be taken that have something in common, where every tenth is of a kind."""
Asked = tuple[int, ...]
"""For each word of a question, in how many forms the words of a record may have it."""
_ASKED = re.compile(r'"([^"]+)"')
_SAMPLE = """
WITH RECURSIVE points (place) AS (SELECT 0 UNION ALL SELECT place + 1 FROM points WHERE place < {last}), ends (low, high) AS (SELECT
  (SELECT id FROM loom_search_content WHERE id BETWEEN :first AND :last ORDER BY id LIMIT 1),
  (SELECT id FROM loom_search_content WHERE id BETWEEN :first AND :last ORDER BY id DESC LIMIT 1))
SELECT count(*) FROM points, ends WHERE (SELECT {fits} FROM loom_search_content AS c
  WHERE c.id >= low + (high - low) * (place * {stride} % {length}) / {length} ORDER BY c.id LIMIT 1)
"""


def asked_of(words: str) -> Asked:
    """What a question asks of the words of a record."""
    return tuple(len(_ASKED.findall(group)) for group in words.split(" AND "))


def forms_of(words: str) -> Mapping[str, str]:
    """The parameters of `fits`, beside `search_first`."""
    groups = (_ASKED.findall(group) for group in words.split(" AND "))
    return {_name(at, number): f" {form}" for at, group in enumerate(groups) for number, form in enumerate(group)}


def is_usual(connection: Connection, words: str, within: range) -> bool:
    """Whether many records fit, of those whose places in the index are `within`."""
    given = {**forms_of(words), "first": within.start, "last": within.stop - 1}
    return int(_usual(asked_of(words)).on(connection).value(connection, given)) > USUAL


@lru_cache(maxsize=256)
def _usual(asked: Asked) -> Standing:
    text = _SAMPLE.format(last=SPREAD - 1, stride=_STRIDE, length=_LENGTH, fits=_fits(asked, [f":{name}" for name in _names(asked)]))
    return Standing(sa.text(text).bindparams(*(sa.bindparam(name, type_=sa.BigInteger) for name in ("first", "last"))))


def fits(own: sa.ColumnElement[Any], asked: Asked) -> sa.ColumnElement[bool]:
    """Whether the words of a record fit; its parameters are those of `forms_of`, and `search_first`."""
    names = _names(asked)
    binds = [sa.bindparam(name, type_=sa.Text) for name in names]
    condition = _fits(asked, [f"{{{at}}}" for at in range(2, len(names) + 2)])
    text = f"(SELECT {condition} FROM loom_search_content AS c WHERE c.id = {{0}} + {{1}})"  # noqa: S608 - texts of ours only
    return Filled(text, (own, sa.bindparam("search_first", type_=sa.BigInteger), *binds), sa.Boolean())


def _fits(asked: Asked, forms: list[str]) -> str:
    rest = iter(forms)
    words = (" OR ".join(f"instr(' ' || c.c0, {next(rest)}) > 0" for _ in range(count)) for count in asked)
    return " AND ".join(f"({word})" for word in words)


def _names(asked: Asked) -> list[str]:
    return [_name(at, number) for at, count in enumerate(asked) for number in range(count)]


def _name(at: int, number: int) -> str:
    return f"word_{at}_{number}"
