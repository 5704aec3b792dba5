"""An import: what the columns mean, how far it is, and what is wrong."""

from __future__ import annotations

from engine.frozen import frozen

from .cells import Choice


@frozen
class UploadPage:
    """The form that takes a file. `templates` are empty files with all headings, `problem` why the last one was refused."""

    label: str
    address: str
    back: str
    templates: tuple[Choice, ...]
    problem: str = ""


@frozen
class ColumnLine:
    """One column of the file: its heading, what stands in it, and what it can mean (the chosen one is selected)."""

    name: str
    heading: str
    example: str
    choices: tuple[Choice, ...]


@frozen
class SheetLines:
    """One sheet; `tables` is what its rows can be, blank for the first, whose rows are records."""

    name: str
    label: str
    columns: tuple[ColumnLine, ...]
    tables: tuple[Choice, ...] = ()


@frozen
class ProblemLine:
    """Something that is wrong, once for all rows that say the same; `use` is what a form sends to take the suggestion."""

    column: str
    lines: str
    value: str
    words: str
    suggest: str = ""
    use: str = ""


@frozen
class ImportPage:
    """Everything on the page; `working` while a job is on it, `ready` when it was checked or done."""

    label: str
    file: str
    address: str
    back: str
    facts: tuple[tuple[str, str], ...]
    sheets: tuple[SheetLines, ...]
    options: tuple[tuple[str, str, tuple[Choice, ...]], ...]
    working: str = ""
    seen: int = 0
    total: int = 0
    ended: str = ""
    error: str = ""
    problem: str = ""
    problems: tuple[ProblemLine, ...] = ()
    failed: tuple[Choice, ...] = ()
    may_run: bool = True
    over: bool = False
