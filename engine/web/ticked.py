"""Records that were ticked in a list, and one thing done with each: in a transaction of its own, with a result of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import structlog

from engine.errors import Invalid, ObjectloomError, Problem
from engine.frozen import frozen
from engine.metadata import Entity
from engine.unit_of_work import UnitOfWork

from .visit import visit
from .words import _

MOST = 500
"""More records than this are not taken from one form."""
_log = structlog.get_logger(__name__)


@frozen
class Ticked:
    """A record as it stood in the list: its id and the version that was seen."""

    id: int
    version: int | None = None

    @property
    def key(self) -> str:
        """What a form sends for it."""
        return str(self.id) if self.version is None else f"{self.id}:{self.version}"


@frozen
class Outcome:
    """What became of one record: blank words where it was done, else why not."""

    ticked: Ticked
    words: str = ""

    @property
    def done(self) -> bool:
        """Whether it was done."""
        return not self.words


def read_ticked(sent: Iterable[str]) -> tuple[Ticked, ...]:
    """The records that a form names (`12:3`), each once; what is none is left out."""
    found: dict[int, Ticked] = {}
    for text in sent:
        number, _colon, seen = text.partition(":")
        if _is_number(number) and len(found) < MOST:
            found.setdefault(int(number), Ticked(int(number), int(seen) if _is_number(seen) else None))
    return tuple(found.values())


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def with_each(entity: Entity, ticked: Sequence[Ticked], work: Callable[[UnitOfWork, Ticked], object]) -> list[Outcome]:
    """Do `work` with each record alone; what is refused is the result of that record and of no other."""
    return [_alone(entity, each, work) for each in ticked]


def _alone(entity: Entity, each: Ticked, work: Callable[[UnitOfWork, Ticked], object]) -> Outcome:
    here = visit()
    try:
        here.run(lambda uow: work(uow, each))
    except Invalid as invalid:
        return Outcome(each, " ".join(_problem(entity, problem) for problem in invalid.problems))
    except ObjectloomError as refused:
        return Outcome(each, here.words(refused.message) or _("This is not possible now."))
    except Exception as error:  # noqa: BLE001 - each record has its own end
        _log.error("one of many failed", request_id=here.request_id, entity=entity.name, record=each.id, exc_info=error)
        return Outcome(each, _("Something went wrong. Nothing was changed; the error has been recorded."))
    return Outcome(each)


def _problem(entity: Entity, problem: Problem) -> str:
    """What is wrong, with the field it stands at: the form that would show it there is far away."""
    here, field = visit(), entity.fields.get(problem.path.split(".", 1)[0])
    words = here.words(problem.message)
    return f"{here.words(field.label)}: {words}" if field is not None else words
