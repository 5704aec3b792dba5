"""Prints become sheets: the words that were frozen, set as a PDF and kept as a file of their record."""

from .making import print_handler
from .sheet import pdf_of

__all__ = ["pdf_of", "print_handler"]
