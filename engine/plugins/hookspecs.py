"""All hooks of Objectloom, on one page; a plugin implements those it wants with `@hookimpl`."""

from __future__ import annotations

from collections.abc import Sequence

import pluggy

from engine.formula import Function
from engine.metadata import ValueBase

from .connector import Connector

PROJECT = "objectloom"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def connectors() -> Sequence[Connector]:  # type: ignore[empty-body]  # a hook is only its signature
    """The connectors that workflow steps may run, each with its providers."""


@hookspec
def formula_functions() -> Sequence[Function]:  # type: ignore[empty-body]  # a hook is only its signature
    """Functions that formulas may call: rows of the function table, each with its signature, its Python and its PostgreSQL template."""


@hookspec
def field_types() -> Sequence[type[ValueBase]]:  # type: ignore[empty-body]  # a hook is only its signature
    """Types that fields may have: structs made from one of ours, whose column, widgets and formula type they take.

    A struct says its own keys, and in `kept` what is kept of a value that came in.
    """
