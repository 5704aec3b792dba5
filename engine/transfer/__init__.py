"""Data on the move: records out into files, and files in."""

from .backup import Backup, load_backup, load_files, read_backup, write_backup
from .columns import Plan, complete, heading_of, shown
from .export import MIMES, Kind, everything, export
from .failed import failed_file
from .importing import JOB, begin, cancel, change, import_handler, work_through
from .lines import sample
from .meanings import Meaning, targets
from .model import Import, Options, load_import
from .report_files import report_name, write_report
from .report_mail import DUE, LETTER, due_handler, letter_handler, reports_at_times
from .report_sheets import fits_sheets, may_be_set
from .staging import may_import, stage
from .typed import Habits

__all__ = [
    "DUE", "JOB", "LETTER", "MIMES", "Backup", "Habits", "Import", "Kind", "Meaning", "Options", "Plan", "begin", "cancel", "change",
    "complete", "due_handler", "everything", "export", "failed_file", "fits_sheets", "heading_of", "import_handler", "letter_handler",
    "load_backup", "load_files", "load_import", "may_be_set", "may_import", "read_backup", "report_name", "reports_at_times", "sample",
    "shown", "stage", "targets", "work_through", "write_backup", "write_report",
]  # fmt: skip
