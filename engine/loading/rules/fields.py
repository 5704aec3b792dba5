"""Rules on fields."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from importlib.util import find_spec

from engine.errors import Sentence
from engine.formula import BadPattern, match_pattern
from engine.loading.findings import Place
from engine.loading.resolve.shells import Shell
from engine.loading.sourced import given_in_rows
from engine.metadata import (
    UNINDEXED,
    WORDED,
    LinkField,
    LinksField,
    LongTextField,
    TableField,
    TextField,
    ValueBase,
    leads_to_many,
    system_types,
)

from .loaded import Loaded

_WORDS = "and or not in true false null old new user parent this candidate message rows"
RESERVED = frozenset(f"{_WORDS} state number document_id sealed_values sealed_until".split())
"""Words of formulas, and columns that every record or row may have."""
SYSTEM_TREES = frozenset({("department", "parent"), ("company", "parent")})
"""Fields of the engine that are only read behind a path (`department.parent`)."""


def names_that_mean_something_else(loaded: Loaded) -> None:
    """N308: a field is not called like a word of the formula language or a column of every record."""
    for shell in loaded.shells.values():
        taken = RESERVED | set(system_types(table=shell.document is not None))
        for name, field in shell.fields.items():
            if name in taken and (shell.name, name) not in SYSTEM_TREES:
                loaded.findings.add(
                    "N308", Sentence('A field cannot be called "{name}": the name is taken.', name=name), field.place, key=True
                )


def fields_that_a_key_gives(loaded: Loaded) -> None:
    """N308: where a key such as `company`, `dated` or `retention` gives a field, none of that name is declared."""
    for shell in loaded.shells.values():
        given = shell.parts.given() if shell.parts else {}
        for part in shell.parts.parts() if shell.parts else ():
            for name in given.keys() & part.declared.fields.keys():
                message = Sentence('"{given}" gives the field "{name}"; it cannot be declared as well.', given=given[name][1], name=name)
                loaded.findings.add("N308", message, part.place.at("fields", name), key=True)
        for name in given_in_rows(shell.table).keys() & shell.table.fields.keys() if shell.table else ():
            message = Sentence('A clock gives the field "{name}"; it cannot be declared as well.', name=name)
            loaded.findings.add("N308", message, shell.fields[name].place, key=True)


def row_named_like_document(loaded: Loaded) -> None:
    """N308: in a row the name of the document's entity is the document."""
    for shell in loaded.shells.values():
        if shell.document is not None and shell.document in shell.fields:
            message = Sentence('A field of a row cannot be called "{document}": that is its document.', document=shell.document)
            loaded.findings.add("N308", message, shell.fields[shell.document].place, key=True)


def computed_and_given(loaded: Loaded) -> None:
    """S210: a computed field has no default, is not required, and is nobody's to fill in."""
    for _, written in loaded.fields:
        declared = written.declared
        if isinstance(declared, ValueBase) and declared.formula is not None:
            for key, used in (("default", declared.default is not None), ("required", declared.required is not False)):
                if used:
                    loaded.findings.add("S210", Sentence('A computed field has no "{key}".', key=key), written.place.at(key), key=True)
        elif isinstance(declared, ValueBase) and declared.keep is not None:
            loaded.findings.add("S210", '"keep" is for computed fields.', written.place.at("keep"), key=True)


def limits_in_order(loaded: Loaded) -> None:
    """S211: `min` is not above `max`, and both are numbers."""
    for field, written in loaded.fields:
        least, most = getattr(written.declared, "min", None), getattr(written.declared, "max", None)
        if field.least is not None and field.most is not None:
            least, most = field.least.literal, field.most.literal
        elif not isinstance(written.declared, TableField | LinksField):
            continue
        if isinstance(least, Decimal | int) and isinstance(most, Decimal | int) and least > most:
            loaded.findings.add("S211", Sentence("min ({least}) is above max ({most}).", least=least, most=most), written.place.at("min"))


def patterns_of_the_subset(loaded: Loaded) -> None:
    """FX501: the `pattern` of a text stays within what MATCHES understands."""
    for _, written in loaded.fields:
        declared = written.declared
        if isinstance(declared, TextField | LongTextField) and declared.pattern is not None:
            try:
                match_pattern(declared.pattern)
            except BadPattern as wrong:
                message = Sentence("This pattern cannot be used: {wrong}.", wrong=wrong.reason)
                loaded.findings.add("FX501", message, written.place.at("pattern"))


