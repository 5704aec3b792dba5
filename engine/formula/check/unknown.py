"""What is told of a name that leads nowhere: the nearest that does."""

from __future__ import annotations

from engine.errors import Message
from engine.formula.syntax import Name
from engine.formula.types import Kind

from .state import Span, State
from .suggest import nearest


def meaningless(state: State, name: Name, span: Span) -> None:
    """Record FX703 for a word that has no meaning at this place, or FX201 for what a message does not carry."""
    first = name.parts[0]
    if first == "message" and state.names.message:
        _unknown_of_message(state, name, span)
        return
    state.wrong("FX703", Message('"{name}" has no meaning in this {place}', {"name": first, "place": Message(state.rules.name)}), span)


def _unknown_of_message(state: State, name: Name, span: Span) -> None:
    """Record FX201 with the nearest of what a message carries."""
    known, part = state.names.message, ".".join(name.parts[1:])
    near = nearest(part, known)
    hint = Message('did you mean "{name}"?', {"name": f"message.{near}"}) if near else None
    expected = tuple(f"message.{each}" for each in known)
    state.wrong("FX201", Message('The message has no field "{name}"', {"name": part}), span, hint, expected)


def unknown_field(state: State, entity: str, part: str, span: Span, more: bool) -> None:
    """Record FX201 with the nearest field of the entity: one that leads on where `more` follows, else one of the wanted kind."""
    members = state.catalog.members(entity)
    wanted = _LEADING if more else state.wanted
    near = nearest(part, members, lambda name: not wanted or members[name].type.kind in wanted) or _behind(state, entity, part)
    hint = Message('did you mean "{name}"?', {"name": near}) if near else None
    if part == "state":
        hint = Message('states come from a lifecycle with "for: {entity}"', {"entity": entity})
    _no_field(state, (entity, part), span, hint)


def _no_field(state: State, named: tuple[str, str], span: Span, hint: Message | None) -> None:
    entity, part = named
    expected = tuple(state.catalog.members(entity))
    state.wrong("FX201", Message('{entity} has no field "{name}"', {"entity": entity, "name": part}), span, hint, expected)


def _behind(state: State, entity: str, part: str) -> str | None:
    """The path to a field of this name that is one link away."""
    links = ((name, member.type.entity) for name, member in state.catalog.members(entity).items() if member.type.kind is Kind.REF)
    return next((f"{name}.{part}" for name, other in links if other is not None and part in state.catalog.members(other)), None)


_LEADING = frozenset({Kind.REF, Kind.COLLECTION})


def _words(state: State) -> list[str]:
    """The words beside fields that have a meaning here."""
    known = {"user": state.names.user, "candidate": state.names.candidate, "message": state.names.message}
    return ["this", *(word for word, meant in known.items() if meant), *(("old", "new") if state.names.old else ())]


def unknown_name(state: State, first: str, span: Span, more: bool) -> None:
    """Record FX201 for a bare name, where variables are possible too."""
    variables = {**state.names.parameters, **state.names.extra}
    if state.scope.entity is not None and not nearest(first, variables):
        word = None if nearest(first, state.catalog.members(state.scope.entity)) else nearest(first, _words(state))
        if word is None:
            unknown_field(state, state.scope.entity, first, span, more)
        else:
            _no_field(state, (state.scope.entity, first), span, Message('did you mean "{name}"?', {"name": word}))
        return
    near = nearest(first, variables)
    if near is None and state.names.rows is not None and first in state.catalog.members(state.names.rows):
        near = f"rows.{first}"
    hint = Message('did you mean "{name}"?', {"name": near}) if near else None
    state.wrong("FX201", Message('there is no "{name}" here', {"name": first}), span, hint, tuple(variables))
