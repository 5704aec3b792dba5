"""Fields that the engine gives an entity and keeps by itself: those of clocks, and of records that are archived."""

from __future__ import annotations

from .declared_fields import BooleanField, DateTimeField, DurationField


class ClockTimeField(DateTimeField, kw_only=True):
    """When a clock of a lifecycle is due, or since when it runs; the engine keeps it."""


class ClockSpentField(DurationField, kw_only=True):
    """How much time a clock of a lifecycle has counted; the engine keeps it."""


class ClockBreachedField(BooleanField, kw_only=True):
    """Whether a clock of a lifecycle has gone beyond its limit; the engine keeps it."""


class ArchiveField(DateTimeField, kw_only=True):
    """When a record was archived, or was taken back; the engine keeps it."""


CLOCK_FIELDS = (ClockTimeField, ClockSpentField, ClockBreachedField)
KEPT_FIELDS = (*CLOCK_FIELDS, ArchiveField)
