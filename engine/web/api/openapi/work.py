"""The operations on running work: moving tasks between people, and steering it as a whole."""

from __future__ import annotations

from engine.workflow import STEERING, WITH_TASK

from .paths import NUMBER, ONCE, WHOLE, Path, answers, operation
from .schemas import ID, Schema

_COMMENT: Schema = {"comment": {"type": "string"}}
_MOVE: Schema = {"type": "object", "properties": {"people": {"type": "array", "items": ID}, **_COMMENT}}
_APPROVED: Schema = {"type": "object", "properties": {"tasks": {"type": "array", "items": ID}, **_COMMENT}, "required": ["tasks"]}
_HANDED: Schema = {"type": "object", "properties": {"to": ID, **_COMMENT}, "required": ["to", "comment"]}
_GIVEN: Schema = {"type": "object", "properties": {"person": ID, **_COMMENT}, "required": ["person", "comment"]}
_STEER: Schema = {"type": "object", "properties": {"to": {"type": "string"}, **_COMMENT}}
_KIND: Schema = {"name": "kind", "in": "path", "required": True, "schema": {"enum": list(WITH_TASK)}}
_VERB: Schema = {"name": "verb", "in": "path", "required": True, "schema": {"enum": list(STEERING)}}


def steering_paths() -> dict[str, Path]:
    """Moving work between people, and steering it as a whole."""
    return {
        "/tasks/approve": {"post": operation("tasks.approve", "Approve several tasks", answers(WHOLE), takes=_APPROVED, asks=[ONCE])},
        "/people/{id}/handover": {
            "post": operation("people.handover", "Hand over somebody's work", answers(WHOLE), takes=_HANDED, asks=[NUMBER, ONCE])
        },
        "/tasks/{id}/moves/{kind}": {
            "post": operation("tasks.move", "Hand a task on, or ask others", answers(WHOLE), takes=_MOVE, asks=[NUMBER, _KIND, ONCE])
        },
        "/tasks/{id}/reassign": {
            "post": operation("tasks.reassign", "Give somebody's task to another", answers(WHOLE), takes=_GIVEN, asks=[NUMBER, ONCE])
        },
        "/processes/{id}/{verb}": {
            "post": operation("processes.steer", "Withdraw, urge, cancel …", answers(WHOLE), takes=_STEER, asks=[NUMBER, _VERB, ONCE])
        },
    }
