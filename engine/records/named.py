"""Who is meant by what somebody typed at the door: a sign-in name, or an address."""

from __future__ import annotations

from engine.metadata import USER
from engine.unit_of_work import View

from .find import Query, find
from .present import Record

LONGEST = 120


def person_named(view: View, typed: str) -> Record | None:
    """The person of an address or a sign-in name; where one has as a name what is another's address, the owner of the address.

    Only the owner of an address can be sent a letter to it, and a sign-in name may be whatever somebody applied with.
    """
    name = typed[:LONGEST].strip().lower()
    if not name or not name.isprintable():
        return None
    quoted = name.replace('"', '""')
    found = find(view, Query(USER, typed=(f'email = "{quoted}" OR login = "{quoted}"',), limit=2, titles=False)).records
    return max(found, key=lambda person: person.values.get("email") == name, default=None)
