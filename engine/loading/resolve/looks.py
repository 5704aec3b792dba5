"""Other ways to see the records of a list: cards by state or choice, days of a month, a tree, pictures."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from engine.errors import Sentence
from engine.formula import Kind, Type
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import Entity, ListLook
from engine.metadata import declared as d

from .bench import Bench
from .paths import end_of_path

DATES = frozenset({Kind.DATE, Kind.DATETIME})
WORDS = {
    "table": {"en": "Table", "zh": "表格"},
    "kanban": {"en": "Board", "zh": "看板"},
    "calendar": {"en": "Calendar", "zh": "日历"},
    "tree": {"en": "Tree", "zh": "树形"},
    "gallery": {"en": "Pictures", "zh": "图片"},
}
NEEDED = {"calendar": ("start",), "gallery": ("image",)}
TABLE = ListLook("table", "table", WORDS["table"])


def default_looks(entity: Entity) -> tuple[ListLook, ...]:
    """A table; a board for what has a lifecycle, a tree for what stands in one."""
    board = (ListLook("board", "kanban", WORDS["kanban"], by="state"),) if entity.lifecycle is not None else ()
    tree = (ListLook("tree", "tree", WORDS["tree"]),) if entity.tree else ()
    return (TABLE, *board, *tree)


def looks(bench: Bench, entity: Entity, source: Sourced[d.ListView]) -> tuple[ListLook, ...]:
    """What the file says, a table first where it names none; without a word in the file the default ones."""
    written = source.declared.views
    if not written:
        return default_looks(entity)
    found = tuple(_look(bench, entity, look, source.place.at("views", index)) for index, look in enumerate(written))
    return found if any(look.kind == "table" for look in found) else (TABLE, *found)


def _look(bench: Bench, entity: Entity, written: d.ListLook, place: Place) -> ListLook:
    by = written.by or ("state" if written.kind == "kanban" and entity.lifecycle is not None else "")
    _check_needed(bench, entity, written, place)
    if written.by:
        _check(bench, entity, written.by, place.at("by"), (Sentence("state or a choice of its own"), {Kind.CHOICE}))
    for key in ("start", "end"):
        if path := getattr(written, key):
            _check(bench, entity, path, place.at(key), (Sentence("a date"), DATES))
    if written.title:
        end_of_path(bench, entity.name, written.title, place.at("title"))
    label = bench.label(written.label, place.at("label"), "") if written.label is not None else WORDS[written.kind]
    parts = (written.start or "", written.end or "", written.title or "", written.image or "")
    return ListLook(written.name, written.kind, label, by, *parts)


def _check_needed(bench: Bench, entity: Entity, written: d.ListLook, place: Place) -> None:
    """S202 for a kind without the field that it shows, N307 for a tree of what is none, N301 for an image that is none."""
    needed = ("by",) if written.kind == "kanban" and entity.lifecycle is None else NEEDED.get(written.kind, ())
    for key in needed:
        if getattr(written, key) is None:
            bench.findings.add(
                "S202", Sentence('"{key}" is missing: a {kind} needs it.', key=key, kind=written.kind), place, hint=f"{key}: FIELD"
            )
    if written.kind == "tree" and not entity.tree:
        bench.findings.add("N307", Sentence("{name} is no tree.", name=entity.name), place.at("kind"), hint="tree: FIELD in its entity")
    if written.image:
        _check_image(bench, entity, written.image, place.at("image"))


def _check(bench: Bench, entity: Entity, path: str, place: Place, wanted: tuple[str, Collection[Kind]]) -> None:
    """N307 unless the path leads to one of these kinds."""
    words, kinds = wanted
    type_: Type | None = end_of_path(bench, entity.name, path, place)
    if type_ is not None and (type_.kind not in kinds or (Kind.CHOICE in kinds and "." in path)):
        bench.findings.add("N307", Sentence("{path} is {type}; this has to be {words}.", path=path, type=type_.word, words=words), place)


def _check_image(bench: Bench, entity: Entity, name: str, place: Place) -> None:
    images: Sequence[str] = [field.name for field in entity.fields.values() if field.kind == "image"]
    if name not in images:
        bench.findings.unknown("image", name, images, place)
