"""Drift: whether times changed where a definition changed, or at a day that somebody names.

Cases belong to the side on which they were opened. Differences of durations are judged by the rank-sum test of Mann
and Whitney (1947), two-sided, by its normal approximation with the correction for ties and for continuity. It says
whether two sides differ by more than luck; it does not say why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from math import erfc, sqrt

from axflow.audit.performance.case import STAGE, Case, History
from axflow.audit.performance.measure import Spread, between
from axflow.audit.performance.places import cases_time

FEW = 8
"""Below so many on either side the approximation says nothing, and no p-value is given."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One place (or `case` as a whole) before and after a change."""

    change: str
    """`version A → B`, or the day."""
    place: str
    before: Spread
    after: Spread
    difference: float | None
    """Of the medians, in seconds: after minus before."""
    p_value: float | None


def drift_of(history: History, at: datetime | None = None) -> tuple[Drift, ...]:
    """What changed from each version to the next, or at a time given."""
    found: list[Drift] = []
    for name, before, after in _sides(history, at):
        found += _compared(history, name, before, after)
    return tuple(found)


def _sides(history: History, at: datetime | None) -> Iterator[tuple[str, list[Case], list[Case]]]:
    cases = history.cases
    if at is not None:
        yield at.date().isoformat(), [one for one in cases if one.start < at], [one for one in cases if one.start >= at]
        return
    used = [version for version in history.versions if any(case.version == version for case in cases)]
    for first, second in pairwise(used):
        sides = ([one for one in cases if one.version == version] for version in (first, second))
        before, after = sides
        yield f"{first} → {second}", before, after


def _compared(history: History, name: str, before: Sequence[Case], after: Sequence[Case]) -> Iterator[Drift]:
    whole = [cases_time(history, side) for side in (before, after)]
    lengths = [[(case.end - case.start).total_seconds() for case in side if case.end] for side in (before, after)]
    yield Drift(name, "case", whole[0], whole[1], _difference(*whole), rank_sum(*lengths))
    places = dict.fromkeys(stay.place for case in (*before, *after) for stay in case.on(STAGE))
    for place in places:
        stays = [[stay for case in side for stay in case.on(STAGE) if stay.place == place] for side in (before, after)]
        if not all(stays):
            continue
        over = [[(stay.start, stay.end) for stay in side if stay.end is not None] for side in stays]
        spreads = [
            between(spans, len(side) - len(spans), history.calendar) for side, spans in zip(stays, over, strict=True)
        ]
        seconds = [[(end - start).total_seconds() for start, end in spans] for spans in over]
        yield Drift(name, place, spreads[0], spreads[1], _difference(*spreads), rank_sum(*seconds))


def _difference(before: Spread, after: Spread) -> float | None:
    return None if before.median is None or after.median is None else after.median - before.median


def rank_sum(first: Sequence[float], second: Sequence[float]) -> float | None:
    """The two-sided p-value of the rank-sum test; None with fewer than `FEW` on a side, or where all are equal."""
    m, n = len(first), len(second)
    if m < FEW or n < FEW:
        return None
    marked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    ranks, ties, place = 0.0, 0.0, 0
    for _, group in groupby(marked, key=lambda item: item[0]):
        sides = [side for _, side in group]
        middle = place + (len(sides) + 1) / 2
        ranks += middle * sides.count(0)
        ties += len(sides) ** 3 - len(sides)
        place += len(sides)
    u = ranks - m * (m + 1) / 2
    total = m + n
    variance = m * n / 12 * ((total + 1) - ties / (total * (total - 1)))
    if variance <= 0:
        return None
    z = max(abs(u - m * n / 2) - 0.5, 0.0) / sqrt(variance)
    return erfc(z / sqrt(2))
