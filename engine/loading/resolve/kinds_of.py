"""What belongs to one kind of an entity only: its fields show, are computed and needed, and its checks count, on records of that kind."""

from __future__ import annotations

from dataclasses import replace

from engine.formula import TRUTH, And, Case, Constant, Context, Formula, Names, Node, Or, compile
from engine.metadata import SUBTYPE

from .bench import Bench


def shown_for(bench: Bench, entity: str, subtype: str, show: Formula | None) -> Formula:
    """The condition under which a field shows: on its kind, and where its own condition holds."""
    own = _is(bench, entity, subtype)
    return own if show is None else replace(show, tree=And(type=TRUTH.nullable(), items=(own.tree, show.tree)), pushable=False)


def computed_for(bench: Bench, entity: str, subtype: str, formula: Formula) -> Formula:
    """The formula of a field, which gives nothing on other kinds."""
    tree, type_ = formula.tree, formula.type.nullable()
    nothing = Constant(type=type_, value=None)
    only = Case(type=type_, arms=((_is(bench, entity, subtype).tree, tree),), default=nothing, start=tree.start, end=tree.end)
    return replace(formula, tree=only, type=type_)


def checked_for(bench: Bench, entity: str, subtype: str, require: Formula) -> Formula:
    """The condition of a check, which holds on other kinds whatever they are."""
    other: Node = _is(bench, entity, subtype, sign="<>").tree
    return replace(require, tree=Or(type=TRUTH.nullable(), items=(other, require.tree)))


def _is(bench: Bench, entity: str, subtype: str, sign: str = "=") -> Formula:
    return compile(f'{SUBTYPE} {sign} "{subtype}"', Names(this=entity), bench.catalog, Context.SHOW)
