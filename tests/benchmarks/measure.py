"""Timing in interleaved rounds: A B C, C B A, A B C …, so that a slow minute of the machine hits every contender."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to do the work: `run(n)` does it n times; `close` frees what it holds."""

    name: str
    run: Callable[[int], object]
    close: Callable[[], object] = field(default=lambda: None)
    exactly: int | None = None  # operations of each sample, where they were prepared and counted beforehand


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds an operation, one sample a round."""

    name: str
    samples: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    @property
    def quartiles(self) -> tuple[float, float]:
        low, _, high = statistics.quantiles(self.samples, n=4, method="inclusive")
        return low, high


@dataclass(frozen=True, slots=True)
class Comparison:
    """Contenders for one piece of work; ratios are to the contender named `against`.

    `subject` names the row that a budget is about, None where the table only shows baselines. `limit` is that budget:
    the highest allowed ratio of medians, `per_second` the lowest allowed rate, `seconds` the longest allowed median.
    """

    title: str
    contenders: Sequence[Contender]
    against: str
    subject: str | None = None
    limit: float | None = None
    per_second: float | None = None
    seconds: float | None = None
    note: str = ""
    sample_seconds: float = 0.1
    rounds: int | None = None


def ratio(subject: Timing, baseline: Timing) -> tuple[float, float, float]:
    """Ratio of the medians, and the quartiles of the ratio taken round by round."""
    each = [a / b for a, b in zip(subject.samples, baseline.samples, strict=True)]
    low, _, high = statistics.quantiles(each, n=4, method="inclusive")
    return subject.median / baseline.median, low, high


def _sample(contender: Contender, operations: int) -> float:
    gc.collect()
    start = perf_counter()
    contender.run(operations)
    return (perf_counter() - start) / operations


def _operations(contender: Contender, seconds: float) -> int:
    """How many operations fill about `seconds`; asking also warms caches, files and compiled code."""
    if contender.exactly is not None:
        _sample(contender, contender.exactly)
        return contender.exactly
    operations = 1
    while True:
        each = _sample(contender, operations)
        if each * operations >= seconds / 4:
            return max(1, round(seconds / each))
        operations *= 4


def measure(comparison: Comparison, rounds: int) -> list[Timing]:
    """Time every contender in `rounds` interleaved rounds and close them all, in the order given."""
    contenders = list(comparison.contenders)
    try:
        operations = {c.name: _operations(c, comparison.sample_seconds) for c in contenders}
        # As in a service that has started: the collector no longer walks what was loaded and stays.
        gc.collect()
        gc.freeze()
        samples: dict[str, list[float]] = {c.name: [] for c in contenders}
        for number in range(comparison.rounds or rounds):
            for contender in contenders if number % 2 == 0 else reversed(contenders):
                samples[contender.name].append(_sample(contender, operations[contender.name]))
    finally:
        gc.unfreeze()
        for contender in contenders:
            contender.close()
    return [Timing(c.name, tuple(samples[c.name])) for c in contenders]
