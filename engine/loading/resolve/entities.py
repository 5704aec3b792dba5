"""Entities, complete, and the rows of their tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.errors import Sentence, Text
from engine.formula import Context, Formula, Kind, Names, Type
from engine.loading.findings import Place
from engine.metadata import UNINDEXED, Check, Entity, Field, Lifecycle, LinkField, TextField, ValueBase
from engine.metadata import declared as d

from .access import check_field, rules
from .bench import Bench
from .computed import Computed
from .duplicates import duplicates
from .fields import fields_of
from .kinds_of import checked_for
from .numbers import number_pattern
from .retention import retention
from .shells import Shell

_TITLE = Type(Kind.TEXT)
NUMBER_LABEL = {"en": "Number", "zh": "编号"}


def entities(bench: Bench, shells: Mapping[str, Shell], computed: Computed, lifecycles: Mapping[str, Lifecycle]) -> dict[str, Entity]:
    """All documents with their tables, by name; a table stands before its document."""
    found: dict[str, Entity] = {}
    for shell in shells.values():
        if shell.document is None:
            tables = {name: _rows(bench, inner, (computed, lifecycles.get(inner.name))) for name, inner in shell.tables.items()}
            found.update({rows.name: rows for rows in tables.values()})
            found[shell.name] = _document(bench, shell, fields_of(bench, shell, computed, tables), (computed, lifecycles.get(shell.name)))
    return found


def _rows(bench: Bench, shell: Shell, around: tuple[Computed, Lifecycle | None]) -> Entity:
    assert shell.table is not None
    computed, lifecycle = around
    declared, place = shell.table, shell.place
    fields = fields_of(bench, shell, computed, {})
    return Entity(
        shell.name,
        label := bench.label(declared.label, place.at("label"), shell.name.rpartition(".")[2]),
        label,
        fields,
        _title(bench, shell, declared.title, fields),
        document=shell.document,
        relation=shell.relation,
        checks=tuple(checks(bench, shell, declared.checks, place.at("checks"))),
        unique=_columns(bench, shell, declared.unique, place.at("unique")),
        index=(*_columns(bench, shell, declared.index, place.at("index")), *_indexed(fields)),
        rules=rules(bench, shell),
        lifecycle=lifecycle,
        min_rows=declared.min or 0,
        max_rows=declared.max,
    )


def _document(bench: Bench, shell: Shell, fields: Mapping[str, Field], around: tuple[Computed, Lifecycle | None]) -> Entity:
    assert shell.parts is not None
    computed, lifecycle = around
    declared, place, parts = shell.parts.base.declared, shell.place, tuple(shell.parts.parts())
    actions = lifecycle.actions if lifecycle else {}
    number = number_pattern(bench, declared.number, place.at("number"), (fields, actions)) if declared.number else None
    if number is not None:
        fields = {"number": _number_field(bench, shell.name), **fields}
    return Entity(
        shell.name,
        bench.label(declared.label, place.at("label"), shell.name),
        bench.label(declared.plural or declared.label, place.at("plural"), shell.name),
        fields,
        _title(bench, shell, declared.title, fields),
        help=bench.words(declared.help, place.at("help")),
        module=declared.module,
        icon=bench.icon(declared.icon, place.at("icon")),
        company=declared.company,
        tree=_tree(bench, shell, declared.tree),
        append_only=declared.append_only,
        dated=declared.dated,
        number=number,
        title_public=declared.title_public,
        checks=tuple(_all_checks(bench, shell)),
        unique=(
            *_keys(bench, shell, declared),
            *(u for p in parts for u in _columns(bench, shell, p.declared.unique, p.place.at("unique"))),
        ),
        duplicates=tuple(d for p in parts for d in duplicates(bench, shell, p.declared.duplicates, p.place.at("duplicates"))),
        retention=retention(bench, shell, declared, fields),
        reads=declared.history is not None and declared.history.reads,
        index=(*(i for p in parts for i in _columns(bench, shell, p.declared.index, p.place.at("index"))), *_indexed(fields)),
        rules=rules(bench, shell),
        compute=computed.order(shell),
        lifecycle=lifecycle,
        workflows=tuple(n for n, w in bench.declarations.workflows.items() if w.declared.for_ == shell.name),
        system=shell.parts.system,
        api=declared.api if isinstance(declared, d.SystemEntity) else True,
        readonly=declared.readonly if isinstance(declared, d.SystemEntity) else False,
    )


def _tree(bench: Bench, shell: Shell, name: str | None) -> str | None:
    """S221 unless `tree` is a link of the entity to itself that people choose."""
    if name is None:
        return None
    place, field = shell.place.at("tree"), shell.fields.get(name)
    if field is None:
        bench.findings.unknown(Sentence("field of {name}", name=shell.name), name, shell.fields, place)
        return None
    link = field.declared
    if not isinstance(link, LinkField) or link.to != shell.name or link.formula is not None or link.match:
        bench.findings.add("S221", Sentence("A tree needs a link to {name} itself that is chosen, not computed.", name=shell.name), place)
        return None
    return name


def _keys(bench: Bench, shell: Shell, declared: d.Entity) -> tuple[tuple[str, ...], ...]:
    """What a `dated` entity has only once: the beginning of a period of one key."""
    if declared.dated is None:
        return ()
    place = shell.place.at("dated")
    for at, name in enumerate(declared.dated):
        if name not in shell.fields:
            bench.findings.unknown(Sentence("field of {name}", name=shell.name), name, shell.fields, place.at(at))
    return ((*declared.dated, "valid_from"),)


def _all_checks(bench: Bench, shell: Shell) -> Iterator[Check]:
    """The checks of an entity, of its extensions, and of each of its kinds, which count on records of that kind."""
    assert shell.parts is not None
    for part in shell.parts.parts():
        yield from checks(bench, shell, part.declared.checks, part.place.at("checks"))
    for name, kind in shell.parts.kinds():
        for check in checks(bench, shell, kind.declared.checks, kind.place.at("checks")):
            yield replace(check, require=checked_for(bench, shell.name, name, check.require))


def _number_field(bench: Bench, entity: str) -> Field:
    label: Text = {k: v for k, v in NUMBER_LABEL.items() if k in bench.languages} or NUMBER_LABEL
    return Field(entity, "number", "text", TextField(max=100), label, _TITLE)


def _title(bench: Bench, shell: Shell, written: str | bool | int | None, fields: Mapping[str, Field]) -> Formula:
    """What names a record elsewhere: the formula given, else the number, else the first text field, else the id."""
    place, names = shell.place.at("title"), Names(this=shell.name)
    if written is not None:
        compiled = bench.formula(written, place, names, (Context.TEXT, _TITLE))
        if compiled is not None:
            return compiled
    first = next((f.name for f in fields.values() if f.kind == "text" and not f.computed and f.seal is None), None)
    made = bench.formula(first or '"#" & id', shell.place, names, (Context.TEXT, _TITLE))
    assert made is not None
    return made


def checks(bench: Bench, shell: Shell, written: tuple[d.Check, ...], place: Place) -> Iterator[Check]:
    """The checks of an entity, a table or a workflow step."""
    names = Names(this=shell.name, old=True)
    for index, check in enumerate(written):
        here = place.at(index)
        if check.field is not None:
            check_field(bench, shell, check.field, here.at("field"))
        require = bench.condition(check.require, here.at("require"), names, Context.CHECK)
        say = bench.wording(check.say, here.at("say"), Names(this=shell.name))
        if require is not None:
            bench.blanks(require, here.at("require"), _filled(shell))
            yield Check(require, say, check.field or "", check.level == "warn")


def _filled(shell: Shell) -> frozenset[str]:
    """The fields that a check may take to have a value: required ones, and computed ones, which are nobody's to fill in."""
    return frozenset(
        name
        for name, field in shell.fields.items()
        if field.declared.required is True or (isinstance(field.declared, ValueBase) and field.declared.formula is not None)
    )


def _indexed(fields: Mapping[str, Field]) -> Iterator[tuple[str]]:
    """The fields that say so themselves, and have a value that can be compared."""
    for field in fields.values():
        if isinstance(field.declared, ValueBase) and field.declared.index and field.stored and field.kind not in UNINDEXED:
            yield (field.name,)


def _columns(bench: Bench, shell: Shell, written: tuple[tuple[str, ...], ...], place: Place) -> tuple[tuple[str, ...], ...]:
    """The columns of `unique` and `index`: fields of the record itself."""
    for index, names in enumerate(written):
        for at, name in enumerate(names):
            if name not in bench.catalog.members(shell.name):
                bench.findings.unknown(Sentence("field of {name}", name=shell.name), name, shell.fields, place.at(index, at))
    return written
