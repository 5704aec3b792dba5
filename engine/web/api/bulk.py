"""Many changes of one entity in one request: each in a transaction of its own with its own result, or all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from engine import records, workflow
from engine.errors import Invalid, Message, ObjectloomError, Problem
from engine.frozen import frozen
from engine.metadata import Entity
from engine.unit_of_work import UnitOfWork

from . import body, problems
from .door import Answer, Call, told
from .records import changes_of, entity_named, written

MOST = 500
MOST_TOGETHER = 100
"""How many items one transaction may hold: its locks are kept for all of them."""
MODES = ("each", "all")
DOING = ("create", "change", "delete")
ARCHIVING = {"archive": records.archive, "take_back": records.take_back}
KEYS = ("do", "id", "version", "values", "comment")

Work = Callable[[UnitOfWork], Answer]


@frozen
class Item:
    """One change as it was asked for; `do` is a word of `DOING` or `ARCHIVING`, or an action of the lifecycle."""

    do: str
    id: int
    version: int | None
    values: Mapping[str, object]
    comment: str


def change_many(call: Call, entity: str) -> Answer:
    """POST /records/{entity}/bulk: `{"mode": "each"|"all", "items": [{"do": "change", "id": 7, "version": 3, "values": {…}}]}`."""
    kind = entity_named(call, entity, "write")
    given = body.read_object(call.request)
    body.only(given, "mode", "items")
    mode = body.text_of(given, "mode") or "each"
    if mode not in MODES:
        raise Invalid([Problem("mode", "value", Message("Please write each or all."))])
    works = [_work(kind, item) for item in _items(kind, given.get("items"), MOST if mode == "each" else MOST_TOGETHER)]
    if mode == "all":
        return call.write(lambda uow: Answer(summed([_result(_part(uow, at, work)) for at, work in enumerate(works, 1)])))
    return Answer(summed([alone(call, at, work, conditional=True) for at, work in enumerate(works, 1)]))


def alone(call: Call, at: int, work: Work, *, conditional: bool = False) -> dict[str, object]:
    """The item `at` in a transaction of its own; what goes wrong is its result and nobody else's."""
    try:
        return _result(call.write(work, item=f"#{at}"))
    except Exception as error:  # noqa: BLE001 - each item has its own end
        details = told(call.app, error, call.request_id, conditional=conditional)
        return {"status": details.status, "problem": problems.said(details, call.actor.language, call.request_id)}


def _part(uow: UnitOfWork, at: int, work: Work) -> Answer:
    """One of many that stand or fall together: what goes wrong names the item and ends all."""
    uow.warnings.clear()
    try:
        return work(uow)
    except Invalid as error:
        raise Invalid([replace(p, path=f"items.{at}.{p.path}".rstrip(".")) for p in error.problems]) from error
    except ObjectloomError as error:
        error.message = Message("Item {at}: {reason}", {"at": at, "reason": error.message})
        raise


def _result(answer: Answer) -> dict[str, object]:
    return {"status": answer.status, **({} if answer.json is None else {"record": answer.json})}


def summed(results: list[dict[str, object]]) -> dict[str, object]:
    """All results, with how many were done and how many were not."""
    failed = sum("problem" in result for result in results)
    return {"results": results, "done": len(results) - failed, "failed": failed}


def _work(entity: Entity, item: Item) -> Work:
    name = entity.name
    if item.do == "create":
        return lambda uow: written(uow, entity, records.save(uow, name, None, item.values), 201)
    if item.do == "change":
        values = changes_of(entity, item.values)
        return lambda uow: written(uow, entity, records.save(uow, name, item.id, values, item.version))
    if item.do == "delete":
        return lambda uow: _deleted(uow, name, item)
    if entity.archives and item.do in ARCHIVING:
        return lambda uow: written(uow, entity, ARCHIVING[item.do](uow, name, item.id, item.version))
    said = workflow.Said(item.values, item.comment, item.version)
    return lambda uow: written(uow, entity, dict(workflow.fire(uow, name, item.id, item.do, said)))


def _deleted(uow: UnitOfWork, name: str, item: Item) -> Answer:
    records.delete(uow, name, item.id, item.version)
    return Answer(None, 204)


def _items(entity: Entity, given: object, most: int) -> list[Item]:
    if not isinstance(given, list) or not 0 < len(given) <= most:
        raise Invalid([Problem("items", "length", Message("Please send 1 to {most} items.", {"most": most}))])
    wrong: list[Problem] = []
    found = [_item(entity, f"items.{at}", each, wrong) for at, each in enumerate(given, 1)]
    if wrong:
        raise Invalid(wrong)
    return found


def _item(entity: Entity, path: str, given: object, wrong: list[Problem]) -> Item:
    if not isinstance(given, dict):
        wrong.append(Problem(path, "type", Message("Please send an object of fields and values.")))
        return Item("", 0, None, {}, "")
    wrong += [Problem(f"{path}.{name}", "unknown_field", Message("There is no such parameter.")) for name in given if name not in KEYS]
    do, number, version = given.get("do"), given.get("id"), given.get("version")
    if not isinstance(do, str) or do not in _possible(entity):
        wrong.append(Problem(f"{path}.do", "value", Message("Please write {words} or an action.", {"words": ", ".join(_own(entity))})))
    needed = {"id": number if do != "create" else 1, "version": 1 if version is None else version}
    wrong += [Problem(f"{path}.{name}", "type", Message("Please enter a number.")) for name, one in needed.items() if not _is_number(one)]
    values, comment = given.get("values") or {}, given.get("comment") or ""
    if not isinstance(values, dict):
        wrong.append(Problem(f"{path}.values", "type", Message("Please send an object of fields and values.")))
    if not isinstance(comment, str):
        wrong.append(Problem(f"{path}.comment", "type", Message("Please enter a text.")))
    return Item(str(do), number, version, values, comment)  # type: ignore[arg-type] # whatever is not of its type is in `wrong`


def _own(entity: Entity) -> tuple[str, ...]:
    """What can be done with records of an entity whatever its lifecycle is."""
    return (*DOING, *ARCHIVING) if entity.archives else DOING


def _possible(entity: Entity) -> tuple[str, ...]:
    return (*_own(entity), *(entity.lifecycle.actions if entity.lifecycle else ()))


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**18
