"""The address of a list: it holds the whole view, so that it can be shared, bookmarked and saved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from engine.frozen import frozen
from engine.metadata import Entity

from .filters import Condition, read_conditions

UNGROUPED = "none"
NO_VIEW = "0"
"""The list as its file says, also where a saved view opens first."""
ARCHIVED = {"": False, "true": True, "all": None}
"""What an address asks for of the archive, and what that is in a question: these alone, or these too."""
LONGEST = 4000
"""The longest address that is saved."""


@frozen
class Asked:
    """What the address of a list asks for; `mend` says what of it could not be used, `pointed` where.

    `variant` is another list of the entity, `look` another way to see it (with the `month` of a calendar); `group` is blank for
    what the list says, `columns` too. `archived` asks for archived records alone (`true`) or for them too (`all`). `open` is the group
    whose records are shown, `view` the saved view that this is.
    """

    address: str
    variant: str = ""
    tab: str = ""
    view: str = ""
    search: str = ""
    formula: str = ""
    sort: str = ""
    group: str = ""
    at: str = ""
    look: str = ""
    month: str = ""
    archived: str = ""
    columns: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    open: str | None = None
    after: str = ""
    mend: str = ""
    pointed: str = field(default="", compare=False)

    def parts(self) -> list[tuple[str, str]]:
        """The parameters of the address, without the place in the list."""
        single = (
            ("list", self.variant),
            ("tab", self.tab),
            ("view", self.view),
            ("q", self.search),
            ("where", self.formula),
            ("sort", self.sort),
            ("group", self.group),
            ("at", self.at),
            ("show", self.look),
            ("month", self.month),
            ("archived", self.archived),
        )
        found = [(name, value) for name, value in single if value]
        found += [("column", name) for name in self.columns] + [("c", c.address()) for c in self.conditions]
        return found if self.open is None else [*found, ("open", self.open)]

    def link(self) -> str:
        """The address of this view."""
        parts = self.parts()
        return self.address + ("?" + urlencode(parts) if parts else "")

    def turned(self, **changes: object) -> Asked:
        """The same with changes, from its first page and with its groups closed."""
        found = replace(self, **{"after": "", "open": None, **changes})  # type: ignore[arg-type]
        return replace(found, view=NO_VIEW) if found.view and not replace(found, view="").parts() else found

    def saved(self) -> str:
        """What of it a saved view keeps."""
        return urlencode(replace(self, view="", open=None, at="").parts())


def asked_in(entity: Entity, args: MultiDict[str, str]) -> Asked:
    """What an address asks for; what it cannot mean is left out."""

    def get(name: str, longest: int = 200) -> str:
        return args.get(name, "").strip()[:longest]

    return Asked(
        f"/records/{entity.name}",
        variant=get("list"),
        tab=get("tab"),
        view=get("view"),
        search=get("q"),
        formula=get("where", 1000),
        sort=get("sort"),
        group=get("group"),
        at=get("at"),
        look=get("show"),
        month=get("month", 7),
        archived=get("archived") if entity.archives and get("archived") in ARCHIVED else "",
        columns=tuple(dict.fromkeys(name.strip()[:200] for name in args.getlist("column")[:40] if name.strip())),
        conditions=tuple(read_conditions(entity, args.getlist("c"))),
        open=args.get("open"),
        after=args.get("after", ""),
    )


def asked_in_saved(entity: Entity, number: int, kept: str) -> Asked:
    """What a saved view asks for."""
    pairs: Iterable[tuple[str, str]] = parse_qsl(kept[:LONGEST], keep_blank_values=True, max_num_fields=200)
    return replace(asked_in(entity, MultiDict(pairs)), view=str(number), open=None, after="")
