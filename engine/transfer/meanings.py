"""What the columns of a file mean: guessed from their headings, corrected by the person, remembered for files that look the same.

A meaning is the path of a field (`subject`, `lines.qty`), `id` or `version` (`lines.id` for the row), `^` in a sheet of rows for what
joins a row to its record, or blank for a column that is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from engine.errors import Invalid, Message, Problem, in_language, translate
from engine.frozen import frozen
from engine.metadata import Entity, Field
from engine.records import Writable

from .columns import ROW, SYSTEM, movable, stated

OWNER = "^"
KEYS = ("id", "version")


@frozen
class Target:
    """Something that a column can mean: its path, its field (None: a system column), whether a value in it is taken."""

    path: str
    field: Field | None
    taken: bool = True


@frozen
class Meaning:
    """One sheet: the table whose rows it holds (blank: records), and the path of each column."""

    table: str
    paths: tuple[str, ...]

    @property
    def used(self) -> bool:
        """Whether anything of the sheet is read."""
        return any(self.paths)


def targets(entity: Entity, allowed: Writable | None = None) -> dict[str, Target]:
    """Everything that a column can mean, by path; what cannot be written is compared only."""
    found = {name: Target(name, None) for name in (*KEYS, *stated(entity))}
    found |= {
        field.name: Target(field.name, field, _taken(entity, field, field.name, allowed)) for field in movable(entity) if field.seal is None
    }
    for table in entity.tables:
        assert table.table is not None
        for name in ("id", *stated(table.table)):
            found[f"{table.name}.{name}"] = Target(f"{table.name}.{name}", None)
        for cell in movable(table.table):
            if cell.seal is not None:
                continue  # what is sealed lies in no sheet that waits
            path = f"{table.name}.{cell.name}"
            found[path] = Target(path, cell, _taken(table.table, cell, path, allowed))
    return found


def _taken(entity: Entity, field: Field, path: str, allowed: Writable | None) -> bool:
    numbered = field.name == "number" and entity.number is not None
    return not field.computed and not numbered and (allowed is None or allowed.allows(path))


def guess(entity: Entity, sheets: Sequence[tuple[str, Sequence[str]]], languages: Sequence[str]) -> tuple[Meaning, ...]:
    """What sheets (name, headings) seem to mean: the first one records, the others the rows of the table that they are called like."""
    found = []
    for number, (name, headings) in enumerate(sheets):
        table = "" if number == 0 else _table_called(entity, name, languages, alone=len(sheets) == 2)
        found.append(Meaning("", ("",) * len(headings)) if table is None else Meaning(table, _paths(entity, table, headings, languages)))
    return tuple(found)


def _table_called(entity: Entity, name: str, languages: Sequence[str], *, alone: bool) -> str | None:
    for field in entity.tables:
        if plain(name) in {plain(word) for word in _words(field, languages)} | {plain(word)[:31] for word in _words(field, languages)}:
            return field.name
    return entity.tables[0].name if alone and len(entity.tables) == 1 else None


def _paths(entity: Entity, table: str, headings: Sequence[str], languages: Sequence[str]) -> tuple[str, ...]:
    known: dict[str, str] = {}
    for path, word in _called(entity, table, languages):
        known.setdefault(plain(word), path)
    paths: list[str] = []
    for number, heading in enumerate(headings):
        path = OWNER if table and number == 0 else known.get(plain(heading), "")
        paths.append("" if path in paths else path)
    return tuple(paths)


def _called(entity: Entity, table: str, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each path with the words that a heading may have for it."""
    for path, target in targets(entity).items():
        owner, _, name = path.rpartition(".")
        if table and owner != table:
            continue
        words = _system_words(name, owner, languages) if target.field is None else list(_words(target.field, languages))
        own = [*words, *(f"{word} ({name})" for word in words), name]
        if table or not owner:
            yield from ((path, word) for word in own)
        if owner:
            yield path, path
            titles = _words(entity.fields[owner], languages)
            yield from ((path, f"{title}: {word}") for title in titles for word in own)


def _words(field: Field, languages: Sequence[str]) -> Iterator[str]:
    yield from (in_language(field.label, language) for language in languages)
    yield field.name


def _system_words(name: str, owner: str, languages: Sequence[str]) -> list[str]:
    message = ROW if owner and name == "id" else SYSTEM[name]
    return [translate(str(message.text), language) for language in languages]


def plain(text: str) -> str:
    """A heading as it is compared: without case, blanks and the star that often marks what is needed."""
    return re.sub(r"[\s*＊_]+", "", text).casefold()


def check(entity: Entity, meanings: Iterable[Meaning], key: Sequence[str]) -> None:
    """Raises Invalid where a path is none, stands twice, or the key is not among them."""
    if problems := faults(entity, meanings, key):
        raise Invalid(problems)


def faults(entity: Entity, meanings: Iterable[Meaning], key: Sequence[str]) -> list[Problem]:
    """What is wrong with what columns are said to mean: somebody erred, or the definition is another now."""
    known, problems = targets(entity), []
    for sheet in meanings:
        paths = [path for path in sheet.paths if path and path != OWNER]
        problems += [
            Problem("columns", "unknown_field", Message("There is no field {name}.", {"name": path})) for path in paths if path not in known
        ]
        twice = {path for path in paths if paths.count(path) > 1}
        problems += [Problem("columns", "twice", Message("Two columns mean {name}.", {"name": path})) for path in sorted(twice)]
    first = next(iter(meanings), None)
    missing = [name for name in key if first is None or name not in first.paths]
    problems += [
        Problem("key", "key_missing", Message("No column means {name}, by which records are to be found.", {"name": name}))
        for name in missing
    ]
    if first is None or not first.used:
        problems.append(Problem("columns", "nothing", Message("None of the headings is a field of {entity}.", {"entity": entity.label})))
    return problems
