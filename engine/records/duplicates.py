"""Records that may be the same: equal in normalised values, or alike. The full-text index finds candidates, rapidfuzz weighs them.

Looked for by the system among all records, because what is there already is there for everybody; whoever may not see it learns
only that there is one. Blank values are like nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache

from engine import storage
from engine.errors import Message
from engine.formula import Context, Formula, Names, compile
from engine.frozen import frozen
from engine.metadata import Duplicate, Entity, Metadata, Value
from engine.storage import Asking, Listing
from engine.unit_of_work import UnitOfWork, View

from .conditions import aside
from .draft import Draft, Row
from .fetch import fetch
from .frame import RecordFrame
from .grants import entity_id
from .present import readable
from .titles import titles
from .visible import reader
from .words import field_number, indexed

CANDIDATES = 200
"""How many records that may be alike are weighed, the newest first."""
NAMED = 3
_NO_WORD = re.compile(r"[\W_]+")


@frozen
class Twin:
    """A record that may be the same; `title` is None where the reader may not see it. `block` says that it may not be made again."""

    id: int
    title: str | None
    block: bool


def check_duplicates(uow: UnitOfWork, draft: Draft) -> None:
    """A problem, or a warning, where a record like the draft is there already. Two who save at once are asked one after the other."""
    entity = draft.entity
    for rule in entity.duplicates:
        if draft.old is not None and all(draft.old.get(name) == draft.new.get(name) for name in rule.fields):
            continue
        if rule.then == "block":
            storage.lock_key(uow.connection, f"duplicates:{entity_id(uow, entity)}:{_key(rule, draft.new)}")
        found = twins(uow, entity, draft.new, rule)
        if not found:
            continue
        words = _words(uow, entity, found, block=rule.then == "block")
        if rule.then == "block":
            draft.problem(rule.fields[0], "duplicate", words)
        else:
            uow.warnings.append(words)


def duplicates_of(view: View, entity_name: str, number: int) -> list[Twin]:
    """The records that may be the same as one, those first that may not be made again. Raises Invisible."""
    entity = view.metadata.entities[entity_name]
    row = fetch(view, entity_name, number)
    readable(view, entity, row)
    return _twins(view, entity, row, entity.duplicates)


def twins_while_typing(view: View, entity: Entity, row: Mapping[str, Value], changed: str) -> list[Twin] | None:
    """What may be the same as a record that somebody is typing; None where the field `changed` last decides nothing about it."""
    rules = [rule for rule in entity.duplicates if changed in rule.fields]
    return _twins(view, entity, row, rules)[:NAMED] if rules else None


def _twins(view: View, entity: Entity, row: Mapping[str, Value], rules: Iterable[Duplicate]) -> list[Twin]:
    found: dict[int, bool] = {}
    for rule in rules:
        for twin in twins(view, entity, row, rule):
            found[twin] = found.get(twin, False) or rule.then == "block"
    named = titles(view, entity.name, found)
    visible = [Twin(twin, named.get(twin), block) for twin, block in found.items()]
    return sorted(visible, key=lambda each: (not each.block, each.title is None, each.id))


def twins(view: View, entity: Entity, row: Mapping[str, Value], rule: Duplicate) -> list[int]:
    """The ids of the records that are like `row` by one rule, the newest first."""
    if any(row.get(name) is None for name in rule.fields):
        return []
    listing, asking = _question(view, entity, row, rule)
    found = view.lists.page(view.connection, listing, asking)
    return [each.place.id for each in found if each.place.id != row.get("id") and alike(each.row, row, rule)]


def alike(one: Mapping[str, Value], other: Mapping[str, Value], rule: Duplicate) -> bool:
    """Whether two records are the same by a rule."""
    if any(normalised(one.get(name)) != normalised(other.get(name)) for name in rule.match):
        return False
    return all(similarity(one.get(name), other.get(name)) >= least for name, least in rule.similar.items())


def normalised(value: Value) -> Value:
    """A value as it is compared: texts without case, width, accents and punctuation."""
    if not isinstance(value, str):
        return value
    plain = unicodedata.normalize("NFKD", value.casefold())
    return _NO_WORD.sub(" ", "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")).strip()


def similarity(one: Value, other: Value) -> Decimal:
    """How alike two texts are, from 0 to 1, whatever the order of their words."""
    if one is None or other is None:
        return Decimal(0)
    a, b = str(normalised(one)), str(normalised(other))
    from rapidfuzz import fuzz  # noqa: PLC0415 - most applications never weigh anything

    return Decimal(round(max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b)) * 100)) / 10_000


def _question(view: View, entity: Entity, row: Mapping[str, Value], rule: Duplicate) -> tuple[Listing, Asking]:
    """The candidates: equal in what is no text, and with the words of one text in common."""
    texts = {field.name for field in indexed(entity)}
    plain = [name for name in rule.match if name not in texts]
    words = _blocking(view, entity, row, rule, texts)
    equal = tuple(_equal(view.metadata, entity.name, name) for name in plain)
    where = (*equal, *aside(view.metadata, entity, equal, archived=False))
    listing = Listing(entity.name, where=where, worded=words is not None)
    frame = RecordFrame(view, parameters={f"same_{name}": row[name] for name in plain})
    return listing, Asking(frame, reader(view, entity), CANDIDATES + 1, words=words or "")


def _blocking(view: View, entity: Entity, row: Mapping[str, Value], rule: Duplicate, texts: Iterable[str]) -> str | None:
    """The question to the full-text index: all words of a text that must be equal, else the rare ones of one that must be alike."""
    known = frozenset(texts)
    dialect = view.tables.dialect
    for name in rule.match:
        if name in known:
            return storage.question(str(row[name]), [field_number(view.metadata, entity.fields[name])], dialect)
    for name in rule.similar:
        if name in known:
            number = field_number(view.metadata, entity.fields[name])
            return storage.rare_question(view.connection, entity_id(view, entity), number, str(row[name]))
    return None


@lru_cache(maxsize=1024)
def _equal(metadata: Metadata, entity: str, name: str) -> Formula:
    kind = metadata.catalog.members(entity)[name].type
    names = Names(this=entity, parameters={f"same_{name}": kind})
    return compile(f"{name} = same_{name}", names, metadata.catalog, Context.WHERE)


def _key(rule: Duplicate, row: Row) -> str:
    """What two savers of the same record lock: their common values; all of one rule where texts need only be alike."""
    return "|".join(str(normalised(row.get(name))) for name in rule.match) if not rule.similar else "alike"


def _words(uow: UnitOfWork, entity: Entity, found: list[int], *, block: bool) -> Message:
    named = [title for title in titles(uow, entity.name, found[:NAMED]).values() if title]
    if not named:
        return Message("There is a record like this already, which you may not see.")
    words = "There is one already: {titles}." if block else "This may be one that is there already: {titles}."
    return Message(words, {"titles": ", ".join(named)})
