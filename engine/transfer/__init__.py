"""Data on the move: records out into files, and files in."""

from .backup import Backup, load_backup, load_files, read_backup, write_backup
from .columns import Plan, complete, heading_of, shown
from .export import MIMES, Kind, everything, export
from .failed import failed_file
from .importing import JOB, begin, cancel, change, import_handler, work_through
from .lines import sample
from .meanings import Meaning, faults, targets
from .model import Import, Options, load_import
from .report_files import report_name, write_report
from .report_mail import DUE, LETTER, Desk, report_handlers, reports_at_times
from .report_sheets import fits_sheets, may_be_set
from .staging import may_import, stage
from .subscribing import SUBSCRIBED, Endings, Rhythm, end, kinds, may_subscribe, own_subscriptions, rhythm_of, subscribe, unsubscribe
from .typed import Habits

__all__ = [
    "DUE", "JOB", "LETTER", "MIMES", "SUBSCRIBED", "Backup", "Desk", "Endings", "Habits", "Import", "Kind", "Meaning", "Options", "Plan",
    "Rhythm", "begin", "cancel", "change", "complete", "end", "everything", "export", "failed_file", "faults", "fits_sheets", "heading_of",
    "import_handler", "kinds", "load_backup", "load_files", "load_import", "may_be_set", "may_import", "may_subscribe", "own_subscriptions",
    "read_backup", "report_handlers", "report_name", "reports_at_times", "rhythm_of", "sample", "shown", "stage", "subscribe", "targets",
    "unsubscribe", "work_through", "write_backup", "write_report",
]  # fmt: skip
