"""All hooks of Objectloom, on one page; a plugin implements those it wants with `@hookimpl`."""

from __future__ import annotations

from collections.abc import Sequence

import pluggy

from engine.formula import Function

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
