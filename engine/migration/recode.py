"""Codes that are called otherwise: rewritten in the records, their history and the rights that name them.

Where they are many they were carried to another column before the switch, states as the codes of choices.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.storage import Known, Survey

from .change import Change
from .codes import code_of

_BETWEEN = "~"
"""Stands before a code while two codes change places."""


def recode(survey: Survey, change: Change, pairs: Iterable[tuple[Known, Known]]) -> None:
    """Rows that hold the first of each pair hold the second, also where both are old and new codes."""
    wanted = list(pairs)
    swapped = {code_of(old) for old, _ in wanted} & {code_of(new) for _, new in wanted}
    via = _BETWEEN if swapped else ""
    for old, new in wanted:
        _rename(survey, change, new, (code_of(old), via + code_of(new)))
    for _, new in wanted if swapped else ():
        _rename(survey, change, new, (via + code_of(new), code_of(new)))


def _rename(survey: Survey, change: Change, thing: Known, codes: tuple[str, str]) -> None:
    for table, column, several in change.holders(thing):
        if (table, column) not in change.moving:
            survey.rename_code(table, column, *codes, several=several)
    if thing.kind == "role":
        survey.rename_granted(*codes)
