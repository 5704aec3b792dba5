"""How the entities of an application hang together, in the words of Mermaid, which code hosts and many editors draw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.errors import Text, in_language
from engine.metadata import Entity


def relations(entities: Iterable[Entity], language: str) -> str:
    """Which entity leads to which: each link as a line, its label on it."""
    shown = list(entities)
    names = {entity.name for entity in shown}
    lines = ["erDiagram", *(f"  {entity.name}[{_quoted(entity.label, language)}]" for entity in shown)]
    for entity in shown:
        for path, target, label in _links(entity, language):
            if target in names:
                lines.append(f"  {target} ||--o{{ {entity.name} : {_quoted(label, language) if path else ''}")
    return _block(lines)


def _links(entity: Entity, language: str) -> Iterator[tuple[str, str, Text]]:
    for field in entity.links:
        assert field.link is not None
        yield field.name, field.link.entity.split(".", 1)[0], field.label
    for table in entity.tables:
        assert table.table is not None
        for field in table.table.links:
            assert field.link is not None
            label = {language: f"{in_language(table.label, language)}: {in_language(field.label, language)}"}
            yield f"{table.name}.{field.name}", field.link.entity.split(".", 1)[0], label


def _quoted(label: Text, language: str) -> str:
    return f'"{_plain(in_language(label, language))}"'


def _plain(text: str) -> str:
    return " ".join(text.split()).replace('"', "'").replace(";", ",").replace("#", " ").replace(":", " ")


def _block(lines: list[str]) -> str:
    return "\n".join(["```mermaid", *lines, "```", ""])
