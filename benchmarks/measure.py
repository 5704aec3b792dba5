"""Rounds in which the sides take turns, so that what else happens on the machine meets both; ratios are taken inside a round."""

from __future__ import annotations

import math
import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from benchmarks.operations import Desk, Operation
from benchmarks.pool import Spent

Clock = Callable[[], float]
Desks = Mapping[str, Sequence[Desk]]
"""The clients of each side."""


@dataclass
class Slice:
    """What one side did in one slice."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        """The time below which this share of the requests stayed, in ms."""
        return sorted(self.times)[min(len(self.times) - 1, int(len(self.times) * share))] * 1000


@dataclass(frozen=True, slots=True)
class Result:
    """One operation at one concurrency: what both sides did in each round; `patience` is how many ms 95 of 100 answers may take."""

    operation: Operation
    clients: int
    rounds: Sequence[Mapping[str, Slice]]
    patience: float = math.inf

    @property
    def ratios(self) -> list[float]:
        """Time of the engine against the time by hand, round by round."""
        return [one["hand"].rate / one["engine"].rate for one in self.rounds]

    @property
    def ratio(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.ratios)

    @property
    def fault(self) -> str:
        """What is wrong with it, in a word."""
        if self.ratio > self.operation.must:
            return "SLOW"
        return "LATE" if self._typical("engine", lambda one: one.percentile(0.95)) > self.patience else ""

    def _typical(self, side: str, figure: Callable[[Slice], float]) -> float:
        return statistics.median(figure(one[side]) for one in self.rounds)

    def line(self) -> str:
        """The result as a line of the table."""
        cells = [f"{self.operation.name:<11} c{self.clients}"]
        for side in ("hand", "engine"):
            rate, p50, p95 = (self._typical(side, figure) for figure in _FIGURES)
            cells.append(f"{rate:7.0f}/s {p50:6.2f} {p95:6.2f}")
        spread = f"{min(self.ratios):.2f}..{max(self.ratios):.2f}"
        return " | ".join([*cells, f"{self.ratio:5.2f} ({spread})", f"{self.operation.must} / {self.operation.aim}", self.fault or "ok"])


_FIGURES: tuple[Callable[[Slice], float], ...] = (lambda one: one.rate, lambda one: one.percentile(0.5), lambda one: one.percentile(0.95))
HEAD = "operation       |  by hand    p50    p95 |   engine    p50    p95 | time of the engine / by hand | must / aim"


def measure(operation: Operation, desks: Desks, rounds: int, seconds: float, clock: Clock = time.perf_counter) -> Result:
    """Measure one operation by `clock`: each round a slice for each side, in turns; one slice before that does not count."""
    found = []
    for number in range(rounds + 1):
        sides = sorted(desks, reverse=number % 2 == 1)
        one = {side: _slice(operation, desks[side], seconds if number else seconds / 3, clock) for side in sides}
        if number:
            found.append(one)
    return Result(operation, len(desks["hand"]), found)


def _slice(operation: Operation, desks: Sequence[Desk], seconds: float, clock: Clock) -> Slice:
    for desk in desks:
        operation.ready(desk)
    done = Slice()
    failed: list[Exception] = []
    begin = clock()

    def work(desk: Desk) -> None:
        try:
            with suppress(Spent):
                while (start := clock()) - begin < seconds:
                    operation.run(desk)
                    done.times.append(clock() - start)
        except Exception as error:  # noqa: BLE001 - told after the slice
            failed.append(error)

    _together(work, desks)
    done.seconds = clock() - begin
    if failed:
        raise failed[0]
    return done


def _together(work: Callable[[Desk], None], desks: Sequence[Desk]) -> None:
    threads = [threading.Thread(target=work, args=(desk,)) for desk in desks[1:]]
    for thread in threads:
        thread.start()
    work(desks[0])
    for thread in threads:
        thread.join()
