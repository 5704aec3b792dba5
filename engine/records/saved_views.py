"""Views of lists and reports that people save, for themselves or for everybody: an arrangement, never a right to see anything."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache

from engine.access import AUTH, row_rule
from engine.errors import Forbidden, Invalid, Invisible, Message, Problem
from engine.formula import TEXT, Context, Formula, Names, compile
from engine.frozen import frozen
from engine.metadata import Metadata
from engine.storage import Asking, Listing
from engine.unit_of_work import UnitOfWork, View

from .delete import delete
from .fetch import fetch
from .frame import RecordFrame
from .save import save
from .visible import reader

ENTITY = "saved_view"
MOST = 50
"""How many views of one list a person has, and how many are told."""
REPORT = "report:"
"""What stands before the name of a report where else an entity is named, as in the menu of an application."""
_SEEN = "entity = wanted AND (shared OR owner = user)"
_HOME = "home AND owner = user"


@frozen
class SavedView:
    """A list, or a report, as somebody arranged it: `entity` says of what, `address` are the parameters of its page.

    `first` says that the list opens with it, `home` that it stands on the first page of its owner.
    """

    id: int
    entity: str
    name: str
    address: str
    shared: bool
    first: bool
    own: bool
    home: bool = False


def saved_views(view: View, entity: str) -> list[SavedView]:
    """The views of a list that the actor saved, then those that others saved for everybody; none for who may read no record of it."""
    if view.actor.id is None or row_rule(view.metadata.entities[entity], "read", view.actor).nothing:
        return []
    return _found(view, _SEEN, entity)


def views_at_home(view: View) -> list[SavedView]:
    """What the actor keeps on the first page, by name."""
    return _found(view, _HOME, "") if view.actor.id is not None else []


def _found(view: View, where: str, wanted: str) -> list[SavedView]:
    kind, frame = view.metadata.entities[ENTITY], RecordFrame(view, parameters={"wanted": wanted})
    listing = Listing(ENTITY, where=(_compiled(view.metadata, where),))
    views = [_view(view, each.row) for each in view.lists.page(view.connection, listing, Asking(frame, reader(view, kind), MOST * 2))]
    return sorted(views, key=lambda each: (not each.own, each.name.casefold()))


@lru_cache(maxsize=16)
def _compiled(metadata: Metadata, where: str) -> Formula:
    return compile(where, Names(this=ENTITY, parameters={"wanted": TEXT}), metadata.catalog, Context.WHERE)


def _view(view: View, row: dict[str, object]) -> SavedView:
    own = row["owner"] == view.actor.id
    address, shared, first, home = str(row["address"] or ""), bool(row["shared"]), bool(row["first"]) and own, bool(row["home"]) and own
    return SavedView(int(str(row["id"])), str(row["entity"]), str(row["name"]), address, shared, first, own, home)


@frozen
class Arrangement:
    """What is saved: a name, the parameters of the address, whether for everybody, and where it is for its owner: in front, at home."""

    name: str
    address: str
    shared: bool = False
    first: bool = False
    home: bool = False


def keep_view(uow: UnitOfWork, entity: str, wish: Arrangement) -> int:
    """Save a view of a list, or the one of that name anew; gives its id. Raises Invisible, Invalid, Forbidden."""
    kind = uow.metadata.entities[entity]
    if uow.actor.id is None or row_rule(kind, "read", uow.actor).nothing:
        raise Invisible
    return _kept(uow, entity, [each for each in saved_views(uow, entity) if each.own], wish)


def keep_report(uow: UnitOfWork, report: str, wish: Arrangement) -> int:
    """Save a report with parameters for the first page; gives its id. Whoever calls has asked who may open it. Raises Invalid."""
    place = f"{REPORT}{report}"
    own = [each for each in views_at_home(uow) if each.entity == place]
    return _kept(uow, place, own, Arrangement(wish.name, wish.address, home=True))


def _kept(uow: UnitOfWork, place: str, own: list[SavedView], wish: Arrangement) -> int:
    before = next((each for each in own if each.name == wish.name.strip()), None)
    if before is None and len(own) >= MOST:
        raise Invalid([Problem("name", "most", Message("Please delete a view first: there are {most}.", {"most": MOST}))])
    values = {"owner": uow.actor.id, "entity": place, **asdict(wish)}
    with uow.because(uow.cause, AUTH):
        if wish.first:
            for each in own:
                if each.first and each is not before:
                    save(uow, ENTITY, each.id, {"first": False})
        return int(str(save(uow, ENTITY, before.id if before else None, values)["id"]))


def leave_home(uow: UnitOfWork, number: int) -> None:
    """Take a view from the first page; of a report nothing else is left. Raises Invisible for what is not the actor's own."""
    row = fetch(uow, ENTITY, number, lock=True)
    if row["owner"] != uow.actor.id:
        raise Invisible
    with uow.because(uow.cause, AUTH):
        if str(row["entity"]).startswith(REPORT):
            delete(uow, ENTITY, number)
        else:
            save(uow, ENTITY, number, {"home": False})


def drop_view(uow: UnitOfWork, number: int) -> None:
    """Delete a saved view. Raises Invisible for what is not there or not for the actor, Forbidden for a view of somebody else."""
    row = fetch(uow, ENTITY, number, lock=True)
    if row["owner"] != uow.actor.id and not uow.actor.administrator:
        raise Forbidden(Message("This view belongs to somebody else.")) if row["shared"] else Invisible
    with uow.because(uow.cause, AUTH):
        delete(uow, ENTITY, number)
