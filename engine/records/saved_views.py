"""Views of lists that people save, for themselves or for everybody: an arrangement, never a right to see anything."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from engine.access import AUTH, row_rule
from engine.errors import Forbidden, Invalid, Invisible, Message, Problem
from engine.formula import TEXT, Context, Formula, Names, compile
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
_OWN = "entity = wanted AND (shared OR owner = user)"


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list as somebody arranged it; `address` are the parameters of its page, `first` says that the list opens with it."""

    id: int
    name: str
    address: str
    shared: bool
    first: bool
    own: bool


def saved_views(view: View, entity: str) -> list[SavedView]:
    """The views of a list that the actor saved, then those that others saved for everybody; none for who may read no record of it."""
    if view.actor.id is None or row_rule(view.metadata.entities[entity], "read", view.actor).nothing:
        return []
    kind = view.metadata.entities[ENTITY]
    where = _own(view.metadata)
    frame = RecordFrame(view, parameters={"wanted": entity})
    found = view.lists.page(view.connection, Listing(ENTITY, where=(where,)), Asking(frame, reader(view, kind), MOST * 2))
    views = [_view(view, each.row) for each in found]
    return sorted(views, key=lambda each: (not each.own, each.name.casefold()))


@lru_cache(maxsize=16)
def _own(metadata: Metadata) -> Formula:
    return compile(_OWN, Names(this=ENTITY, parameters={"wanted": TEXT}), metadata.catalog, Context.WHERE)


def _view(view: View, row: dict[str, object]) -> SavedView:
    own = row["owner"] == view.actor.id
    return SavedView(int(str(row["id"])), str(row["name"]), str(row["address"] or ""), bool(row["shared"]), bool(row["first"]) and own, own)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What is saved: a name, the parameters of the address, whether for everybody, and whether the list opens with it."""

    name: str
    address: str
    shared: bool = False
    first: bool = False


def keep_view(uow: UnitOfWork, entity: str, wish: Arrangement) -> int:
    """Save a view of a list, or the one of that name anew; gives its id. Raises Invisible, Invalid, Forbidden."""
    kind = uow.metadata.entities[entity]
    if uow.actor.id is None or row_rule(kind, "read", uow.actor).nothing:
        raise Invisible
    own = [each for each in saved_views(uow, entity) if each.own]
    before = next((each for each in own if each.name == wish.name.strip()), None)
    if before is None and len(own) >= MOST:
        raise Invalid([Problem("name", "most", Message("Please delete a view first: there are {most}.", {"most": MOST}))])
    values = {"owner": uow.actor.id, "entity": entity, **{name: getattr(wish, name) for name in ("name", "address", "shared", "first")}}
    with uow.because(uow.cause, AUTH):
        if wish.first:
            for each in own:
                if each.first and each is not before:
                    save(uow, ENTITY, each.id, {"first": False})
        return int(str(save(uow, ENTITY, before.id if before else None, values)["id"]))


def drop_view(uow: UnitOfWork, number: int) -> None:
    """Delete a saved view. Raises Invisible for what is not there or not for the actor, Forbidden for a view of somebody else."""
    row = fetch(uow, ENTITY, number, lock=True)
    if row["owner"] != uow.actor.id and not uow.actor.administrator:
        raise Forbidden(Message("This view belongs to somebody else.")) if row["shared"] else Invisible
    with uow.because(uow.cause, AUTH):
        delete(uow, ENTITY, number)
