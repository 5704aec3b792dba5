"""What must be true: each expectation gives a sentence for everything that is otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.access import SYSTEM
from engine.errors import Invisible
from engine.metadata import Entity
from engine.records import Query, Record, Row, count, fetch, find, load, titles
from engine.unit_of_work import View
from engine.workflow import Possible, actions, open_tasks, row_actions

from .acting import actor_of
from .closed import blind, chained
from .comparing import Comparison
from .figures import reported
from .history import audit, called, incident, notified
from .model import Expectation
from .printing import printed
from .values import Unknown, mapping, record_of
from .world import World

MANY = 500
Check = Callable[[World, View, Expectation], Iterator[str]]


def failures(world: World, expectation: Expectation) -> list[str]:
    """What is not as expected, in sentences; empty where it holds."""
    actor = actor_of(world, str(expectation.keys["as"])) if "as" in expectation.keys else SYSTEM
    with world.application.look(actor) as view:
        try:
            return list(CHECKS[expectation.kind](world, view, expectation))
        except Unknown as unknown:
            return [str(unknown)]


def _record(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    name = str(expectation.target)
    entity, number = record_of(world, view, name)
    row = _row(view, entity, number)
    if row is None:
        yield f"{name} has been deleted"
        return
    wanted = expectation.keys.get("state")
    if wanted is not None and row.get("state") != wanted:
        yield f"{name} is in the state {row.get('state')}, not {wanted}"
    for words in Comparison(world, view, view.metadata.entities[entity]).differences(row, expectation.keys.get("fields")):
        yield f"{name}: {words}"


def _row(view: View, entity: str, number: int) -> Row | None:
    try:
        return fetch(view, entity, number)
    except Invisible:
        return None


def _find(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    entity = view.metadata.entities[str(expectation.target)]
    comparison = Comparison(world, view, entity)
    matching = [row for row in _rows(view, entity) if comparison.matches(row, expectation.keys.get("match"))]
    wanted = expectation.keys.get("count", 1)
    if len(matching) != wanted:
        yield f"records of {entity.name} that match: {len(matching)}, not {wanted}"
    for row in matching:
        yield from comparison.differences(row, expectation.keys.get("fields"))
    name = expectation.keys.get("name")
    if name is not None and len(matching) == 1:
        world.name(str(name), entity.name, int(str(matching[0]["id"])))


def _rows(view: View, entity: Entity) -> list[Row]:
    """All records of an entity, or all rows of a table, as the system sees them."""
    if entity.document is not None:
        table = entity.name.rsplit(".", 1)[1]
        return [row for document in _rows(view, view.metadata.entities[entity.document]) for row in document[table]]  # type: ignore[attr-defined]
    rows: list[Row] = []
    everything = Query(entity.name, tables=True, titles=False, limit=MANY, archived=None)
    page = find(view, everything)
    while page.next is not None:
        rows += [dict(record.values) for record in page.records]
        page = find(view, replace(everything, after=page.next))
    return rows + [dict(record.values) for record in page.records]


def _tasks(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    name = str(expectation.target)
    entity, number = record_of(world, view, name)
    found: dict[str, set[int]] = {}
    for task in open_tasks(view, entity, number):
        found.setdefault(task.step, set()).add(task.person)
    wanted: dict[str, set[int]] = {}
    for step, people in mapping(expectation.keys.get("open")).items():
        wanted[step] = {record_of(world, view, str(person))[1] for person in _list(people)}
    if found != wanted:
        yield f"open tasks of {name}: {_asked(world, found)}, not {_asked(world, wanted)}"


def _asked(world: World, tasks: Mapping[str, set[int]]) -> str:
    names = {number: name for name, number in world.ids.items() if world.entities[name] == "user"}
    parts = [f"{step} [{', '.join(sorted(names.get(person, f'person {person}') for person in people))}]" for step, people in tasks.items()]
    return ", ".join(parts) or "none"


def _sees(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    name = str(expectation.target)
    entity_name, number = record_of(world, view, name)
    entity = view.metadata.entities[entity_name]
    try:
        record = load(view, entity_name, number)
    except Invisible:
        yield f"{name} is not visible"
        return
    if not find(view, Query(entity_name, ids=(number,))).records:
        yield f"{name} can be opened but is not in the list"
    for words in Comparison(world, view, entity).differences(record.values, expectation.keys.get("fields")):
        yield f"{name}: {words}"
    yield from (f"{name}: {words}" for words in _closed(record, expectation))


def _closed(record: Record, expectation: Expectation) -> Iterator[str]:
    """What is shown of what should be closed, and the reverse."""
    for hidden in _list(expectation.keys.get("hidden")):
        if str(hidden) in record.values:
            yield f"{hidden} is shown"
    for sealed in _list(expectation.keys.get("sealed")):
        if record.values.get(str(sealed)) is not None or str(sealed) not in record.sealed:
            yield f"{sealed} is not sealed"
    for field, wanted in mapping(expectation.keys.get("masked")).items():
        if record.values.get(field) != wanted:
            yield f"{field} is shown as {record.values.get(field)!r}, not {wanted!r}"


def _misses(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    for item in _list(expectation.target):
        name = str(item)
        entity, number = record_of(world, view, name)
        if find(view, Query(entity, ids=(number,))).records or count(view, Query(entity, ids=(number,))):
            yield f"{name} is in the list"
        if titles(view, entity, [number]).get(number) and not view.metadata.entities[entity].title_public:
            yield f"{name} can be chosen"
        try:
            load(view, entity, number)
        except Invisible:
            continue
        yield f"{name} can be opened"


def _listed(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    name, where = str(expectation.target), expectation.keys.get("where")
    known = view.metadata.lists.get(name)
    fixed = (known.where,) if known is not None and known.where is not None else ()
    entity = known.entity if known is not None else name
    sort = known.sort if known is not None else ()
    query = Query(entity, where=fixed, typed=(str(where),) if where is not None else (), sort=sort, limit=MANY)
    found = [record.id for record in find(view, query).records]
    if "rows" in expectation.keys:
        wanted = [record_of(world, view, str(row))[1] for row in _list(expectation.keys["rows"])]
        same = found == wanted if expectation.keys.get("in_order") else sorted(found) == sorted(wanted)
        if not same:
            yield f"{name} lists {_named(world, entity, found)}, not {_named(world, entity, wanted)}"
    if "count" in expectation.keys and (len(found), count(view, query)) != (expectation.keys["count"],) * 2:
        yield f"records that {name} lists: {len(found)}, not {expectation.keys['count']}"


def _named(world: World, entity: str, ids: list[int]) -> str:
    names = {number: name for name, number in world.ids.items() if world.entities[name] == entity}
    return ", ".join(names.get(number, f"record {number}") for number in ids) or "nothing"


def _may(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    yield from _button(world, view, expectation, wanted=True)


def _may_not(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    yield from _button(world, view, expectation, wanted=False)


def _button(world: World, view: View, expectation: Expectation, *, wanted: bool) -> Iterator[str]:
    entity, number = record_of(world, view, str(expectation.keys["record"]))
    try:
        offered = [each for each in _offered(view, entity, number) if each.action.name == expectation.target]
    except Invisible:
        if wanted:
            yield "the record is not visible"
        return
    allowed = any(each.allowed for each in offered)
    reasons = [each.reason.render(view.metadata.languages[0]) for each in offered if each.reason]
    if allowed != wanted:
        yield f"{expectation.target} is {'possible' if allowed else 'not possible'}" + (f" ({reasons[0]})" if reasons else "")
    said = expectation.keys.get("say")
    if said is not None and not any(str(said) in reason for reason in reasons):
        yield f"the reason is {reasons or 'not said'}, not {said!r}"


def _offered(view: View, entity: str, number: int) -> Sequence[Possible]:
    """What a person may do with a record, or with a row of one, and why not. Raises Invisible."""
    row = fetch(view, entity, number)
    owner = view.metadata.entities[entity].document
    record = load(view, owner or entity, int(str(row["document_id"] if owner else number)))
    if owner is None:
        return actions(view, entity, row)
    table = view.metadata.entities[owner].fields[view.metadata.entities[entity].table_name]
    return row_actions(view, fetch(view, owner, record.id), table).get(number, ()) if record.sight.readable(table.name) else ()


def _list(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


CHECKS: Mapping[str, Check] = {
    "record": _record,
    "find": _find,
    "tasks": _tasks,
    "sees": _sees,
    "misses": _misses,
    "blind": blind,
    "chain": chained,
    "report": reported,
    "list": _listed,
    "may": _may,
    "may_not": _may_not,
    "audit": audit,
    "incident": incident,
    "notified": notified,
    "called": called,
    "print": printed,
}
