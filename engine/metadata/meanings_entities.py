"""What the keys of entities mean that another struct has too, in one sentence each."""

from __future__ import annotations

from collections.abc import Mapping

ENTITIES: Mapping[str, str] = {
    "Duplicate.match": "fields whose values are equal, whatever the case and punctuation of texts",
    "Duplicate.similar": "texts that are at least so alike: field to a number from 0.5 to 1",
    "Duplicate.then": "`warn` tells it, `block` refuses to make the record again, `merge` tells it and offers to merge",
    "Entity.duplicates": "when two records may be the same",
    "Entity.history": "what is kept of records beside their changes",
    "Entity.index": "lists of fields that searching and sorting by is fast",
    "Entity.retention": "how long records are kept, and what becomes of them then",
    "Entity.unique": "lists of fields that together occur only once",
    "Extension.duplicates": "when two records may be the same",
    "Extension.index": "lists of fields that searching and sorting by is fast",
    "Extension.unique": "lists of fields that together occur only once",
    "History.reads": "keep who read which record, for auditors",
    "Number.by": "the date field whose year, month and day stand in the number; else they are those of the day it is given",
    "Number.gapless": "true: no number is ever missing, and a record that has one is never deleted",
    "Number.pattern": "`{YYYY} {YY} {MM} {DD}`, `{field}`, and `{0000}` for the counter, which restarts with the other parts",
    "Retention.after": "the length of time: 90 days, 18 months, 3 years",
    "Retention.do": "delete: for ever; anonymise: texts and files go, numbers and links stay; archive: out of lists, unchangeable",
    "Retention.since": "the date or instant from which it counts; while it is blank, a record stays",
    "Sealed.except": "who reads it before: a condition on the record and the person, like a rule of `access`",
    "Sealed.until": "the instant at which it opens; blank: not yet known",
    "Sealed.when": "the records whose values are sealed; without it all",
    "SystemEntity.duplicates": "when two records may be the same",
    "SystemEntity.history": "what is kept of records beside their changes",
    "SystemEntity.index": "lists of fields that searching and sorting by is fast",
    "SystemEntity.retention": "how long records are kept, and what becomes of them then",
    "SystemEntity.unique": "lists of fields that together occur only once",
}
