"""`loom explain workflow`: where work waits, and for how long it did, as a table and as data."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner

from engine.cli import loom
from engine.workflow import Answer, decide, fire, inbox
from tests.applications import opened, write

YAML = """
    app: office
    roles: {clerk: {}, boss: {}}
    ---
    entity: paper
    fields: {title: {type: text}}
    access: {clerk: {read: true, create: true}, boss: {read: true}}
    ---
    lifecycle: paper
    for: paper
    states: {draft: {}, judged: {}, done: {final: true}}
    actions:
      submit: {from: draft, to: judged, who: role:clerk, start: judging}
      finish: {from: judged, to: done, who: system}
    ---
    workflow: judging
    for: paper
    starters: role:clerk
    admin: role:clerk
    steps: {judge: {who: role:boss, do: review}, sign: {who: role:boss, do: review}}
    ends: {good: {call: finish}, rejected: {call: finish}}
"""
TABLE = """\
step   left  waiting  half within  9 of 10 within  longest
judge     1        0        1d 2h           1d 2h    1d 2h
sign      0        1            -               -        -
"""


def test_how_long_each_step_took(tmp_path: Path, database_url: str) -> None:
    write(YAML, tmp_path)
    with opened(YAML, database_url) as world:
        world.person("cleo", roles=["clerk"])
        world.person("bob", roles=["boss"])
        number = int(str(world.save("cleo", "paper", title="a")["id"]))
        world.app.run(world.actor("cleo"), lambda uow: fire(uow, "paper", number, "submit"))
        world.clock.move_to(world.clock.now() + timedelta(hours=26))
        with world.look("bob") as view:
            task = inbox(view)[0].task
        assert task is not None
        world.app.run(world.actor("bob"), lambda uow: decide(uow, task.id, Answer("approve")))

    def explain(*arguments: str) -> tuple[int, str]:
        found = CliRunner().invoke(loom, ["explain", "workflow", *arguments, str(tmp_path), "--db", database_url])
        return found.exit_code, found.output

    assert explain("judging") == (
        0,
        TABLE,
    )
    steps = json.loads(explain("judging", "--json")[1])["steps"]
    assert steps[0] == {"step": "judge", "left": 1, "waiting": 0, "median": 93600, "nine_of_ten": 93600, "longest": 93600}
    assert explain("juging")[0] == 1
