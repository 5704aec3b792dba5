"""The start of a process that serves 500 entities of 20 fields, to its first answer, and its memory: with a cache and without.

Run with `./dev bench cold`; ends with 1 when a limit of docs/reference/performance.md is passed.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.operations import Ask
from benchmarks.serve import apply_folder, inside
from engine.access import AUTH
from engine.app import open_app
from engine.records import save
from engine.unit_of_work import UnitOfWork
from engine.web.api import create_token, make_api

MANY, FEW, FIELDS = 500, 50, 20
COLD, WARM, MEGABYTES = 4.0, 1.5, 4.0
"""Seconds of CPU without and with a cache, which are those of the clock where nothing else runs; memory per 1,000 fields of a process."""
ENTITY = """entity: e{n}
number: {{pattern: 'E-{{YYYY}}-{{0000}}', at: create}}
title: number & " " & name
fields:
  name: {{type: text, required: true}}
  other: {{type: link, to: e{next}, inverse: others_of_{n}}}
  day: {{type: date, default: =today()}}
  kind: {{type: choice, of: [a, b, c]}}
  flag: {{type: boolean}}
{plain}
  total: {{type: decimal, digits: 2, formula: d0 + d1 + d2}}
  share: {{type: decimal, digits: 2, formula: 'IF(total > 0, d0 / total * 100, 0)'}}
  late: {{type: boolean, formula: day < today()}}
access: {{clerk: {{read: created_by = user, create: true, update: 'created_by = user AND total < 100'}}}}
"""
PLAIN = "\n".join(f"  t{at}: {{type: text, max: 80}}\n  d{at}: {{type: decimal, digits: 2}}" for at in range(6))


def write(root: Path, entities: int) -> None:
    """An application of so many entities."""
    (root / "models").mkdir(parents=True)
    (root / "app.yaml").write_text("app: many\nroles: {clerk: {label: Clerk}}\n", encoding="utf-8")
    for n in range(entities):
        text = ENTITY.format(n=n, next=(n + 1) % entities, plain=PLAIN)
        (root / "models" / f"e{n}.yaml").write_text(text, encoding="utf-8")


def prepare(root: Path, url: str) -> str:
    """The application applied to a new database with one record; the token of a person."""
    apply_folder(root, url)
    app = open_app(root, url)

    def work(uow: UnitOfWork) -> str:
        person = int(str(save(uow, "user", None, {"name": "Ann", "login": "ann", "roles": ["clerk"]})["id"]))
        return create_token(uow, person, "cold")

    token = app.run(AUTH, work)
    with_record = inside(make_api(app), {"HTTP_AUTHORIZATION": f"Bearer {token}"})
    with_record(Ask("POST", "/api/v1/records/e0", b'{"name": "One"}'))
    app.close()
    return token


@dataclass(frozen=True, slots=True)
class Start:
    """What starts took at best: seconds and kB, of a process that compiles and of one that finds what another compiled."""

    cold: float
    warm: float
    cold_memory: int
    warm_memory: int

    @classmethod
    def measured(cls, folder: Path, entities: int, rounds: int = 3) -> Start:
        """Some processes of each kind, in turns."""
        root, url, cache = folder / f"app{entities}", f"sqlite:///{folder}/{entities}.db", folder / f"cache{entities}"
        os.environ["LOOM_CACHE"] = str(cache)
        write(root, entities)
        command = [sys.executable, "-m", "benchmarks.answer", str(root), url, prepare(root, url)]
        cold, warm = [], []
        for _ in range(rounds):
            shutil.rmtree(cache, ignore_errors=True)
            cold.append(_started(command))
            warm.append(_started(command))
        (seconds, memory), (again, less) = (map(min, zip(*found, strict=True)) for found in (cold, warm))
        return cls(seconds, again, memory, less)


def _started(command: list[str]) -> tuple[float, int]:
    before = _of_children()
    done = subprocess.run(command, capture_output=True, check=True)
    return _of_children() - before, int(done.stdout)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Prints times and memory; 1 when one is too much."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["LOOM_KEYS"] = str(folder / "keys")
        small, large = Start.measured(folder, FEW), Start.measured(folder, MANY)
    thousands = (MANY - FEW) * FIELDS / 1000
    rows = (
        ("start without a cache", "s", small.cold, large.cold, large.cold, COLD),
        ("start with a cache", "s", small.warm, large.warm, large.warm, WARM),
        ("memory without a cache", "MB", *_memory(small.cold_memory, large.cold_memory, thousands), MEGABYTES),
        ("memory with a cache", "MB", *_memory(small.warm_memory, large.warm_memory, thousands), MEGABYTES),
    )
    print(f"{'':24}{FEW:>8}{MANY:>8} entities of {FIELDS} fields; what counts, at most")
    for title, unit, few, many, counts, limit in rows:
        print(f"{title:24}{few:8.2f}{many:8.2f} {unit:2} {counts:8.2f} {limit:5.1f}{'  too much' if counts > limit else ''}")
    return int(any(counts > limit for *_, counts, limit in rows))


def _memory(few: int, many: int, thousands: float) -> tuple[float, float, float]:
    """Both in MB, and what 1,000 fields more cost."""
    return few / 1024, many / 1024, (many - few) / 1024 / thousands


if __name__ == "__main__":
    sys.exit(main())
