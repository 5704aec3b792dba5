"""Running work: the actions of lifecycles, and workflows with their steps, tasks and votes."""

from .answers import call_handler, gave_up
from .arming import JOB as ARMING
from .arming import arming_handler, arming_work
from .automating import answer_events, notice_event
from .awaiting import attend
from .calls import JOB
from .clocks import JOB as CLOCK
from .clocks import clock_handler
from .connectors import Connectors, secret_of
from .copying import read_copy
from .course import entity_of, workflow_of
from .decide import Answer, decide
from .directory import everybody_meant
from .duty import Candidates, Choice, Duty, duties
from .dwelling import Dwell, Underway, dwelling, underway
from .forsaken import watch_over
from .given import Said
from .governing import cancel, governs, jump, reassign, reopen
from .handover import Holding, check_successor, hand_over_places, holding
from .heeding import message_handler
from .inbox import Waiting, all_incidents, all_tasks, copies, events_of, inbox, incidents_of, instances_of, open_tasks, stuck, submitted
from .incidents import to_correct
from .leading import merge, preview_merge
from .lifecycle import actions, actions_of, fire
from .migrating import Standing, move_back, move_over, moved_over, rehearse, running_on, standings
from .model import Event, Incident, Instance, Task
from .movements import WITH_TASK
from .moving import Move, move
from .outlook import Ahead
from .own_prints import own_prints, print_for_reader
from .permitted import Possible
from .planned import Scheduled, plan_schedules
from .printing import JOB as PRINT
from .questions import Connect
from .reactions import react
from .recalculating import JOB as DEADLINES
from .recalculating import deadlines_handler
from .receiving import INBOUND, Received, heard, is_signed, is_signed_now, messages_of, receive
from .receiving import JOB as MESSAGE
from .reclaim import reclaim
from .resolve import Resolution, resolve_incident
from .row_actions import RowPlace, fire_row, lifecycle_of, possible_with, row_action, row_actions
from .schedules import JOB as SCHEDULE
from .schedules import automations_at_times, schedule_handler
from .sheets import own_sheet, sheet_of
from .state_timing import JOB as STATE_TIMER
from .state_timing import state_timer_handler
from .steering import STEERING
from .submit import submit
from .timed import timer_handler
from .timeline import Asked, Entry, Story, timeline
from .timing import JOB as TIMER
from .together import approve_among
from .trail import Trail, trail
from .urging import urge
from .withdraw import withdraw

__all__ = [
    "ARMING", "CLOCK", "DEADLINES", "INBOUND", "JOB", "MESSAGE", "PRINT", "SCHEDULE", "STATE_TIMER", "STEERING", "TIMER", "WITH_TASK",
    "Ahead", "Answer", "Asked", "Candidates", "Choice", "Connect", "Connectors", "Duty", "Dwell", "Entry", "Event", "Holding", "Incident",
    "Instance", "Move", "Possible", "Received", "Resolution", "RowPlace", "Said", "Scheduled", "Standing", "Story", "Task", "Trail",
    "Underway", "Waiting", "actions", "actions_of", "all_incidents", "all_tasks", "answer_events", "approve_among", "arming_handler",
    "arming_work", "attend", "automations_at_times", "call_handler", "cancel", "check_successor", "clock_handler", "copies",
    "deadlines_handler", "decide", "duties", "dwelling", "entity_of", "events_of", "everybody_meant", "fire", "fire_row", "gave_up",
    "governs", "hand_over_places", "heard", "holding", "inbox", "incidents_of", "instances_of", "is_signed", "is_signed_now", "jump",
    "lifecycle_of", "merge", "message_handler", "messages_of", "move", "move_back", "move_over", "moved_over", "notice_event",
    "open_tasks", "own_prints", "own_sheet", "plan_schedules", "possible_with", "preview_merge", "print_for_reader", "react", "read_copy",
    "reassign", "receive", "reclaim", "rehearse", "reopen", "resolve_incident", "row_action", "row_actions", "running_on",
    "schedule_handler", "secret_of", "sheet_of", "standings", "state_timer_handler", "stuck", "submit", "submitted", "timeline",
    "timer_handler", "to_correct", "trail", "underway", "urge", "watch_over", "withdraw", "workflow_of",
]  # fmt: skip
