"""Measuring durations: how many, how long, and how they are spread. Percentiles are of Hyndman and Fan's type 7."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axflow.definition.calendar import Calendar, CalendarError

DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Spread:
    """How a number of durations is spread. Times in seconds of calendar time; working days are whole days."""

    count: int
    running: int
    """So many more are not over yet (censored); they are in no figure here."""
    total: float
    mean: float | None
    median: float | None
    p80: float | None
    p90: float | None
    least: float | None
    most: float | None
    working_days: float | None = None
    """The median in working days, as a time limit counts them: without the first day. None without a calendar that
    covers all of it."""

    def to_json(self) -> dict[str, Any]:
        """Seconds, and working days."""
        return {
            "count": self.count, "running": self.running, "total_seconds": self.total, "mean_seconds": self.mean,
            "median_seconds": self.median, "p80_seconds": self.p80, "p90_seconds": self.p90,
            "least_seconds": self.least, "most_seconds": self.most, "median_working_days": self.working_days,
        }  # fmt: skip


def quantile(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` of the sorted `values` lies, between two of them by proportion; None of none."""
    if not values:
        return None
    place = (len(values) - 1) * share
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def spread(durations: Iterable[float], running: int = 0, working: Iterable[int | None] = ()) -> Spread:
    """The spread of durations in seconds; `working` the same durations in working days, None where not known."""
    found = sorted(durations)
    days = list(working)
    known = sorted(float(day) for day in days if day is not None)
    return Spread(
        len(found), running, sum(found), sum(found) / len(found) if found else None, quantile(found, 0.5),
        quantile(found, 0.8), quantile(found, 0.9), found[0] if found else None, found[-1] if found else None,
        quantile(known, 0.5) if len(known) == len(days) else None,
    )  # fmt: skip


def between(spans: Iterable[tuple[datetime, datetime]], running: int, calendar: Calendar | None) -> Spread:
    """The spread of the spans, from each first instant to its second."""
    given = list(spans)
    return spread(
        ((end - start).total_seconds() for start, end in given),
        running,
        (working_days(start, end, calendar) for start, end in given) if calendar is not None else [None] * len(given),
    )


def working_days(start: datetime, end: datetime, calendar: Calendar | None) -> int | None:
    """Working days from `start` to `end` as a time limit counts them; None where the calendar does not reach."""
    if calendar is None:
        return None
    try:
        return calendar.working_days_between(calendar.day_of(start), calendar.day_of(end))
    except CalendarError:
        return None


def overlap(start: datetime, end: datetime, other_start: datetime, other_end: datetime) -> timedelta:
    """How long two spans lie over each other."""
    return max(min(end, other_end) - max(start, other_start), timedelta())
