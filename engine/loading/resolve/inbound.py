"""Messages that other systems send (LANGUAGE 5.5): the connector they come by, their typed fields, their key, the record they are about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from engine.errors import Sentence
from engine.formula import Names, Type
from engine.loading.findings import Place
from engine.metadata import FIELD_TYPES, WEBHOOK, Field, FieldDeclaration, Inbound, Match, word_of
from engine.metadata import declared as d

from .asking import TYPES
from .bench import Bench
from .free_fields import free_field, refuse_keys_of_records
from .matched import key_of
from .shells import Shell

WORDS = tuple(word for word in TYPES if word not in ("link", "user"))
"""Types whose values a message can carry: an id of ours means nothing to another system."""
_MADE = {row.word: cast(Callable[[], FieldDeclaration], struct) for struct, row in FIELD_TYPES.items()}


def inbound(bench: Bench, declared: d.Automation, place: Place) -> Inbound | None:
    """What a trigger says of its message; None where it has none, or one that is wrong."""
    trigger, here = declared.trigger, place.at("trigger")
    if isinstance(trigger, str) or trigger.message is None:
        if declared.match or declared.missing is not None:
            key = "match" if declared.match else "missing"
            bench.findings.add("W448", "Only a message looks for its record.", place.at(key), hint="trigger: {message: …}", key=True)
        return None
    if not _comes_by(bench, trigger.message, here.at("message")):
        return None
    fields = {name: _field(bench, (trigger.message, name), written, here.at("fields", name)) for name, written in trigger.fields.items()}
    known = {name: field for name, field in fields.items() if field is not None}
    if len(known) < len(fields):
        return None
    if trigger.key is None:
        hint = Sentence("key: one of {fields}", fields=", ".join(fields)) if fields else "fields: {event_id: text, …}, key: event_id"
        bench.findings.add("W448", "A message needs a key that tells it apart when it is sent again.", here, hint=hint)
        return None
    if trigger.key not in fields:
        bench.findings.unknown(Sentence("field of {name}", name=trigger.message), trigger.key, fields, here.at("key"))
        return None
    return Inbound(trigger.message, {**known, trigger.key: replace(known[trigger.key], required=True)}, trigger.key)


def _comes_by(bench: Bench, message: str, place: Place) -> bool:
    """Whether it is named by a connector that lets messages in."""
    app = bench.declarations.app
    used = app.declared.connectors if app else {}
    doors = [name for name, written in used.items() if written.provider == WEBHOOK]
    connector, _, name = message.partition(".")
    if not name.isidentifier():
        bench.findings.add(
            "W448",
            Sentence('"{message}" is no name of a message.', message=message),
            place,
            hint="CONNECTOR.MESSAGE, such as erp.vendor_blocked",
        )
        return False
    if connector not in doors:
        bench.findings.unknown(Sentence("connector with the provider {provider}", provider=WEBHOOK), connector, doors, place)
        return False
    return True


def _field(bench: Bench, named: tuple[str, str], written: FieldDeclaration | str, place: Place) -> Field | None:
    declared = _MADE[written]() if isinstance(written, str) else written
    word = word_of(declared)
    if word not in WORDS:
        hint = Sentence("one of {known}", known=", ".join(WORDS))
        bench.findings.add("W448", Sentence("A message cannot carry a value of type {word}.", word=word), place.at("type"), hint=hint)
        return None
    refuse_keys_of_records(bench, "W448", place)
    return free_field(bench, named, declared, place)


def types_of(message: Inbound | None) -> dict[str, Type]:
    """What formulas see as `message.x`."""
    return {} if message is None else {name: field.type for name, field in message.fields.items()}


def record_of(bench: Bench, declared: d.Automation, around: tuple[Place, Shell], message: Inbound) -> Match | None:
    """How the record that a message is about is found."""
    place, shell = around
    if not declared.match:
        bench.findings.add("W448", "Which record is the message about?", place, hint="match: {FIELD: =message.…}")
        return None
    key = key_of(bench, (shell.name, declared.match), place, Names(user=None, message=types_of(message)))
    return Match(key, None, declared.missing or "error")
