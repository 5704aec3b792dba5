"""Running work that would lose what it needs: it keeps the workflow of the revision that it began under, and reads today's records."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.errors import Message
from engine.metadata import Metadata, Renaming, renamed

from .change import Change, Step


def stranded(change: Change, revision: Callable[[int], Metadata | None]) -> Iterator[Step]:
    """Blocked steps, one for each workflow and revision whose open instances name something that is gone."""
    if not change.ids.retired():
        return
    for name, number, rows in change.survey.running_revisions():
        began = revision(number)
        workflow = change.workflow_then(began, name) if began is not None else None
        if began is None or workflow is None:
            continue
        renaming = Renaming(began, change.metadata)
        renamed(workflow, renaming)
        if renaming.gone:
            words = (
                "{rows:running instance|running instances} of workflow {workflow}, begun under revision {number}, "
                "{rows:|needs|need} {gone}. "
                "End them first, or let them go over to a definition without it (`--move {workflow}`), or keep it."
            )
            gone = ", ".join(sorted(key.replace(":", " ") for key in renaming.gone))
            params = {"rows": rows, "workflow": name, "number": number, "gone": gone}
            yield Step("running", f"workflow:{name}", Message(words, params), rows, blocked=True, lock="none")
