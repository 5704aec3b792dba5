"""Rules on sealed values (LANGUAGE 5.7)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Sentence
from engine.formula import Formula, Root, Via
from engine.loading.findings import Place
from engine.metadata import Entity, Field, Seal, ValueBase, sealed_sources

from .loaded import Loaded


def sealed_and_told(loaded: Loaded) -> None:
    """S222: what names records, counts them, or tells whether two are the same, reads no sealed value."""
    for entity in loaded.metadata.stored:
        shell = loaded.shells[entity.name]
        sealed = {field.name for field in entity.fields.values() if field.seal is not None}
        for key, names in _told(entity):
            for name in sorted(names & sealed):
                loaded.findings.add(
                    "S222", Sentence('"{name}" is sealed, and {key} would tell it.', name=name, key=key), _place(loaded, entity, key, name)
                )
        for name, written in shell.fields.items():
            if name in sealed and isinstance(written.declared, ValueBase) and getattr(written.declared, "blank", None) == "zero":
                loaded.findings.add("S222", "A sealed number is blank until it is opened.", written.place.at("blank"), key=True)


def computed_when_it_is_read(loaded: Loaded) -> None:
    """S229: what is computed from sealed values of other records is kept, so that it is blank until all of them are open."""
    for entity in loaded.metadata.entities.values():
        for field in entity.fields.values():
            sources = sealed_sources(loaded.metadata.entities, field) if field.keep == "virtual" else ()
            names = sorted({name for _, read in sources for name in read})
            if names:
                message = Sentence(
                    '"{name}" is computed whenever it is read, and would tell of {names} before all of it is open.',
                    name=field.name,
                    names=", ".join(names),
                )
                written = loaded.shells[entity.name].fields[field.name].place
                loaded.findings.add("S229", message, written.at("formula"), hint="keep: stored, without the reader and the clock")


def _told(entity: Entity) -> Iterator[tuple[str, set[str]]]:
    yield "title", _own(entity.title)
    if entity.number is not None:
        parts = {value for kind, value in entity.number.parts if kind == "field"}
        yield "number", parts | ({entity.number.by} if entity.number.by else set())
    yield "unique", {name for names in entity.unique for name in names} | {f.name for f in entity.fields.values() if f.unique}
    yield "duplicates", {name for rule in entity.duplicates for name in rule.fields}


def _own(formula: Formula) -> set[str]:
    return {reference.field for reference in formula.references if reference.root is Root.ROW and not reference.hops}


def _place(loaded: Loaded, entity: Entity, key: str, name: str) -> Place:
    shell = loaded.shells[entity.name]
    if key == "unique" and entity.fields[name].unique:
        return shell.fields[name].place.at(key)
    written = shell.place.at(key)
    return written if written.path in written.document.values else shell.fields[name].place


def seals_read_the_document(loaded: Loaded) -> None:
    """S223: what says when a seal opens, and for whom, is asked of the document, and is not sealed itself."""
    for field, written in loaded.fields:
        seal = field.seal
        if seal is None or getattr(written.declared, "sealed", None) is None:
            continue
        for key, formula in (("until", seal.until), ("when", seal.when), ("except", seal.readers)):
            if formula is not None and (wrong := _wrong(loaded, field, seal, formula)):
                loaded.findings.add("S223", wrong, written.place.at("sealed", key))


def _wrong(loaded: Loaded, field: Field, seal: Seal, formula: Formula) -> str:
    for reference in sorted((r for r in formula.references if r.root is Root.ROW), key=lambda r: (len(r.hops), r.field)):
        if seal.inner and (not reference.hops or reference.hops[0].via is not Via.DOCUMENT):
            return Sentence('A seal is asked of the document, and "{field}" belongs to the row.', field=reference.field)
        target = loaded.metadata.entities.get(reference.entity)
        known = target.fields.get(reference.field) if target is not None else None
        if known is not None and known.seal is not None:
            return Sentence('"{field}" is sealed itself.', field=reference.field)
    return ""
