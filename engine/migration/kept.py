"""What people keep that names things by their words: saved views, the scopes of tokens, delegations for one workflow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import parse_qsl, urlencode

from engine.errors import Message
from engine.formula import Context, FormulaErrors, Names, compile
from engine.metadata import Metadata, Renaming
from engine.storage import Survey

from .change import Change

VIEW, TOKEN, DELEGATION = "saved_view", "token", "delegation"
_CHAIN = re.compile(r'"[^"]*"|[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*')
_CONDITION = 3
Texts = tuple[str | None, ...]


def reword(survey: Survey, change: Change) -> None:
    """Whatever names a thing that is called otherwise now names it so."""
    if change.before is None or not change.ids.renamed():
        return
    words = Words(Renaming(change.before, change.metadata))
    _each(survey, change, (VIEW, "entity", "address"), lambda kept: words.view(kept[0] or "", kept[1] or ""))
    _each(survey, change, (TOKEN, "scope"), lambda kept: (words.scope(kept[0]) if kept[0] else None,))
    workflows = {old.name: new.name for old, new in change.ids.renamed() if new.kind == "workflow"}
    _each(survey, change, (DELEGATION, "workflow"), lambda kept: (workflows.get(kept[0] or "", kept[0]),))


def _each(survey: Survey, change: Change, place: tuple[str, ...], turn: Callable[[Texts], Texts]) -> None:
    entity, *names = place
    for number, kept in _kept(survey, change.metadata, entity, names):
        if (turned := turn(kept)) != kept:
            columns = [change.metadata.identity.column(entity, name) for name in names]
            survey.write_texts(change.metadata.identity.table(entity), number, dict(zip(columns, turned, strict=True)))


def _kept(survey: Survey, metadata: Metadata, entity: str, names: list[str]) -> Iterator[tuple[int, Texts]]:
    if entity in metadata.entities:
        table = metadata.identity.table(entity)
        yield from survey.texts(table, [metadata.identity.column(entity, name) for name in names])


def views_naming(change: Change) -> Mapping[str, tuple[Message, ...]]:
    """Keys of the served definition to the saved views that name them."""
    found: dict[str, list[Message]] = {}
    if change.before is None:
        return {}
    names = ["entity", "address", "name"]
    for _, (entity, address, name) in _kept(change.survey, change.before, VIEW, names):
        met = _Meeting(change.before)
        Words(met).view(entity or "", address or "")
        for key in met.met:
            found.setdefault(key, []).append(Message("saved view {name}", {"name": name}))
    return {key: tuple(said) for key, said in found.items()}


class Words:
    """The same words under other names."""

    def __init__(self, renaming: Renaming) -> None:
        self._renaming = renaming

    def view(self, entity: str, address: str) -> tuple[str, str]:
        """A saved view: its entity, and the address of its list."""
        turned = [(key, self._part(entity, key, value)) for key, value in parse_qsl(address)]
        return self._renaming.entity(entity), urlencode(turned)

    def scope(self, scope: str) -> str:
        """The scope of a token: `read`, `supplier:write`."""
        return " ".join(
            ":".join((self._renaming.entity(one), *rest)) if rest else one for one, *rest in (w.split(":") for w in scope.split())
        )

    def _part(self, entity: str, key: str, value: str) -> str:
        if key == "where":
            return self._typed(entity, value)
        if key == "sort":
            return ("-" if value.startswith("-") else "") + self._renaming.path(entity, value.removeprefix("-"))
        if key == "c":
            return self._condition(entity, value)
        if key in ("column", "group"):
            path, mark, rest = value.partition(":")
            return self._renaming.path(entity, path) + mark + rest
        return value

    def _typed(self, entity: str, text: str) -> str:
        """A filter that somebody typed; one that means nothing (any more) keeps its quoted words, which nobody can tell from codes."""
        try:
            return self._renaming.text(entity, compile(text, Names(this=entity), self._renaming.old.catalog, Context.FILTER))
        except FormulaErrors:
            return _CHAIN.sub(lambda found: self._chain(entity, found[0]), text)

    def _chain(self, entity: str, words: str) -> str:
        return words if words.startswith('"') else self._renaming.path(entity, words)

    def _condition(self, entity: str, value: str) -> str:
        parts = value.split(":", _CONDITION - 1)
        if len(parts) != _CONDITION:
            return value
        path, operator, operand = parts
        declared = self._renaming.old.entities.get(entity)
        field = declared.fields.get(path) if declared is not None else None
        listed = field.type.choice_set if field is not None else ""
        codes = ",".join(self._renaming.code(listed, code) for code in operand.split(",")) if listed else operand
        return ":".join((self._renaming.path(entity, path), operator, codes))


class _Meeting(Renaming):
    """Names nothing otherwise, and remembers which keys it was asked for."""

    def __init__(self, metadata: Metadata) -> None:
        super().__init__(metadata, metadata)
        self.met: set[str] = set()

    def _key(self, key: str) -> str:
        self.met.add(key)
        return key
