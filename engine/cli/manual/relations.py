"""How the entities of an application hang together, in the words of Mermaid, which code hosts and many editors draw."""

from __future__ import annotations

from collections.abc import Sequence

from engine.drawing import links_of
from engine.errors import Text, in_language
from engine.metadata import Entity, MenuEntry

FEW = 12
"""So many entities stand in one picture; where there are more, each module has its own."""


def relations(entities: Sequence[Entity], menu: Sequence[MenuEntry], language: str) -> str:
    """Which entity leads to which: each link as a line, its label on it; each module with what it leads to."""
    labels: dict[str, Text] = {entry.module: entry.label for entry in menu}
    modules = list(dict.fromkeys(entity.module or "" for entity in entities))
    if len(entities) <= FEW or len(modules) < 2:
        return _block(entities, entities, language)
    parts = []
    for module in sorted(modules, key=lambda name: (name not in labels, list(labels).index(name) if name in labels else 0)):
        if module:
            parts.append(f"### {in_language(labels.get(module, {}), language) or module}\n")
        parts.append(_block([entity for entity in entities if (entity.module or "") == module], entities, language))
    return "\n".join(parts)


def _block(own: Sequence[Entity], entities: Sequence[Entity], language: str) -> str:
    shown = {entity.name: entity for entity in entities}
    lines = [
        f"  {link.target} ||--o{{ {link.source} : {_quoted(link.words)}"
        for entity in own
        for link in links_of(entity, language)
        if link.target in shown
    ]
    named = {entity.name for entity in own} | {link.target for entity in own for link in links_of(entity, language)}
    boxes = [f"  {name}[{_quoted(in_language(entity.label, language))}]" for name, entity in shown.items() if name in named]
    return "\n".join(["```mermaid", "erDiagram", *boxes, *lines, "```", ""])


def _quoted(words: str) -> str:
    return f'"{_plain(words)}"'


def _plain(text: str) -> str:
    return " ".join(text.split()).replace('"', "'").replace(";", ",").replace("#", " ").replace(":", " ")
