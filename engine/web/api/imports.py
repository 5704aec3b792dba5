"""Files that come in over HTTP: sent as the body, done as a job, asked about by number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO

from engine import storage
from engine.errors import Forbidden, Invalid, Message, Problem
from engine.metadata import holds_guarded
from engine.transfer import MIMES, Import, Kind, Options, begin, cancel, change, failed_file, load_import, stage
from engine.unit_of_work import UnitOfWork

from .door import Answer, Call
from .records import PREFIX, entity_named

LARGEST = 256 * 1024 * 1024
"""Bytes of a file that is sent."""
CHUNK = 1 << 20
SHOWN = 100
KINDS: dict[str, Kind] = {"csv": "csv", "xlsx": "xlsx"}
PARAMETERS = frozenset({"key", "whole", "check", "name"})
YES = {"true": True, "1": True, "false": False, "0": False, "": False}


def import_records(call: Call, entity: str) -> Answer:
    """POST /records/{entity}/import: stage the file in the body and begin; `check` only rehearses, `whole` is all or none."""
    kind = entity_named(call, entity, "write")
    if holds_guarded(kind) and not call.actor.proven:
        words = Message("Bank data are changed only by a token whose scope names them: {scope}.", {"scope": f"{kind.name}:write"})
        raise Forbidden(words)
    args = call.request.args
    wrong = [Problem(name, "unknown_field", Message("There is no such parameter.")) for name in args if name not in PARAMETERS]
    wrong += [
        Problem(name, "value", Message("Please write true or false.")) for name in ("whole", "check") if args.get(name, "") not in YES
    ]
    if wrong:
        raise Invalid(wrong)
    call.request.max_content_length = LARGEST
    with NamedTemporaryFile(prefix="import-") as file:
        while chunk := call.request.stream.read(CHUNK):
            file.write(chunk)
        file.flush()
        number = stage(call.app.ground, call.actor, kind.name, (Path(file.name), args.get("name", "") or "file"))

        def work(uow: UnitOfWork) -> Answer:
            doing = load_import(uow, number, counted=False)
            change(uow, number, doing.meanings, _options(doing, args.get("key"), whole=YES[args.get("whole", "")]))
            begin(uow, number, rehearse=YES[args.get("check", "")])
            return Answer(_told(load_import(uow, number), ()), 202, {"Location": f"{PREFIX}/imports/{number}"})

        return call.app.run(call.actor, work, request_id=call.request_id)


def _options(doing: Import, key: str | None, *, whole: bool) -> Options:
    options = replace(doing.options, whole=whole)
    return options if key is None else replace(options, key=tuple(name.strip() for name in key.split(",") if name.strip()))


def read_import(call: Call, number: int) -> Answer:
    """GET /imports/{id}: how far it is, and the problems of the first rows that failed."""
    with call.look() as view:
        doing = load_import(view, number)
        call.require("write", doing.entity.name)
        problems = storage.staged_problems(view.connection, number, SHOWN)
    return Answer(_told(doing, problems))


def _told(doing: Import, problems: object) -> dict[str, object]:
    return {
        "id": doing.id,
        "entity": doing.entity.name,
        "state": doing.state,
        "file": doing.file,
        "found_as": doing.described,
        "columns": [{"sheet": name, "headings": list(headings)} for name, headings in doing.headings],
        "meanings": [{"table": each.table, "paths": list(each.paths)} for each in doing.meanings],
        "key": list(doing.options.key),
        "counts": dict(doing.counts),
        "error": doing.error or None,
        "problems": problems,
    }


def run_import(call: Call, number: int) -> Answer:
    """POST /imports/{id}/run: do what was checked, or what was stopped."""
    return _turned(call, number, lambda uow: begin(uow, number, rehearse=False))


def stop_import(call: Call, number: int) -> Answer:
    """POST /imports/{id}/cancel: stop; what is done stays."""
    return _turned(call, number, lambda uow: cancel(uow, number))


def _turned(call: Call, number: int, turn: Callable[[UnitOfWork], None]) -> Answer:
    def work(uow: UnitOfWork) -> Answer:
        call.require("write", load_import(uow, number, counted=False).entity.name)
        turn(uow)
        return Answer(_told(load_import(uow, number), ()), 202)

    return call.write(work)


def failed_rows(call: Call, number: int) -> Answer:
    """GET /imports/{id}/failed: the rows that failed as a file (`as=csv` or `xlsx`), with what is wrong in the last column."""
    kind = KINDS.get(call.request.args.get("as", "csv"))
    if kind is None:
        raise Invalid([Problem("as", "value", Message("Please write csv or xlsx."))])
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        with call.look() as view:
            doing = load_import(view, number)
            call.require("write", doing.entity.name)
            failed_file(view, doing, kind, file)  # type: ignore[arg-type] # a file opened for writing bytes
        file.seek(0)
    except BaseException:
        file.close()
        raise
    headers = {"Content-Type": MIMES[kind], "Content-Disposition": f'attachment; filename="failed.{kind}"'}
    return Answer(None, headers=headers, file=file)
