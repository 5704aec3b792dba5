"""The operations on reports."""

from __future__ import annotations

from .paths import NUMBER, ONCE, Path, answers, operation
from .schemas import Schema

NAME: Schema = {"name": "name", "in": "path", "required": True, "description": "the name of the report", "schema": {"type": "string"}}
GIVEN: Schema = {
    "name": "parameters",
    "in": "query",
    "required": False,
    "style": "form",
    "explode": True,
    "description": "the parameters of the report, each by its name: ?year=2026",
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
}
FIGURES: Schema = {
    "type": "object",
    "description": "by the names of the report's values: exact text, whole numbers as numbers; NAME.currency, "
    "NAME.mixed for several; NAME.sealed rows hold sealed values that are not in it",
}
KEYS: Schema = {"type": "array", "description": "values of the rows, or of the columns, in their order"}
LINE: Schema = {
    "type": "object",
    "properties": {
        "kind": {"enum": ["line", "rest", "total"]},
        "keys": KEYS,
        "values": FIGURES,
        "cells": {"type": "array", "items": {"type": "object", "properties": {"keys": KEYS, "values": FIGURES}}},
    },
    "required": ["kind", "keys", "values"],
}
REPORT: Schema = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "at": {"type": "string", "format": "date-time"},
        "parameters": {"type": "object"},
        "rows": {"type": "array", "items": {"type": "string"}},
        "columns": {"type": "array", "items": {"type": "string"}},
        "values": {"type": "array", "items": {"type": "object"}},
        "lines": {"type": "array", "items": LINE},
        "total": {"anyOf": [LINE, {"type": "null"}]},
        "titles": {"type": "object", "description": "what names the records among the keys, by entity and id"},
        "sealed": {"type": "object", "description": "fields of rows, columns and conditions that hold sealed values, and in how many rows"},
    },
    "required": ["name", "at", "lines"],
}


_CHOSEN: Schema = {
    "every": {"type": "string", "description": "day, workday, monday … sunday, or a day of the month: 1 to 28"},
    "at": {"type": "string", "description": "hh:mm in the zone of the application"},
    "as": {"enum": ["xlsx", "csv", "pdf"]},
    "parameters": {"type": "object", "additionalProperties": {"type": "string"}},
}
WANTED: Schema = {"type": "object", "properties": _CHOSEN, "required": ["every"], "additionalProperties": False}
SUBSCRIPTION: Schema = {"type": "object", "properties": {"id": {"type": "integer"}, "report": {"type": "string"}, **_CHOSEN}}


def report_paths() -> dict[str, Path]:
    """The list of reports, the figures of one, and the subscriptions of the caller."""
    whole: Schema = {"type": "object", "properties": {"reports": {"type": "array", "items": {"type": "object"}}}}
    listed: Schema = {"type": "object", "properties": {"subscriptions": {"type": "array", "items": SUBSCRIPTION}}}
    return {
        "/reports": {"get": operation("reports", "The reports that the caller may open", answers(whole))},
        "/reports/{name}": {"get": operation("report", "The figures of a report", answers(REPORT), asks=(NAME, GIVEN))},
        "/reports/{name}/subscriptions": {
            "post": operation("subscribe", "Be sent a report by mail", answers(SUBSCRIPTION, "201"), takes=WANTED, asks=(NAME, ONCE))
        },
        "/subscriptions": {"get": operation("subscriptions", "The reports that the caller is sent", answers(listed))},
        "/subscriptions/{id}": {
            "delete": operation("unsubscribe", "Be sent a report no more", {"204": {"description": "Done"}}, asks=(NUMBER, ONCE))
        },
    }
