"""A process that serves an application and writes without pause until its input ends; it tells what it wrote (test_two_processes.py).

For each request that is done it says the number of the revision that it was done under; what it wrote is its last line.

python -m tests.migration.serving_process URL NAME
"""

import json
import sys
import threading

from engine import records, storage
from engine.access import SYSTEM
from engine.app import Serving, assemble
from engine.clock import SystemClock
from engine.errors import Unavailable
from engine.scenarios import Answers
from engine.unit_of_work import UnitOfWork
from tests.applications import NO_PLUGINS
from tests.databases import SCRATCH

THREADS = 2


class Writer:
    """Saves records and reads them back, each request as a page would, and remembers what came of it."""

    def __init__(self, url: str, name: str) -> None:
        self.app = assemble(SCRATCH, Serving(storage.open_database(url), NO_PLUGINS), SystemClock(), Answers({}).connect)
        self.name = name
        self.written: dict[int, str] = {}
        self.away = 0
        self.failed: list[str] = []
        self.stop = threading.Event()

    def work(self, thread: int) -> None:
        count = 0
        while not self.stop.is_set():
            count += 1
            try:
                self.request(f"{self.name}{thread}-{count}")
            except Unavailable:
                self.away += 1
            except Exception as error:  # noqa: BLE001 - whatever a page would have failed with is what the test wants to know
                self.failed.append(repr(error))

    def request(self, mark: str) -> None:
        def save(uow: UnitOfWork) -> int:
            kind = uow.metadata.entities["thing"].fields["it"].kind
            row = records.save(uow, "thing", None, {"mark": mark, "it": "7" if kind == "text" else 7, "lines": [{"n": 3}]})
            return int(str(row["id"]))

        number = self.app.run(SYSTEM, save)
        self.written[number] = mark
        self.app.serving.reload()
        with self.app.look(SYSTEM) as view:
            records.fetch(view, "thing", number)
        self.app.run(SYSTEM, lambda uow: records.save(uow, "thing", number, {"mark": mark + "!"}))
        self.written[number] = mark + "!"
        sys.stdout.write(f"{self.app.serving.current().metadata.number}\n")
        sys.stdout.flush()


def main() -> None:
    """Write until there is no more input."""
    writer = Writer(*sys.argv[1:])
    threads = [threading.Thread(target=writer.work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    writer.stop.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps({"written": writer.written, "away": writer.away, "failed": writer.failed}))


if __name__ == "__main__":
    main()
