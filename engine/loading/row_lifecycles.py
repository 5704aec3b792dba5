"""Lifecycles of rows: written at their table, and from then on lifecycles like any other, for `document.table`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.metadata import Label, TableField, Was
from engine.metadata import declared as d

from .sourced import EntityParts, Sourced


def row_lifecycles(entities: Mapping[str, EntityParts]) -> Iterator[Sourced[d.Lifecycle]]:
    """The lifecycles that tables of these entities give their rows."""
    for entity, parts in entities.items():
        for name, (field, place) in parts.fields.items():
            if isinstance(field, TableField) and field.lifecycle is not None:
                path = f"{entity}.{name}"
                owners, names = _called(entity, parts.base.declared.was), _called(name, field.was)
                former = tuple(f"{owner}.{called}" for owner in owners for called in names)
                yield Sourced(_whole(path, field.label, field.lifecycle, former[1:]), place.at("lifecycle"))


def _called(name: str, was: Was) -> tuple[str, ...]:
    return (name, *((was,) if isinstance(was, str) else was))


def _whole(path: str, label: Label | None, written: d.RowLifecycle, was: tuple[str, ...]) -> d.Lifecycle:
    return d.Lifecycle(
        lifecycle=path, label=label, for_=path, states=written.states, actions=written.actions, clocks=written.clocks, was=was
    )
