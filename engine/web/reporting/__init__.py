"""Reports and dashboards on pages: parameters, tables, charts, tiles, files, and the records behind a number."""

from .behind import behind_page
from .inputs import given_in_address, inputs_of, texts_in_address
from .page import report_page, why_not
from .subscribing import subscription_lines
from .tiles import SHORT, given_to, list_tile, may_see, refused_tile, tile_content, tile_views

__all__ = [
    "SHORT", "behind_page", "given_in_address", "given_to", "inputs_of", "list_tile", "may_see", "refused_tile", "report_page",
    "subscription_lines", "texts_in_address", "tile_content", "tile_views", "why_not",
]  # fmt: skip
