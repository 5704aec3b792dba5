"""How long an application of 500 entities with 20 fields each takes from the start of a process to its first answer, and its memory.

Run with `./dev python -m benchmarks.cold`; ends with 1 when a limit of docs/reference/performance.md is passed.
"""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.operations import Ask
from benchmarks.serve import apply_folder, inside
from engine.access import AUTH
from engine.app import open_app
from engine.records import save
from engine.unit_of_work import UnitOfWork
from engine.web.api import create_token, make_api

MANY, FEW, FIELDS = 500, 50, 20
SECONDS, MEGABYTES = 4.0, 4.0
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
FIRST = "import sys; from benchmarks.cold import answer; answer(*sys.argv[1:])"


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
    with_record = inside(make_api(app), token)
    with_record(Ask("POST", "/api/v1/records/e0", b'{"name": "One"}'))
    app.close()
    return token


def answer(root: str, url: str, token: str) -> None:
    """One record, read in this process; prints its memory in kB."""
    app = open_app(Path(root), url)
    inside(make_api(app), token)(Ask("GET", "/api/v1/records/e0/1"))
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    print(pages * resource.getpagesize() // 1024, flush=True)
    os._exit(0)


def measure(folder: Path, entities: int, rounds: int = 3) -> tuple[float, int]:
    """Seconds to the first answer, the best of some processes, and the memory of one in kB."""
    root, url = folder / f"app{entities}", f"sqlite:///{folder}/{entities}.db"
    write(root, entities)
    token, seconds, memory = prepare(root, url), [], 0
    for _ in range(rounds):
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", FIRST, str(root), url, token], capture_output=True, check=True)
        seconds.append(time.perf_counter() - start)
        memory = int(done.stdout)
    return min(seconds), memory


def main() -> int:
    """Prints time and memory; 1 when one is too much."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["LOOM_KEYS"] = str(folder / "keys")
        small, base = measure(folder, FEW)
        seconds, memory = measure(folder, MANY)
    per_thousand = (memory - base) / 1024 / ((MANY - FEW) * FIELDS / 1000)
    print(f"{FEW} entities   {small:5.2f} s to the first answer")
    print(f"{MANY} entities  {seconds:5.2f} s to the first answer (must {SECONDS}, without a cache)")
    print(f"memory       {per_thousand:5.2f} MB per 1,000 fields (must {MEGABYTES})")
    return int(seconds > SECONDS or per_thousand > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
