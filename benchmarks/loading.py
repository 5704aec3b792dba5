"""How long `loom check` takes: the bundled application in a process of its own, and a made-up one of many entities.

Run with `./dev bench loading`; ends with 1 when the bundled application takes more than half a second.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from engine.loading import Sources, check_sources

ROOT = Path(__file__).parent.parent
LIMIT = 0.5
ENTITIES = 200
ENTITY = """entity: e{n}
number: {{pattern: 'E-{{YYYY}}-{{0000}}'}}
title: number & " " & name
fields:
  name: {{type: text, required: true}}
  other: {{type: link, to: e{next}, inverse: others_of_{n}, where: other.total >= 0}}
  day: {{type: date, default: =today()}}
  lines:
    type: table
    fields:
      qty: {{type: decimal, digits: 3}}
      price: {{type: money}}
      amount: {{type: money, formula: 'ROUND(qty * price, 2)'}}
    checks: [{{require: qty > 0, say: 'Not {{qty}}'}}]
  total: {{type: money, formula: SUM(lines.amount)}}
  late: {{type: boolean, formula: day < today()}}
access: {{clerk: {{read: created_by = user, create: true, update: 'created_by = user AND total < 100'}}}}
"""


def bundled() -> float:
    """Seconds of `loom check` on the bundled application, start of the process included; the best of five."""
    return min(_seconds_of_process() for _ in range(5))


def _seconds_of_process() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "from engine.cli import main; main(['check', '.'])"], cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - start


def many() -> tuple[float, int]:
    """Seconds of a check of many entities, and how many formulas they hold."""
    files = {f"models/e{n}.yaml": ENTITY.format(n=n, next=(n + 1) % ENTITIES).encode() for n in range(ENTITIES)}
    start = time.perf_counter()
    report = check_sources(Sources({"app.yaml": b"app: many\nroles: {clerk: {}}\n", **files}))
    assert report.metadata is not None, report.issues
    return time.perf_counter() - start, 10 * ENTITIES


def main() -> int:
    """Prints both; 1 when the limit is passed."""
    own = bundled()
    seconds, formulas = many()
    print(f"bundled application   {own:5.2f} s  (limit {LIMIT})")
    print(f"{ENTITIES} entities, {formulas:,} formulas   {seconds:5.2f} s")
    return int(own > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
