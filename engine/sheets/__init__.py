"""Spreadsheets both ways: CSV and XLSX, cell by cell and row by row, without a word about records."""

from .cells import Cell, Column, Part
from .csv_book import CsvBook, CsvStyle
from .reading import open_book
from .sheet import Book, Cells, Sheet
from .xlsx_book import XlsxBook

__all__ = ["Book", "Cell", "Cells", "Column", "CsvBook", "CsvStyle", "Part", "Sheet", "XlsxBook", "open_book"]
