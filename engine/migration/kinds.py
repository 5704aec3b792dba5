"""What belongs to one kind of an entity from now on: records of the other kinds must have nothing there, since it is blank on them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message
from engine.metadata import SUBTYPE, Field
from engine.storage import Known

from .change import Change, Step, named
from .codes import code_of

_WORDS = (
    "{thing} is only for records of the kind {kind} from now on, but {rows:record of another kind has|records of other kinds have} "
    "something there. Empty it in these records first, or leave it to all kinds."
)


def of_one_kind(change: Change) -> Iterator[Step]:
    """Blocked steps: the next change of such a record would take its value away without a word."""
    for thing in change.ids.live:
        field = change.field(thing) if thing.kind == "field" else None
        if field is None or field.subtype is None or field.computed or not _is_new(change, thing, field):
            continue
        rows, some = _others(change, thing, field)
        if rows:
            params = {"thing": named(thing), "kind": field.subtype, "rows": rows}
            examples = tuple(Message("{entity} {number}", {"entity": field.entity, "number": number}) for number in some)
            yield Step("values", thing.key, Message(_WORDS, params), rows, blocked=True, examples=examples)


def _is_new(change: Change, thing: Known, field: Field) -> bool:
    """Whether it belonged to all kinds, to another one, or was not there."""
    old = change.old_field(thing)
    return old is None or old.subtype is None or old.subtype not in _formers(change, field)


def _formers(change: Change, field: Field) -> tuple[str, ...]:
    """What the kind of a field was called: it may be several that were."""
    listed, before = f"{field.entity}.{SUBTYPE}", change.ids.before
    now = change.ids.by_key[f"choice:{listed}.{field.subtype}"]
    was = before.get(now.number)
    return code_of(was or now), *(code_of(old) for old, new in change.ids.merged() if new.number == now.number)


def _others(change: Change, thing: Known, field: Field) -> tuple[int, list[int]]:
    kinds, before = change.ids.by_key[f"field:{field.entity}.{SUBTYPE}"], change.ids.before
    told_by = before.get(kinds.number, kinds).physical or ""
    records = change.tables.physical(field.entity)
    if field.rows is not None:
        holding = change.tables.physical(field.rows.name), "document_id"
    else:
        holding = records, before.get(thing.number, thing).physical or ""
    return change.survey.of_others(records, told_by, _formers(change, field), holding)
