"""Forms: which fields a person finds where, what was typed into them, and how they answer while one types."""

from .bind import Sent, bind
from .layout import Layout, Placed, PlacedSection, layout_of
from .live import FieldState, States, filled, states_of

__all__ = ["FieldState", "Layout", "Placed", "PlacedSection", "Sent", "States", "bind", "filled", "layout_of", "states_of"]
