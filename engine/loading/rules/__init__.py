"""What must hold of an application whose names and formulas are right: a flat tuple of small functions, each with its own test.

A rule looks at what was resolved and tells `findings` what is wrong; it never raises and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from .access import (
    disclosed_parts,
    edit_needs_update,
    hidden_but_required,
    named_by_what_is_hidden,
    negated_actor,
    said_about_rows,
    unnamed_in_rows,
)
from .automations import automations_that_start_themselves
from .decisions import rows_that_decide
from .fields import (
    checks_of_deferred,
    computed_and_given,
    entries_that_change,
    fields_that_a_key_gives,
    indexed_by_value,
    limits_in_order,
    links_that_clear,
    names_that_mean_something_else,
    patterns_of_the_subset,
    row_named_like_document,
    rows_are_flat,
    searched_by_words,
    spoken_where_stored,
)
from .keyed import links_found_by_key, records_found_by_messages
from .lifecycles import final_states_are_left, started_workflow_fits, states_nobody_leaves, states_nobody_reaches
from .loaded import Loaded
from .outside import (
    portals_are_for_people_outside,
    portals_are_told_apart,
    portals_show_what_can_be_read,
    public_forms_ask_what_can_be_given,
    public_forms_show_nobody,
    public_keys_act,
)
from .paths import agreement_that_cannot_be, routes_never_taken, steps_nobody_reaches, steps_without_an_end
from .prints import sheets_can_be_set
from .renames import one_thing_has_become_one
from .reports import tiles_that_somebody_opens
from .screens import made_beside_a_form, required_fields_are_shown
from .seals import computed_when_it_is_read, sealed_and_told, seals_read_the_document
from .workflows import circles_without_people, money_edited_by_reviewers, unreached_detours, unreached_ends

__all__ = ["RULES", "Loaded"]

RULES: tuple[Callable[[Loaded], None], ...] = (
    names_that_mean_something_else,
    fields_that_a_key_gives,
    row_named_like_document,
    rows_are_flat,
    computed_and_given,
    limits_in_order,
    patterns_of_the_subset,
    links_that_clear,
    searched_by_words,
    indexed_by_value,
    spoken_where_stored,
    entries_that_change,
    links_found_by_key,
    records_found_by_messages,
    checks_of_deferred,
    sealed_and_told,
    computed_when_it_is_read,
    seals_read_the_document,
    edit_needs_update,
    hidden_but_required,
    negated_actor,
    unnamed_in_rows,
    said_about_rows,
    disclosed_parts,
    named_by_what_is_hidden,
    states_nobody_reaches,
    states_nobody_leaves,
    final_states_are_left,
    started_workflow_fits,
    rows_that_decide,
    automations_that_start_themselves,
    unreached_detours,
    unreached_ends,
    steps_nobody_reaches,
    steps_without_an_end,
    routes_never_taken,
    agreement_that_cannot_be,
    circles_without_people,
    money_edited_by_reviewers,
    required_fields_are_shown,
    made_beside_a_form,
    public_forms_ask_what_can_be_given,
    public_keys_act,
    public_forms_show_nobody,
    portals_are_for_people_outside,
    portals_show_what_can_be_read,
    portals_are_told_apart,
    tiles_that_somebody_opens,
    sheets_can_be_set,
    one_thing_has_become_one,
)
