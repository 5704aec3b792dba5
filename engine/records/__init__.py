"""Records: found, loaded, saved and deleted, always as somebody, always in one unit of work."""

from engine.errors import Unfit

from .accept import PROOF, closed_row, unproven
from .activity import Difference, Happening, activity, linked
from .always import check_derived
from .archive import archive, may_archive, take_back
from .attachments import SWEEP, WAITING, keep_print, readable_file, sweep_handler, uploaded
from .audience import inside
from .auditing import AUDITOR, Asked, Audited, audited, may_audit
from .bin import Deleted, deleted, purge, restore, undelete
from .calendars import calendar_of
from .chain import Chain, Linked, chain, stands_in_chain
from .change import Demands, change, conflict, create
from .child_rows import kept_back, rows_in_sight, seen_rows, sight_of_row
from .comments import Follower, comment_text, follow, followers, put_comment, remark
from .compute import value_of
from .data import plain_json
from .deferred import DERIVE, waiting_since
from .delete import delete
from .derive import derive_handler, recompute, settle
from .draft import ChildRow, Draft, Row, ids_of, part_of, rows_of, seen_of
from .drift import Drift, Gap, drifts, gaps, has_computed, next_batch
from .duplicates import Twin, duplicates_of, twins_while_typing
from .enact import enact, enact_new
from .erase import Erasure, erase_person, preview_erasure
from .explain import Explanation, Eyes, explain, tried
from .explain_list import ListExplanation, Planned, explain_list
from .exporting import exportable, may_export, may_print
from .faults import fault
from .fetch import fetch, fetch_all, fetch_if_there, hold_records, row_in
from .find import Page, Query, count, find, groups, load
from .frame import RecordFrame, frame_of
from .gapless import finished, give_numbers, number_at, stays
from .grouping import GroupOf, Groups, Inside, key_formula, total_formula
from .heaps import Counting, behind, explain_heaps, heaps, may_count, readable_tally
from .hold import hold
from .knowing import BEYOND, Telling, knows
from .leading import leads_to, with_led
from .links import admits
from .looking import begin_look, end_look
from .loose import loose_defaults, loose_values
from .making import make
from .markup import clean_markup, words_of
from .matching import no_match
from .measured import measure
from .merge import Merging, can_unmerge, merge, preview_merge, unmerge
from .named import person_named
from .naming import ids_by, naming_fields, preferred
from .narrowing import HIDE
from .numbers import next_number
from .past import Kept, Past, Wanted, as_of, bring_back, past
from .paths import PATH, end_of, field_at, may_use
from .people import People, end_closed, person
from .present import Record, present, readable, sight_on
from .printed import Printed, may_be_told, name_of_print, prints_of, texts_of, words_of_print
from .reasons import Answer, Because, Closed, closed_fields, field_reasons, reasons, reasons_of_rows
from .retention import RETENTION, plan_retention, retention_handler
from .row_changes import NewRows, RowChanges
from .save import Opened, fill_in, save
from .save_many import Wish, save_many
from .saved_views import REPORT, Arrangement, SavedView, drop_view, keep_report, keep_view, leave_home, saved_views, views_at_home
from .sealed_among import StillSealed, sealed_among
from .sealed_reads import sealed_number, sealed_reads, where_sealed
from .seals import UNSEAL
from .search import Hits, search
from .sharing import Share, may_share, share, shares, unshare
from .titles import in_portal, own_title, titles, titles_of_links
from .trying import preview
from .unsealing import unseal_handler, watch_seals
from .upkeep import UPKEEP, plan_upkeep, upkeep_handler
from .values import plain_length, plain_value, read_value
from .visible import visible_ids
from .wording import filled, may_know, seen_of_record
from .words import find_again
from .writable import Writable, archived, is_archived, refuse_locked, writable

__all__ = [
    "AUDITOR", "BEYOND", "DERIVE", "HIDE", "PATH", "PROOF", "REPORT", "RETENTION", "SWEEP", "UNSEAL", "UPKEEP", "WAITING", "Answer",
    "Arrangement", "Asked", "Audited", "Because", "Chain", "ChildRow", "Closed", "Counting", "Deleted", "Demands", "Difference", "Draft",
    "Drift", "Erasure", "Explanation", "Eyes", "Follower", "Gap", "GroupOf", "Groups", "Happening", "Hits", "Inside", "Kept", "Linked",
    "ListExplanation", "Merging", "NewRows", "Opened", "Page", "Past", "People", "Planned", "Printed", "Query", "Record", "RecordFrame",
    "Row", "RowChanges", "SavedView", "Share", "StillSealed", "Telling", "Twin", "Unfit", "Wanted", "Wish", "Writable", "activity",
    "admits", "archive", "archived", "as_of", "audited", "begin_look", "behind", "bring_back", "calendar_of", "can_unmerge", "chain",
    "change", "check_derived", "clean_markup", "closed_fields", "closed_row", "comment_text", "conflict", "count", "create", "delete",
    "deleted", "derive_handler", "drifts", "drop_view", "duplicates_of", "enact", "enact_new", "end_closed", "end_look", "end_of",
    "erase_person", "explain", "explain_heaps", "explain_list", "exportable", "fault", "fetch", "fetch_all", "fetch_if_there", "field_at",
    "field_reasons", "fill_in", "filled", "find", "find_again", "finished", "follow", "followers", "frame_of", "gaps", "give_numbers",
    "groups", "has_computed", "heaps", "hold", "hold_records", "ids_by", "ids_of", "in_portal", "inside", "is_archived", "keep_print",
    "keep_report", "keep_view", "kept_back", "key_formula", "knows", "leads_to", "leave_home", "linked", "load", "loose_defaults",
    "loose_values", "make", "may_archive", "may_audit", "may_be_told", "may_count", "may_export", "may_know", "may_print", "may_share",
    "may_use", "measure", "merge", "name_of_print", "naming_fields", "next_batch", "next_number", "no_match", "number_at", "own_title",
    "part_of", "past", "person", "person_named", "plain_json", "plain_length", "plain_value", "plan_retention", "plan_upkeep", "preferred",
    "present", "preview", "preview_erasure", "preview_merge", "prints_of", "purge", "put_comment", "read_value", "readable",
    "readable_file", "readable_tally", "reasons", "reasons_of_rows", "recompute", "refuse_locked", "remark", "restore",
    "retention_handler", "row_in", "rows_in_sight", "rows_of", "save", "save_many", "saved_views", "sealed_among", "sealed_number",
    "sealed_reads", "search", "seen_of", "seen_of_record", "seen_rows", "settle", "share", "shares", "sight_of_row", "sight_on",
    "stands_in_chain", "stays", "sweep_handler", "take_back", "texts_of", "titles", "titles_of_links", "total_formula", "tried",
    "twins_while_typing", "undelete", "unmerge", "unproven", "unseal_handler", "unshare", "upkeep_handler", "uploaded", "value_of",
    "views_at_home", "visible_ids", "waiting_since", "watch_seals", "where_sealed", "with_led", "words_of", "words_of_print", "writable",
]  # fmt: skip
