"""Words that records name things by: choices, states and roles, and the lists that they are of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from engine.storage import Known

CODED = ("choice", "state", "role")
"""Kinds of things that records name by a word."""
STATE = "state"
"""The column of a state, as it is called at birth."""
COLUMN = "column"
"""The kind of thing that the column of a state is: nobody declares it, but it has its place for life as a field has."""
HOLDERS = ("field", COLUMN)
"""Kinds of things that may hold such words."""


def lists_of(matched: Mapping[str, Known]) -> Mapping[str, str]:
    """What lists of choices and lifecycles were called, to what they are called now."""
    coded = ((old, key.partition(":")[2]) for key, old in matched.items() if old.kind in ("choice", "state"))
    return {list_of(old): name.rpartition(".")[0] for old, name in coded}


def recoded_lists(known: Iterable[Known], matched: Mapping[str, Known], successors: Mapping[str, str]) -> frozenset[str]:
    """The lists, as they were called, of which some code is called otherwise now or has become another."""
    renamed = {list_of(old) for key, old in matched.items() if old.kind in CODED and re.split("[:.]", key)[-1] != code_of(old)}
    gone = (old for old in known if old.kind in CODED and old.retired_in is None and old.key not in matched)
    return frozenset(renamed | {list_of(old) for old in gone if old.key in successors})


def code_of(thing: Known) -> str:
    """What stands in rows for a choice, a state or a role."""
    return thing.name.rpartition(".")[2]


def list_of(thing: Known) -> str:
    """The list of choices, the lifecycle, or `role`, that a code is one of."""
    return "role" if thing.kind == "role" else thing.name.rpartition(".")[0]