def rows_are_flat(loaded: Loaded) -> None:
    """S220: a row of a table holds neither a table nor links to many."""
    for shell in loaded.shells.values():
        for field in shell.fields.values() if shell.document is not None and not shell.relation else ():
            if isinstance(field.declared, TableField) or leads_to_many(field.declared):
                message = "A row of a table holds neither a table nor links to many; make it an entity with a link to its document."
                loaded.findings.add("S220", message, field.place, key=True)


def searched_by_words(loaded: Loaded) -> None:
    """S224: only what has words can be searched."""
    for field, written in loaded.fields:
        if field.search and field.kind not in WORDED:
            message = "It has no words that could be searched."
            loaded.findings.add("S224", message, written.place.at("search"), hint="a filter of a list finds it by its value")


def indexed_by_value(loaded: Loaded) -> None:
    """S226: only a stored value that can be compared is indexed."""
    for field, written in loaded.fields:
        if isinstance(written.declared, ValueBase) and written.declared.index and (not field.stored or field.kind in UNINDEXED):
            loaded.findings.add("S226", "It has no stored value that could be indexed.", written.place.at("index"))


def spoken_where_stored(loaded: Loaded) -> None:
    """S227: only a stored text that is never sealed stands in lists as it is spoken, and only where somebody can read it out."""
    for field, written in loaded.fields:
        if not isinstance(written.declared, TextField | LongTextField) or written.declared.sort != "pinyin":
            continue
        if not field.stored or field.seal is not None:
            loaded.findings.add("S227", "It has no stored text that could be put in order.", written.place.at("sort"))
        elif find_spec("pypinyin") is None:
            message = "Chinese is read with the package pypinyin, which is not installed."
            loaded.findings.add("S227", message, written.place.at("sort"), hint="install Objectloom with its extra zh")


def links_that_clear(loaded: Loaded) -> None:
    """S212: a required link cannot be cleared when its target is deleted."""
    for field, written in loaded.fields:
        if isinstance(written.declared, LinkField) and written.declared.on_delete == "clear" and field.required is True:
            loaded.findings.add("S212", "A required link cannot be cleared.", written.place.at("on_delete"), hint="restrict or cascade")


def entries_that_change(loaded: Loaded) -> None:
    """S213: what is `append_only` has nothing that would change or delete its records."""
    for shell in loaded.shells.values():
        if shell.parts is None or not shell.parts.base.declared.append_only:
            continue
        for key, place in _changing(loaded, shell):
            message = Sentence('{name} is append_only, so its records never change: "{key}" means nothing here.', name=shell.name, key=key)
            loaded.findings.add("S213", message, place, key=True, hint="a correction is a new record")


def _changing(loaded: Loaded, shell: Shell) -> Iterator[tuple[str, Place]]:
    for entity, rule, place in loaded.rules():
        if entity.name == shell.name:
            yield from ((verb, place.at(verb)) for verb in ("update", "delete") if rule.verbs.get(verb))
    for name, field in shell.fields.items():
        if getattr(field.declared, "on_delete", "restrict") != "restrict":
            yield "on_delete", shell.fields[name].place.at("on_delete")
    for sources in (loaded.declarations.lifecycles, loaded.declarations.workflows):
        for source in sources.values():
            if source.declared.for_ == shell.name:
                yield "for", source.place.at("for")


def checks_of_deferred(loaded: Loaded) -> None:
    """S215: a check that refuses reads nothing that is only right a moment later (FORMULA section 4)."""
    for entity in loaded.metadata.entities.values():
        for check in entity.checks:
            late = sorted(r.field for r in check.require.references if _is_deferred(loaded, r.entity, r.field))
            if late and not check.warn:
                message = Sentence(
                    "A check of {name} reads {late}, which is only right a moment later (`keep: deferred`).",
                    name=entity.name,
                    late=", ".join(late),
                )
                place = loaded.shells[entity.name].fields[late[0]].place if late[0] in loaded.shells[entity.name].fields else None
                loaded.findings.add("S215", message, place.at("keep") if place else loaded.shells[entity.name].place, hint="level: warn")


def _is_deferred(loaded: Loaded, entity: str, name: str) -> bool:
    known = loaded.metadata.entities.get(entity)
    field = known.fields.get(name) if known is not None else None
    return field is not None and field.keep == "deferred"
