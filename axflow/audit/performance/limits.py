"""Time limits: kept, breached or running, by whose clock; and levels, such as grades of maturity, over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from axflow.audit.performance.case import History
from axflow.audit.performance.measure import Spread, between


@dataclass(frozen=True, slots=True)
class LimitTime:
    """What became of one time limit."""

    limit: str
    kind: str
    clock: str
    started: int
    kept: int
    breached: int
    running: int
    cases: int
    """Cases with a breach."""
    time: Spread
    """From its start to when it was met or breached."""


@dataclass(frozen=True, slots=True)
class ClockTime:
    """Breaches by whose clock."""

    clock: str
    """Empty: on nobody's clock."""
    started: int
    breached: int
    running: int


@dataclass(frozen=True, slots=True)
class LevelChange:
    """From one value of a level to another."""

    level: str
    source: int | None
    """None: the first value of a case."""
    target: int
    count: int
    time: Spread
    """Since the value before; of a first value, since the case began."""


def limits_of(history: History) -> tuple[LimitTime, ...]:
    """Time limits in the order in which they first ran."""
    names = dict.fromkeys((limit.name, limit.kind, limit.clock) for case in history.cases for limit in case.limits)
    found = []
    for name, kind, clock in names:
        limits = [
            (case.id, limit)
            for case in history.cases
            for limit in case.limits
            if (limit.name, limit.kind, limit.clock) == (name, kind, clock)
        ]
        over = [(limit.start, limit.end, limit.breached) for _, limit in limits if limit.end is not None]
        breached = sum(late for _, _, late in over)
        running = len(limits) - len(over)
        time = between(((start, end) for start, end, _ in over), running, history.calendar)
        late_in = len({id for id, limit in limits if limit.breached})
        found.append(LimitTime(name, kind, clock, len(limits), len(over) - breached, breached, running, late_in, time))
    return tuple(found)


def clocks_of(limits: tuple[LimitTime, ...]) -> tuple[ClockTime, ...]:
    """Breaches by whose clock, most first."""
    found = [
        ClockTime(
            clock, sum(one.started for one in limits if one.clock == clock),
            sum(one.breached for one in limits if one.clock == clock),
            sum(one.running for one in limits if one.clock == clock),
        )
        for clock in dict.fromkeys(one.clock for one in limits)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.breached, one.clock)))


def levels_of(history: History) -> tuple[LevelChange, ...]:
    """Steps between the values of each level: up, down, or assessed again with no change."""
    spans: dict[tuple[str, int | None, int], list[tuple[datetime, datetime]]] = {}
    found = []
    for case in history.cases:
        for level in dict.fromkeys(reading.level for reading in case.levels):
            values = [reading for reading in case.levels if reading.level == level]
            spans.setdefault((level, None, values[0].value), []).append((case.start, values[0].at))
            for before, after in pairwise(values):
                spans.setdefault((level, before.value, after.value), []).append((before.at, after.at))
    for (level, source, target), times in sorted(spans.items(), key=_in_order):
        found.append(LevelChange(level, source, target, len(times), between(times, 0, history.calendar)))
    return tuple(found)


def _in_order(item: tuple[tuple[str, int | None, int], object]) -> tuple[str, int, int]:
    (level, source, target), _ = item
    return level, -1 if source is None else source, target
