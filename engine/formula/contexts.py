"""Where formulas stand: what each place counts null as, and what it may use (FORMULA 2.1, LANGUAGE section 2)."""

from __future__ import annotations

from enum import Enum

from engine.frozen import frozen


@frozen
class Rules:
    """One row of the table of contexts. `null` is what an unknown condition counts as; None where the result is a value."""

    name: str
    null: bool | None = None
    condition: bool = False
    clock: bool = True
    user: bool = True
    roles: bool = False
    collections: bool = True
    changes: bool = False  # ISNEW, ISCHANGED, old.x
    push: bool = False
    grants: bool = False  # null never grants
    limit: int = 4000


def _condition(name: str, null: bool, **more: bool | int) -> Rules:
    return Rules(name, null, True, **more)  # type: ignore[arg-type]


class Context(Enum):
    """The places of formulas."""

    STORED = Rules("stored field", clock=False, user=False)
    VIRTUAL = Rules("virtual field")
    DEFAULT = Rules("default")
    VALUE = Rules("value")
    TEXT = Rules("text")
    CHECK = _condition("check", True, roles=True, changes=True)
    SHOW = _condition("show", False, roles=True)
    READONLY = _condition("readonly", True, roles=True)
    REQUIRED = _condition("required", False, roles=True)
    ROW_RULE = _condition("access rule", False, roles=True, push=True, grants=True)
    LINK_WHERE = _condition("where of a link", False, push=True, grants=True)
    WHO = _condition("who", False, roles=True, grants=True)
    GUARD = _condition("guard", False, roles=True, changes=True, grants=True)
    WHEN = _condition("when", False, roles=True, changes=True)
    WHERE = _condition("where", False, push=True)
    FILTER = _condition("filter", False, collections=False, push=True, limit=1000)
    HAVING = _condition("having", False, push=True)
    MEASURE = Rules("measure", push=True)

    @property
    def null(self) -> bool | None:
        """What null counts as."""
        return self.value.null
