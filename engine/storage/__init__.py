"""Where data lies: SQLite and PostgreSQL with one behaviour."""

from . import call_rows, job_rows, later_tables, names, system_tables, workflow_tables
from .absences import find_able
from .answers import Answered, claim_answer, keep_answer
from .asked import Asking, Listing, Order, Reader
from .audit import Break, Entry, Head, append_entry, begin_entries, entries, erase_name, erase_values, is_sealed_with, verify
from .audit_list import Line, Sought, audit_lines
from .audit_roots import Root, sign_audit, verify_roots
from .bin import Binned, bin_number, forget_versions, from_bin, in_bin, put_in_bin, revive, take_from_bin
from .blueprint import Index
from .canonical import Written, canonical_all, canonical_json
from .carrying import Carry, stop_carrying
from .catalog import Catalogue
from .cipher import Cipher, Tampered
from .codes import holds_any
from .columns import shape_of, type_of, type_of_shape
from .comments import Comment, add_comment, comment_at, comment_files, comments_of, follow, followers_of, unfollow
from .counters import counted, load_of, next_value, next_values
from .database import Connection, Database, Dialect, attempt, dialect_of, open_database
from .dump import (
    Dumped,
    defer_references,
    dump_search,
    dump_table,
    dumped_tables,
    empty,
    fill_search,
    fill_table,
    hold_outside,
    is_held,
    make_lacking,
)
from .expressions import NotPushable, apart, evaluation
from .fence import close_fence, fence, serve, served
from .figures import Cube, Heap, Key, Tally, TallyName, Told
from .filling import in_columns
from .found import Found, Place
from .grants import Grant, Holds, add_grant, grants_with, holds_of, remove_grants
from .grouping import Group, Grouped, Grouping, Total
from .keyed import around, find_key, find_on, lock_key
from .listing import Lists
from .many import listed
from .matching import drop_where, new_row, newest_linked, newest_where, newly, rows_among, rows_where, set_where
from .merges import Merge, add_merge, kept_of, merges_of, move_about, move_back, move_locks, running_over, undo_merge
from .names import SEALED_UNTIL, SEALED_VALUES
from .notice_rows import (
    add_notices,
    all_told,
    has_news,
    mark_notices,
    mark_read,
    notice_of,
    notices_of,
    take_new_notices,
    take_new_tasks,
    task_is_open,
    unmailed,
    untold_tasks,
    waiting_for,
    waiting_notices,
)
from .outside_rows import (
    SecretLink,
    UnfinishedAnswer,
    add_link,
    drop_answer,
    forget_outside,
    link_of,
    put_answer,
    unfinished_answer,
    use_link,
)
from .own import create_schema, is_lacking, is_prepared, prepare
from .owned import bind_rows, release_rows
from .past import in_state, rows_at, version_at
from .persons import forget_person, traces_of
from .places import fault_of_place
from .print_rows import add_print, file_print, forget_prints, print_row, print_rows
from .reads import Reading, note_reads
from .revisions import (
    Applying,
    Known,
    Revision,
    add_revision,
    applying_now,
    forget_entity,
    known_things,
    note_applying,
    note_purged,
    numbers_once,
    revision_of,
    write_things,
)
from .row_ids import existing_ids, ids_by_text, next_ids
from .rows import (
    Row,
    delete,
    delete_rows,
    fetch,
    fetch_by,
    fetch_rows,
    fetch_whole,
    history,
    insert,
    insert_many,
    insert_rows,
    update,
    update_rows,
)
from .schema import Difference, add_column, add_missing, build_index, differences, drop_column, drop_table
from .scratch import drop_scratch, scratch_database
from .sealed import sealed_ids
from .search import Said, begin_words, drop_words, put_words, question, rare_question
from .sessions import (
    Session,
    SignIn,
    add_session,
    end_session,
    end_sessions,
    forget_sign_ins,
    note_sign_in,
    see_session,
    session_of,
    sessions_of,
    sign_ins_of,
)
from .spelling import spelled
from .staging import (
    DONE,
    FAILED,
    GOOD,
    PIECE,
    SAME,
    WAITING,
    Fate,
    Piece,
    Staged,
    add_import,
    all_imports,
    change_import,
    first_staged,
    forget_import,
    forget_imports,
    import_of,
    imports_by,
    mark_staged,
    orphaned,
    pieces_of,
    put_staged,
    repeated,
    retell_staged,
    staged_children,
    staged_counts,
    staged_pieces,
    staged_problems,
    wait_again,
)
from .stale import put_stale, stale_since, take_stale
from .subscriptions import Subscription, add_subscription, drop_subscription, subscription_of, subscriptions_of
from .survey import Period, Survey
from .tables import Tables
from .tallies import count_up, forget_tallies, forget_tally
from .tellers import Teller
from .types import Text
from .views import create_views
from .violations import NotUnique, Referenced, told_apart

