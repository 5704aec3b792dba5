"""Forms: which fields a person finds where, what was typed into them, and how they answer while one types."""

from .bind import Sent, bind
from .choose import DUPLICATE, begins_with, form_for
from .layout import Layout, Placed, PlacedSection, layout_of
from .live import FieldState, States, filled, states_of
from .outside import answer, field_of, opened_by, public_layout, standing, stranger
from .scanning import code_input, code_sent, scanned_cell

__all__ = [
    "DUPLICATE", "FieldState", "Layout", "Placed", "PlacedSection", "Sent", "States", "answer", "begins_with", "bind", "code_input",
    "code_sent", "field_of", "filled", "form_for", "layout_of", "opened_by", "public_layout", "scanned_cell", "standing", "states_of",
    "stranger",
]  # fmt: skip
