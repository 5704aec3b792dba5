"""Lists of records on pages: their address, their filters, their columns and groups."""

from .address import LONGEST, Asked, asked_in, asked_in_saved
from .asking import Result, ask
from .cells import Column, columns_of, grid_columns, list_rows
from .composing import list_page, sealed_words
from .filters import Condition, formula_of, read_conditions
from .grouped import total_cells
from .keys import key_cell, period_words
from .questions import described_of, query_of
from .ticking import ARCHIVE, TAKE_BACK, bulk_actions, bulk_verbs

__all__ = [
    "ARCHIVE", "LONGEST", "TAKE_BACK", "Asked", "Column", "Condition", "Result", "ask", "asked_in", "asked_in_saved", "bulk_actions",
    "bulk_verbs", "columns_of", "described_of", "formula_of", "grid_columns", "key_cell", "list_page", "list_rows", "period_words",
    "query_of", "read_conditions", "sealed_words", "total_cells",
]  # fmt: skip
