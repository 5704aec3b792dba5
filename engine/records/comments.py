"""What people write about a record: to whom it is shown, whom it names, and who follows.

People from outside (without the role `staff`) read what people from outside wrote and what was marked for all; the talk among
staff stays there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine import storage
from engine.errors import Invalid, Invisible, Message, Problem
from engine.frozen import frozen
from engine.metadata import Entity
from engine.unit_of_work import Commented, UnitOfWork, View

from .attachments import attach, attachable
from .audience import inside
from .fetch import fetch
from .find import Query, find
from .grants import entity_id
from .people import person
from .present import readable
from .rows import fetch_many
from .titles import titles
from .values import UNSTORABLE
from .visible import visible_ids

LONGEST = 4000
"""How many characters a comment may have."""
MENTION = re.compile(r"(?<![\w@.])@([A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]|[A-Za-z0-9])")
MOST = 20
"""How many people one comment may name."""


@frozen
class Follower:
    """Somebody who follows a record."""

    person: int
    name: str


def comment_text(words: str, *, required: bool = False) -> str:
    """A comment as it is kept. Raises Invalid for one that is too long, that no database holds, or that is blank and needed."""
    body = words.replace("\r\n", "\n").strip()
    if len(body) > LONGEST or (required and not body):
        raise Invalid([Problem("comment", "length", Message("Please write between 1 and {count} characters.", {"count": LONGEST}))])
    if UNSTORABLE.search(body):
        raise Invalid([Problem("comment", "type", Message("This text holds a character that cannot be stored."))])
    return body


def remark(uow: UnitOfWork, entity_name: str, record_id: int, words: str, *, for_all: bool = False, files: Sequence[int] = ()) -> None:  # noqa: PLR0913 - one comment, as a person writes it
    """Write a comment as the acting person, with files that they have uploaded.

    Raises Invisible for a record they may not see, Invalid for one that is blank or too long and for files that it cannot have.
    """
    entity = _readable(uow, entity_name, record_id)
    body, uploads = comment_text(words, required=True), attachable(uow, files)
    number = put_comment(uow, entity, record_id, body, for_all=for_all, files=files)
    attach(uow, entity, record_id, number, uploads)


def put_comment(  # noqa: PLR0913 - one comment, as a person writes it
    uow: UnitOfWork, entity: Entity, record_id: int, body: str, *, for_all: bool = False, files: Sequence[int] = ()
) -> int:
    """Keep a comment of the acting person and tell whom it names and who follows; all of them follow from now on. Its id."""
    open_to_all = for_all or not inside(uow.actor)
    number, author = entity_id(uow, entity), uow.actor.id
    written = storage.Comment(number, record_id, uow.now, author, uow.actor.name, body, open_to_all, tuple(dict.fromkeys(files)))
    made = storage.add_comment(uow.connection, written)
    named = _mentioned(uow, entity, record_id, body, open_to_all)
    before = storage.followers_of(uow.connection, number, record_id)
    told = [each for each in _able(uow, entity, record_id, before, open_to_all) if each != author and each not in named]
    storage.follow(uow.connection, number, record_id, [each for each in (author, *named) if each is not None], uow.now)
    uow.emit(Commented(entity.name, record_id, author, body, tuple(named), tuple(told)))
    return made


def followers(view: View, entity: Entity, record_id: int) -> list[Follower]:
    """Who follows a record that the actor may read."""
    people = storage.followers_of(view.connection, entity_id(view, entity), record_id)
    known = titles(view, "user", people) if people else {}
    return [Follower(each, known.get(each) or "") for each in people]


def follow(uow: UnitOfWork, entity_name: str, record_id: int, *, on: bool = True) -> None:
    """The acting person follows the record, or does so no longer. Raises Invisible."""
    entity = _readable(uow, entity_name, record_id)
    if uow.actor.id is None:
        raise Invisible
    if on:
        storage.follow(uow.connection, entity_id(uow, entity), record_id, [uow.actor.id], uow.now)
    else:
        storage.unfollow(uow.connection, entity_id(uow, entity), record_id, uow.actor.id)


def _readable(view: View, entity_name: str, record_id: int) -> Entity:
    entity = view.metadata.entities[entity_name]
    readable(view, entity, fetch(view, entity_name, record_id))
    return entity


def _mentioned(uow: UnitOfWork, entity: Entity, record_id: int, body: str, open_to_all: bool) -> list[int]:
    """Whom the text names, of those whom its author may see; who could not read it is not told, and the author learns that."""
    logins = list(dict.fromkeys(name.lower() for name in MENTION.findall(body)))[:MOST]
    if not logins:
        return []
    any_of = " OR ".join(f'login = "{login}"' for login in logins)
    people = {one.id: one for one in find(uow, Query("user", typed=(any_of,), limit=MOST, titles=False)).records}
    able = _able(uow, entity, record_id, list(people), open_to_all)
    for number in sorted(set(people) - set(able)):
        name = str(people[number].values.get("name") or "")
        uow.warnings.append(Message("{name} cannot read this comment and is not told.", {"name": name}))
    return [each for each in able if each != uow.actor.id]


def _able(uow: UnitOfWork, entity: Entity, record_id: int, people: Sequence[int], open_to_all: bool) -> list[int]:
    """Those who may sign in, read the record, and read what is said to these."""
    rows, found = fetch_many(uow, "user", people), []
    for number in people:
        row = rows.get(number)
        if row is None or row.get("active") is False:
            continue
        actor = person(row, uow.metadata.held(frozenset(row.get("roles") or ())))  # type: ignore[call-overload]
        theirs = uow.seen_by(actor)
        if (open_to_all or inside(actor)) and visible_ids(theirs, entity.name, [record_id]):
            found.append(number)
    return found
