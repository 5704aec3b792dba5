"""Whether a record may be saved as it is: required fields, ranges, links, rules; every problem at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.errors import Message
from engine.formula import Formula, Wording
from engine.metadata import Check, Entity, Field, Metadata, Value, owners_of
from engine.storage import in_columns
from engine.unit_of_work import UnitOfWork

from .accounts import check_roles, gives_roles
from .compute import frame_in, frame_of_new, value_of
from .draft import UNFIT, Draft, Line, Row, envelopes, numbered, rows_of
from .faults import every_test, fault, tests_of
from .frame import RecordFrame
from .hold import hold, shares
from .wording import filled, seen_of_line

NOTHING: frozenset[str] = frozenset()


def all_fit(drafts: Sequence[Draft]) -> bool:
    """Whether each value of new drafts of one entity passes its test, which is quickly told of many, and nearly always so."""
    entity, documents = drafts[0].entity, [draft.new for draft in drafts]
    owners = [(entity, documents)]
    owners += [
        (table.rows, [row for document in documents for row in rows_of(document, table)]) for table in entity.collections if table.rows
    ]
    return all(_pass(owner, rows) for owner, rows in owners if rows)


def _pass(owner: Entity, rows: Sequence[Row]) -> bool:
    tests = tests_of(owner)
    columns = in_columns(rows, [name for name, _, _ in tests])
    return all(all(map(test, values)) for (_, _, test), values in zip(tests, columns, strict=True))


def check(uow: UnitOfWork, draft: Draft, *, must: frozenset[str] = frozenset(), checks: tuple[Check, ...] = (), fit: bool = False) -> None:
    """Collect every problem of the draft: its own rules, and those of a workflow step (`must`, `checks`).

    `fit` says that its values have passed their tests.
    """
    if fit and not must and not checks and draft.old is None and _all_hold(uow, draft):
        return
    for line in draft.lines():
        row, entity = line.row, line.entity
        if not fit or must:
            _check_fields(uow, draft, line, NOTHING if line.inner else must)
        if gives_roles(entity):
            check_roles(uow, draft, line)
        rules = entity.checks if not checks or line.inner else (*entity.checks, *checks)
        if rules:
            hold(uow, _required_by(entity) if rules is entity.checks else [rule.require for rule in rules], row)
            frame = frame_in(uow, draft, line)
            for rule in rules:
                if not rule.require.test(row, frame):
                    _tester(uow, draft, line).rule(rule)


def _all_hold(uow: UnitOfWork, draft: Draft) -> bool:
    """Whether each rule of a new record whose values are fit holds, which is quickly told, and nearly always so."""
    ruled = _ruled(uow.metadata, draft.entity)
    for table, tests in ruled or ():
        frame = frame_of_new(uow, draft, table)
        for row in (draft.new,) if table is None else rows_of(draft.new, table):
            for test in tests:
                if not test(row, frame):
                    return False
    return ruled is not None


@lru_cache(maxsize=512)
def _ruled(metadata: Metadata, document: Entity) -> Sequence[tuple[Field | None, Sequence[Callable[[Row, RecordFrame], bool]]]] | None:
    """The rules of a record (None) and of the rows of its tables; None where more than they must be asked, or something held for them."""
    owners = [(None, document), *((table, table.rows) for table in document.collections)]
    found = [(table, owner, _required_by(owner)) for table, owner in owners if owner is not None]
    if any(gives_roles(owner) or shares(metadata, rules) for _, owner, rules in found):
        return None
    return [(table, [rule.test for rule in rules]) for table, _, rules in found if rules]


def _check_fields(uow: UnitOfWork, draft: Draft, line: Line, needed: frozenset[str]) -> None:
    row = line.row
    for name, field, test in every_test(line.entity) if needed else tests_of(line.entity):
        if not test(row.get(name)) or name in needed:
            _tester(uow, draft, line).field(field, must=name in needed)


@lru_cache(maxsize=1024)
def _required_by(entity: Entity) -> tuple[Formula, ...]:
    """What the rules of an entity ask for."""
    return tuple(rule.require for rule in entity.checks)


def check_readonly(uow: UnitOfWork, draft: Draft) -> None:
    """A problem for each field that the input changed although the definition says it is read-only for this row."""
    for line in draft.lines() if _guards(draft.entity) else ():
        for field in line.entity.guarded:
            path = line.path(field.name)
            if field.readonly is None or path not in draft.given or not line.sets(field.name):
                continue
            if field.readonly.holds(line.row, frame_in(uow, draft, line)):
                draft.problem(path, "not_editable", Message("{field} may not be changed here.", {"field": field.label}))


@lru_cache(maxsize=1024)
def _guards(entity: Entity) -> bool:
    """Whether anything of a record, or of the rows of its tables, may be read-only."""
    return any(owner.guarded for owner in owners_of(entity))


def check_unique_rows(draft: Draft) -> None:
    """A problem at each row of a table that repeats the unique values of a row above it; blanks repeat freely."""
    for table, names in _unique_of(draft.entity):
        _check_unique(draft, table, names)


@lru_cache(maxsize=1024)
def _unique_of(entity: Entity) -> tuple[tuple[Field, tuple[str, ...]], ...]:
    """The tables of an entity with each set of fields that no two rows may have alike."""
    found: list[tuple[Field, tuple[str, ...]]] = []
    for table in entity.tables:
        assert table.rows is not None
        single = [(field.name,) for field in table.rows.fields.values() if field.unique]
        found += [(table, names) for names in (*single, *table.rows.unique)]
    return tuple(found)


def _check_unique(draft: Draft, table: Field, names: tuple[str, ...]) -> None:
    assert table.rows is not None
    seen: set[tuple[Value, ...]] = set()
    fields = table.rows.fields
    for position, row in numbered(rows_of(draft.new, table)):
        values = tuple(fields[name].type.compared(row.get(name)) for name in names)
        if None not in values and values in seen:
            draft.problem(f"{table.name}.{position}.{names[-1]}", "not_unique", Message("This row repeats one above it."))
        seen.add(values)


def _tester(uow: UnitOfWork, draft: Draft, line: Line) -> _Tester:
    return _Tester(uow, draft, line, frame_in(uow, draft, line))


@dataclass(slots=True)
class _Tester:
    """The checks of one row."""

    uow: UnitOfWork
    draft: Draft
    line: Line
    frame: RecordFrame

    def field(self, field: Field, *, must: bool) -> None:
        if field.rows is not None:
            wanted = field.relation is not None and required(field, self.line.row, self.frame)
            _check_count(self.draft, field, must=must or wanted)
            return
        row = self.line.row
        value = row.get(field.name)
        if value is None:
            if not field.computed and field.name not in envelopes(row) and (must or required(field, row, self.frame)):
                self.draft.problem(self.line.path(field.name), "required", Message("{field} is needed.", {"field": field.label}))
        elif not field.computed and self.line.sets(field.name) and (wrong := fault(field, value) or _range(field, row, self.frame)):
            self.draft.problem(self.line.path(field.name), "value", wrong)

    def rule(self, rule: Check) -> None:
        row = self.line.row
        words = self._said(rule.say, row) if rule.say else Message("This rule does not hold: {rule}", {"rule": rule.require.text})
        if rule.warn:
            self.uow.warnings.append(words if self.line.told else UNFIT)
        else:
            self.draft.problem(self.line.path(rule.field) if rule.field else self.line.prefix.rstrip("."), "check", words)

    def _said(self, wording: Wording, row: Row) -> Message:
        """The words of a rule, as the acting person may know them; what they typed into the record they know."""
        typed = () if self.line.inner else self.draft.given if self.draft.typed is None else self.draft.typed
        return filled(wording, row, self.frame, seen_of_line(self.frame, self.draft, self.line), typed)


def _check_count(draft: Draft, table: Field, *, must: bool) -> None:
    assert table.rows is not None
    count = len(rows_of(draft.new, table))
    least, most = max(table.rows.min_rows, 1 if must else 0), table.rows.max_rows
    if count < least:
        words = "{field} needs at least {count:row|rows}." if table.table else "{field}: please choose at least {count}."
        draft.problem(table.name, "required", Message(words, {"field": table.label, "count": least}))
    elif most is not None and count > most:
        words = "{field} may have at most {count:row|rows}." if table.table else "{field}: please choose at most {count}."
        draft.problem(table.name, "too_many", Message(words, {"field": table.label, "count": most}))


def required(field: Field, row: Row, frame: RecordFrame) -> bool:
    """Whether the field must have a value on this row; a field that is not shown never must."""
    if field.show is not None and not field.show.holds(row, frame):
        return False
    return field.required.holds(row, frame) if isinstance(field.required, Formula) else field.required


def _range(field: Field, row: Row, frame: RecordFrame) -> Message | None:
    value = row[field.name]
    least = value_of(field.least, row, frame) if field.least else None
    most = value_of(field.most, row, frame) if field.most else None
    if least is not None and value < least:  # type: ignore[operator]
        return Message("Please enter {least} or more.", {"least": least})
    if most is not None and value > most:  # type: ignore[operator]
        return Message("Please enter {most} or less.", {"most": most})
    return None