__all__ = [
    "DONE", "FAILED", "GOOD", "PIECE", "SAME", "SEALED_UNTIL", "SEALED_VALUES", "WAITING", "Answered", "Applying", "Asking", "Binned",
    "Break", "Carry", "Catalogue", "Cipher", "Comment", "Connection", "Cube", "Database", "Dialect", "Difference", "Dumped", "Entry",
    "Fate", "Found", "Grant", "Group", "Grouped", "Grouping", "Head", "Heap", "Holds", "Index", "Key", "Known", "Line", "Listing", "Lists",
    "Merge", "NotPushable", "NotUnique", "Order", "Period", "Piece", "Place", "Reader", "Reading", "Referenced", "Revision", "Root", "Row",
    "Said", "SecretLink", "Session", "SignIn", "Sought", "Staged", "Subscription", "Survey", "Tables", "Tally", "TallyName", "Tampered",
    "Teller", "Text", "Told", "Total", "UnfinishedAnswer", "Written", "add_column", "add_comment", "add_grant", "add_import", "add_link",
    "add_merge", "add_missing", "add_notices", "add_print", "add_revision", "add_session", "add_subscription", "all_imports", "all_told",
    "apart", "append_entry", "applying_now", "around", "attempt", "audit_lines", "begin_entries", "begin_words", "bin_number", "bind_rows",
    "build_index", "call_rows", "canonical_all", "canonical_json", "change_import", "claim_answer", "close_fence", "comment_at",
    "comment_files", "comments_of", "count_up", "counted", "create_schema", "create_views", "defer_references", "delete", "delete_rows",
    "dialect_of", "differences", "drop_answer", "drop_column", "drop_scratch", "drop_subscription", "drop_table", "drop_where",
    "drop_words", "dump_search", "dump_table", "dumped_tables", "empty", "end_session", "end_sessions", "entries", "erase_name",
    "erase_values", "evaluation", "existing_ids", "fault_of_place", "fence", "fetch", "fetch_by", "fetch_rows", "fetch_whole",
    "file_print", "fill_search", "fill_table", "find_able", "find_key", "find_on", "first_staged", "follow", "followers_of",
    "forget_entity", "forget_import", "forget_imports", "forget_outside", "forget_person", "forget_prints", "forget_sign_ins",
    "forget_tallies", "forget_tally", "forget_versions", "from_bin", "grants_with", "has_news", "history", "hold_outside", "holds_any",
    "holds_of", "ids_by_text", "import_of", "imports_by", "in_bin", "in_columns", "in_state", "insert", "insert_many", "insert_rows",
    "is_held", "is_lacking", "is_prepared", "is_sealed_with", "job_rows", "keep_answer", "kept_of", "known_things", "later_tables",
    "link_of", "listed", "load_of", "lock_key", "make_lacking", "mark_notices", "mark_read", "mark_staged", "merges_of", "move_about",
    "move_back", "move_locks", "names", "new_row", "newest_linked", "newest_where", "newly", "next_ids", "next_value", "next_values",
    "note_applying", "note_purged", "note_reads", "note_sign_in", "notice_of", "notices_of", "numbers_once", "open_database", "orphaned",
    "pieces_of", "prepare", "print_row", "print_rows", "put_answer", "put_in_bin", "put_staged", "put_stale", "put_words", "question",
    "rare_question", "release_rows", "remove_grants", "repeated", "retell_staged", "revision_of", "revive", "rows_among", "rows_at",
    "rows_where", "running_over", "scratch_database", "sealed_ids", "see_session", "serve", "served", "session_of", "sessions_of",
    "set_where", "shape_of", "sign_audit", "sign_ins_of", "spelled", "staged_children", "staged_counts", "staged_pieces",
    "staged_problems", "stale_since", "stop_carrying", "subscription_of", "subscriptions_of", "system_tables", "take_from_bin",
    "take_new_notices", "take_new_tasks", "take_stale", "task_is_open", "told_apart", "traces_of", "type_of", "type_of_shape",
    "undo_merge", "unfinished_answer", "unfollow", "unmailed", "untold_tasks", "update", "update_rows", "use_link", "verify",
    "verify_roots", "version_at", "wait_again", "waiting_for", "waiting_notices", "workflow_tables", "write_things",
]  # fmt: skip
