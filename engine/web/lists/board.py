"""A list as a board: a column for each state or choice, each with its newest records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.access import row_rule
from engine.metadata import Choice as Code
from engine.metadata import Entity, GroupBy, State
from engine.records import GroupOf, Inside, groups
from engine.web.views import Board, BoardColumn, Cell, Choice
from engine.web.visit import visit
from engine.web.words import _
from engine.workflow import actions_of

from .looks import Looking, cards, found
from .ticking import perhaps

CARDS = 25
"""How many cards a column shows."""
COLUMNS = 14
"""How many columns a board has at most."""


def board(looking: Looking) -> Board:
    """The board: one question for the counts, and one for the cards of each column that has some."""
    by = GroupBy(looking.look.by)
    counts = {group.token: group for group in groups(looking.view, looking.query, by, ()).groups}
    codes = _codes(looking.entity, looking.look.by, counts)
    moves = _moves(looking, codes)
    columns = tuple(_column(looking, by, code, (counts.get(code.code), moves.get(code.code, ()))) for code in codes[:COLUMNS])
    return Board(columns, looking.look.by if any(moves.values()) else "")


def _codes(entity: Entity, by: str, counts: Mapping[str, GroupOf]) -> list[Code]:
    """The values in their order; what is retired or blank only where records have it."""
    if by == "state" and entity.lifecycle is not None:
        return [_code(state) for state in entity.lifecycle.states.values()]
    known = [choice for choice in entity.fields[by].choices if not choice.retired or choice.code in counts]
    return [*known, *([Code("", {})] if "" in counts else [])]


def _code(state: State) -> Code:
    return Code(state.name, state.label, state.color)


def _column(looking: Looking, by: GroupBy, code: Code, known: tuple[GroupOf | None, tuple[Choice, ...]]) -> BoardColumn:
    group, moves = known
    words = visit().words(code.label) if code.code else _("None")
    inside = replace(looking.query, inside=Inside(by, code.code), limit=CARDS)
    page = found(looking, inside) if group is not None else None
    asked = looking.asked.turned(look="table", group=str(by))
    return BoardColumn(
        value=code.code,
        cell=Cell("badge", words, choices=(Choice(words, code.color),)) if code.code else Cell("text", words),
        count=f"{group.count:,}" if group is not None else "0",
        cards=cards(looking, page.records) if page is not None else (),
        moves=moves,
        more=replace(asked, open=code.code).link() if page is not None and page.next is not None else "",
    )


def _moves(looking: Looking, codes: Sequence[Code]) -> Mapping[str, tuple[Choice, ...]]:
    """Where the cards of each column may go, as far as one can say for all of them."""
    entity, view = looking.entity, looking.view
    if looking.asked.archived:
        return {}
    if looking.look.by != "state":
        may = not row_rule(entity, "update", view.actor).nothing and not entity.fields[looking.look.by].computed
        named = [Choice(visit().words(code.label), value=code.code) for code in codes if code.code and not code.retired]
        return {code.code: tuple(one for one in named if one.value != code.code) for code in codes} if may else {}
    own = [action for action in actions_of(view.metadata, entity).values() if action.to and perhaps(view, action)]
    return {
        code.code: tuple(
            Choice(visit().words(action.label), value=str(action.to), hint=action.name) for action in own if code.code in action.sources
        )
        for code in codes
    }
