"""Secret addresses of public forms, as an effect sends them: to people, and to mail addresses that stand in the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.metadata import USER, Notify
from engine.records import RecordFrame
from engine.records import fetch_if_there as record_of
from engine.unit_of_work import Linked, UnitOfWork

from .effects import Row


def invite(uow: UnitOfWork, frame: RecordFrame, row: Row, notify: Notify, people: Sequence[int]) -> None:
    """The `people` and the mail addresses that `notify` names for the record `row` get an address of their own for its form."""
    words = notify.message.message(row, frame).text if notify.message else ""
    readers = dict.fromkeys([*_people(uow, people), *_addresses(uow, frame, row, notify)])
    uow.emit(Linked(notify.entity, int(str(row["id"])), notify.link, tuple(readers), words))


def _people(uow: UnitOfWork, people: Sequence[int]) -> Iterator[tuple[str, str]]:
    for number in people:
        person = record_of(uow, USER, number)
        if person is not None and person.get("email"):
            yield str(person["email"]), str(person.get("language") or uow.metadata.languages[0])


def _addresses(uow: UnitOfWork, frame: RecordFrame, row: Row, notify: Notify) -> Iterator[tuple[str, str]]:
    for formula in notify.addresses:
        if address := formula(row, frame):
            yield str(address), uow.metadata.languages[0]
