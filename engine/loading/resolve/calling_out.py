"""Connectors that effects call: each call is running work of its own, one step that asks and an end (LANGUAGE 5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.errors import Sentence
from engine.formula import Context
from engine.loading.findings import Place
from engine.metadata import Effects, End, Outside, Route, Step, Who, Workflow
from engine.metadata import declared as d

from .calls import call_of
from .effects import Acting, by_document, effects, items, source

ASK, DONE = "ask", "done"
ADMINISTRATORS = (Who("role", "admin"),)


def consequences(acting: Acting, declared: d.Effects, place: Place) -> Effects:
    """All effects at a place, the connectors that they call among them."""
    return replace(effects(acting, declared, place), run=tuple(calls_out(acting, declared.run, place)))


def calls_out(acting: Acting, written: object, place: Place) -> Iterator[Outside]:
    """Each `run` of some effects; its work is kept on the bench. What is wrong in one leaves it out."""
    for index, item in enumerate(items(written)):
        here = place.item("run", index)
        if (one := _one(acting, item, here)) is not None:
            yield one


def _one(acting: Acting, written: object, place: Place) -> Outside | None:
    bench, short = acting.bench, isinstance(written, str)
    declared = d.Outside(action=written) if isinstance(written, str) else written
    assert isinstance(declared, d.Outside)
    rows = source(acting, declared.from_, declared.where, place)
    if declared.from_ is not None and rows is None:
        return None
    shell = acting.shells[rows.entity] if rows else acting.shell
    if shell.document is not None:
        message = Sentence("A row of {document} cannot do this: a connector is called for the whole record.", document=shell.document)
        at, hint = (place.at("from"), "leave `from` out") if rows else (place, by_document(shell.document))
        bench.findings.add("W446", message, at, hint=hint)
        return None
    asking = d.Step(run=declared.action, with_=declared.with_, save=declared.save, retry=declared.retry, once=declared.once)
    call = call_of(bench, shell, asking, (place, place if short else place.at("action")))
    if call is None:
        return None
    label = bench.label(None, place, declared.action.replace(".", " "))
    step = Step(ASK, label, "run", call=call, then={"ok": (Route(DONE),)})
    name = f"{shell.name}.{declared.action}.{len(bench.calls)}"
    ends = {DONE: End(DONE, label)}
    bench.calls[name] = Workflow(name, label, shell.name, (), ADMINISTRATORS, {ASK: step}, ends, withdraw="never")
    when = bench.condition(declared.when, place.at("when"), acting.names, Context.WHEN)
    return Outside(name, when, rows)
