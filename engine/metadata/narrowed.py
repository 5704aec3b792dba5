"""Which fields a step of a workflow may hide from the person whose task is open."""

from __future__ import annotations

from functools import lru_cache

from .application import Metadata


@lru_cache(maxsize=2048)
def narrowed(metadata: Metadata, entity: str) -> frozenset[str]:
    """The fields of an entity (`lines.price` for a cell) that some step hides; blank for nearly all, which then cost nothing."""
    flows = (flow for flow in metadata.workflows.values() if flow.entity == entity)
    return frozenset().union(*(step.hide for flow in flows for step in flow.all_steps))
