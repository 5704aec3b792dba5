"""Prints, resolved: every field, column and text of their blocks typed, with the paths that they tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.errors import Sentence, Text
from engine.formula import Context, Kind, Names, Wording
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import Print, PrintBlock, PrintField
from engine.metadata import declared as d

from .application import known
from .bench import Bench
from .reports import roles_named
from .shells import Shell

Around = tuple[Shell, Mapping[str, Shell]]
"""An entity, and all of them."""
KINDS = {"fields": "fields", "table": "table", "text": "text", "approvals": "approvals", "break": "break_"}
"""What a block may be, and where its declaration says so."""
ALWAYS: Mapping[str, Text] = {
    "number": {"en": "Number", "zh": "编号"},
    "state": {"en": "State", "zh": "状态"},
    "created_at": {"en": "Created", "zh": "创建时间"},
    "created_by": {"en": "Created by", "zh": "创建人"},
}
"""What fields are called that nobody declares."""


def prints(bench: Bench, shells: Mapping[str, Shell]) -> dict[str, Print]:
    """All prints by name."""
    return {name: _print(bench, shells[source.declared.for_ or name], shells, source) for name, source in bench.declarations.prints.items()}


def print_named(bench: Bench, name: str | None, entity: str, place: Place) -> str | None:
    """A print about records of an entity; an issue where there is none of that name."""
    known_here = [each for each, source in bench.declarations.prints.items() if (source.declared.for_ or each) == entity]
    if name is not None and name not in known_here:
        bench.findings.unknown(Sentence("print of {entity}", entity=entity), name, known_here, place)
        return None
    return name


def _print(bench: Bench, shell: Shell, shells: Mapping[str, Shell], source: Sourced[d.Print]) -> Print:
    declared, place, names = source.declared, source.place, Names(this=shell.name)
    title, header, footer = (
        bench.wording(written, place.at(key), names)
        for key, written in (("title", declared.title), ("header", declared.header), ("footer", declared.footer))
    )
    blocks = (_block(bench, (shell, shells), block, place.item("blocks", index)) for index, block in enumerate(declared.blocks))
    return Print(
        declared.print,
        shell.name,
        bench.label(declared.label, place.at("label"), declared.print),
        title,
        declared.paper,
        declared.landscape,
        header,
        footer,
        tuple(block for block in blocks if block is not None),
        frozenset(path for words in (title, header, footer) if words for path in words.paths),
        bench.condition(declared.when, place.at("when"), names, Context.WHEN),
        roles_named(bench, declared.access, place.at("access")),
    )


def _block(bench: Bench, around: Around, declared: d.PrintBlock, place: Place) -> PrintBlock | None:
    shell = around[0]
    said = [key for key, name in KINDS.items() if getattr(declared, name)]
    if len(said) != 1:
        bench.findings.add("V515", "A block of a print is one thing.", place, hint=Sentence("one of {known}", known=", ".join(KINDS)))
        return None
    show = bench.condition(declared.show, place.at("show"), Names(this=shell.name), Context.SHOW)
    for key in ("columns", "totals"):
        if getattr(declared, key) and declared.table is None:
            bench.findings.add("V515", Sentence("`{key}` are those of a `table`.", key=key), place.at(key), key=True)
    if declared.table is not None:
        return _table(bench, around, declared, place)
    fields = tuple(_fields(bench, around, declared.fields, place.at("fields")))
    text = bench.wording(declared.text, place.at("text"), Names(this=shell.name))
    words = [field.shows for field in fields] + ([text] if text else [])
    read = frozenset(path for each in words for path in each.paths)
    return PrintBlock(fields, text=text, approvals=declared.approvals, ends_page=declared.break_ is not None, show=show, read=read)


def _table(bench: Bench, around: Around, declared: d.PrintBlock, place: Place) -> PrintBlock | None:
    assert declared.table is not None
    shell, rows = around[0], around[1].get(f"{around[0].name}.{declared.table}")
    if rows is None:
        tables = [n for n, m in bench.catalog.members(shell.name).items() if m.type.kind is Kind.COLLECTION]
        bench.findings.unknown(Sentence("table of {name}", name=shell.name), declared.table, tables, place.at("table"))
        return None
    names = declared.columns or tuple(rows.fields)
    columns = tuple(_fields(bench, (rows, around[1]), names, place.at("columns")))
    show = bench.condition(declared.show, place.at("show"), Names(this=shell.name), Context.SHOW)
    read = frozenset({declared.table, *(f"{declared.table}.{path}" for each in columns for path in each.shows.paths)})
    label = shell.fields[declared.table].label
    totals = _totals(bench, shell, declared, names, place)
    return PrintBlock(columns, table=declared.table, totals=totals, label=label, show=show, read=read)


def _totals(bench: Bench, shell: Shell, declared: d.PrintBlock, names: tuple[str, ...], place: Place) -> tuple[Wording | None, ...]:
    """The sums below the columns; N301 for what is no column."""
    members, added = bench.catalog.members(f"{shell.name}.{declared.table}"), set()
    for index, name in enumerate(declared.totals):
        here = place.at("totals", index)
        if name not in names or name not in members:
            bench.findings.unknown("column of this table", name, names, here)
        elif members[name].type.kind not in (Kind.NUMBER, Kind.DURATION):
            bench.findings.add("N307", Sentence("{path} is {type} and cannot be added up.", path=name, type=members[name].type.word), here)
        else:
            added.add(name)
    return tuple(_sum(bench, shell, f"{declared.table}.{name}", place) if name in added else None for name in names if added)


def _sum(bench: Bench, shell: Shell, path: str, place: Place) -> Wording | None:
    words = bench.wording(f"{{SUM({path})}}", place.at("totals"), Names(this=shell.name))
    return None if words is None else Wording(dict.fromkeys(bench.languages, next(iter(words.templates.values()))))


def _fields(bench: Bench, around: Around, names: tuple[str, ...], place: Place) -> Iterator[PrintField]:
    shell, _ = around
    for index, name in enumerate(names):
        here = place.at(index)
        formula = bench.formula(name, here, Names(this=shell.name), (Context.TEXT, None))
        words = bench.wording(f"{{{name}}}", here, Names(this=shell.name)) if formula else None
        if formula is not None and words is not None:
            template = next(iter(words.templates.values()))
            shows = Wording(dict.fromkeys(bench.languages, template))
            yield PrintField(_label(bench, around, name), shows, formula.type.kind is Kind.NUMBER)


def _label(bench: Bench, around: Around, name: str) -> Text:
    """What a field is called; a path is called like its last field."""
    shell, shells = around
    entity, last = shell.name, name
    while "." in last:
        first, _, last = last.partition(".")
        entity = bench.catalog.members(entity)[first].type.entity or entity
    declared = shells[entity].fields.get(last) if entity in shells else None
    return declared.label if declared is not None else known(bench, ALWAYS.get(last, {"en": last}))
