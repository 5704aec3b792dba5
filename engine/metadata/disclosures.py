"""What people learn without being allowed to read it: computed fields, uniqueness, checks over other records, titles, filters.

These are the places where one rule of access does not tell the whole truth (DESIGN section 5); `loom access` lists them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from engine.formula import Formula, Reference, Root, Via
from engine.frozen import frozen

from .application import Metadata
from .fields import Field
from .model import Entity
from .rules import Rule


@frozen
class Disclosure:
    """`roles` learn something about `parts` from `field` (blank: from the entity); `said` where the definition says that it is meant."""

    kind: Literal["computed", "unique", "duplicate", "check", "title", "named", "filter"]
    entity: str
    field: str
    told: Mapping[str, str]
    said: bool = False


def disclosures(metadata: Metadata) -> tuple[Disclosure, ...]:
    """All of them, by entity."""
    of_entities = (found for entity in metadata.entities.values() for found in _of_entity(metadata, entity))
    return (*of_entities, *_of_filters(metadata))


def _of_filters(metadata: Metadata) -> Iterator[Disclosure]:
    """The filters of lists, reports and tiles: what they leave out is not there for anybody, whatever a role may read."""
    for name, entity_name, where in _filters(metadata):
        entity = metadata.entities[entity_name]
        if told := {role: part for role in _readers(document_of(metadata, entity)) if (part := _unread(metadata, role, entity, where))}:
            yield Disclosure("filter", entity_name, name, told)


def _filters(metadata: Metadata) -> Iterator[tuple[str, str, Formula]]:
    """The filters that a definition has, each with what it belongs to and the entity whose records it leaves."""
    for listed in metadata.lists.values():
        filters = {f"list {listed.name}": listed.where} | {f"list {listed.name}, tab {tab.name}": tab.where for tab in listed.tabs}
        yield from ((name, listed.entity, where) for name, where in filters.items() if where is not None)
    for report in metadata.reports.values():
        yield from ((f"report {report.name}", source.entity, where) for source in report.sources for where in source.where)
    for board in metadata.dashboards.values():
        for tile in board.tiles:
            if tile.where is not None and tile.entity:
                yield f"dashboard {board.name}", tile.entity, tile.where
            if tile.kind == "number" and tile.report is not None:
                number = tile.report.sources[0]
                yield from ((f"dashboard {board.name}", number.entity, where) for where in number.where)


def _of_entity(metadata: Metadata, entity: Entity) -> Iterator[Disclosure]:
    yield from _of_fields(metadata, entity)
    for rule in entity.duplicates:
        yield from _duplicate(metadata, entity, rule.fields)
    for check in entity.checks:
        told = {role: part for role in _writers(document_of(metadata, entity)) if (part := _unread(metadata, role, entity, check.require))}
        if told:
            yield Disclosure("check", entity.name, check.field, told)
    named = _readers(entity) if entity.document is None or _has_own(entity) else ()
    if told := {role: part for role in named if (part := _unread(metadata, role, entity, entity.title))}:
        yield Disclosure("named", entity.name, "", told)
    if entity.title_public:
        yield Disclosure("title", entity.name, "", {"everybody": "its title"}, said=True)


def _of_fields(metadata: Metadata, entity: Entity) -> Iterator[Disclosure]:
    for field in entity.fields.values():
        if told := told_by(metadata, field):
            yield Disclosure("computed", entity.name, field.name, told, field.discloses)
    names = {(field.name,) for field in entity.fields.values() if field.unique} | set(entity.unique)
    for unique in sorted(names) if entity.document is None or entity.rules else ():
        if blind := {
            role: entity.name for role in _writers(document_of(metadata, entity)) if not _reads_all(metadata, role, entity, unique)
        }:
            yield Disclosure("unique", entity.name, ", ".join(unique), blind)


def _duplicate(metadata: Metadata, entity: Entity, names: tuple[str, ...]) -> Iterator[Disclosure]:
    blind = {role: entity.name for role in _writers(entity) if not _reads_all(metadata, role, entity, names)}
    if blind:
        yield Disclosure("duplicate", entity.name, ", ".join(names), blind)


def told_by(metadata: Metadata, field: Field) -> dict[str, str]:
    """The roles that may read a computed field, but not what it is made of, each with the first such part (`lines.price`)."""
    if not isinstance(field.formula, Formula):
        return {}
    entity, formula = metadata.entities[field.entity], field.formula
    told = {}
    for role in _readers(document_of(metadata, entity)):
        documents = [rule for rule in _rules_of(metadata, role, entity) if not _hides(rule, entity, field.name)]
        rows = [rule for rule in _row_rules(metadata, role, entity) if not _closes(rule, field.name)]
        seeing = _Seeing(documents, rows)
        if documents and (rows or not _has_own(entity)) and (part := _unread(metadata, role, entity, formula, seeing)):
            told[role] = part
    return told


def document_of(metadata: Metadata, entity: Entity) -> Entity:
    """The entity whose rules count for the rows of a table."""
    return metadata.entities[entity.document] if entity.document else entity


def _readers(document: Entity) -> Iterator[str]:
    """The roles that may read some record of the entity, each once."""
    yield from dict.fromkeys(rule.role for rule in document.rules if rule.verbs.get("read"))


def _writers(document: Entity) -> Iterator[str]:
    yield from dict.fromkeys(rule.role for rule in document.rules if rule.verbs.get("create") or rule.verbs.get("update"))


def _rules_of(metadata: Metadata, role: str, entity: Entity) -> list[Rule]:
    """The rules that let a person of this one role read: its own, and those of the roles it includes."""
    held = metadata.roles[role].includes
    return [rule for rule in document_of(metadata, entity).rules if rule.role in held and rule.verbs.get("read")]


@frozen
class _Seeing:
    """The rules by which somebody reads what tells them something: those of the document, and those of its table where it has some."""

    documents: list[Rule]
    rows: list[Rule]


def _has_own(entity: Entity) -> bool:
    """Whether it is a table with rules of its own."""
    return entity.document is not None and bool(entity.rules)


def _row_rules(metadata: Metadata, role: str, rows: Entity) -> list[Rule]:
    """The rules of a table by which this one role reads rows; none for what is no table with rules of its own."""
    held = metadata.roles[role].includes
    return [rule for rule in rows.rules if rule.role in held and rule.verbs.get("read")] if rows.document else []


def _reads_rows(metadata: Metadata, role: str, rows: Entity, name: str) -> bool:
    """Whether a role reads a field in all rows of a table, as far as rules of the table say."""
    return not _has_own(rows) or any(rule.verbs["read"] is True and not _closes(rule, name) for rule in _row_rules(metadata, role, rows))


def _closes(rule: Rule, name: str) -> bool:
    return name in rule.hide or name in rule.mask


def _reads_all(metadata: Metadata, role: str, entity: Entity, names: tuple[str, ...]) -> bool:
    rules = _rules_of(metadata, role, entity)
    whole = any(rule.verbs["read"] is True and not any(_hides(rule, entity, name) for name in names) for rule in rules)
    return whole and all(_reads_rows(metadata, role, entity, name) for name in names)


def _unread(metadata: Metadata, role: str, entity: Entity, formula: Formula, seeing: _Seeing | None = None) -> str | None:
    """What a role learns from a formula although it may not read it: the first such part, `lines.price` or `supplier.name`."""
    seeing = seeing or _Seeing(_rules_of(metadata, role, entity), _row_rules(metadata, role, entity))
    for reference in sorted(formula.references, key=lambda r: (r.entity, r.field)):
        if reference.root is Root.USER or reference.field == "id":
            continue
        if not _may_read(metadata, role, seeing, reference):
            return f"{reference.entity}.{reference.field}"
    return None


def _may_read(metadata: Metadata, role: str, seeing: _Seeing, reference: Reference) -> bool:
    target = metadata.entities.get(reference.entity)
    if target is None:
        return True
    rules = seeing.documents
    if not reference.hops and any(_closes(rule, reference.field) for rule in seeing.rows):
        return False
    if reference.hops and not _reads_rows(metadata, role, target, reference.field):
        return False
    inside = all(hop.via in (Via.TABLE, Via.DOCUMENT) for hop in reference.hops)
    if inside:
        if any(rule.verbs["read"] is True and not _hides(rule, target, reference.field) for rule in rules):
            return True
        return all(not _hides(rule, target, reference.field) for rule in rules)
    return any(rule.verbs["read"] is True and not _hides(rule, target, reference.field) for rule in _rules_of(metadata, role, target))


def _hides(rule: Rule, entity: Entity, name: str) -> bool:
    """Whether a rule of the document hides or masks a field of it, or of the rows of one of its tables."""
    table = entity.name.partition(".")[2]
    names = {name} if not table else {table, f"{table}.{name}"}
    return bool(names & (rule.hide | rule.mask.keys()))
