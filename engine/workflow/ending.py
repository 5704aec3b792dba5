"""The end of running work: the record is free again, and whoever listens is told. Its effects follow then (`reactions`)."""

from __future__ import annotations

from engine.unit_of_work import Ended

from . import rights
from .course import Course


def finish(course: Course, name: str) -> None:
    """The end `name`: the record is free unless the end keeps it locked."""
    course.end(name)
    course.note("ended", state=course.row.get("state"))
    if not course.ends[name].lock:
        rights.free_record(course)
    course.save()
    instance = course.instance
    course.uow.emit(Ended(course.entity, instance.record_id, instance.workflow, name, instance.revision, instance.id))
