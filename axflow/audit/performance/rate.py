"""Rates that say what they are a share of, over which projects, and how many are not decided yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from axflow.audit.performance.case import Case, History

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution: two-sided 95 %."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share, never without its denominator."""

    name: str
    """What is counted: `success`, `end:<end>`, `accepted:<handoff>`, `kept:<limit>`, `reached:<milestone>`."""
    numerator: int
    denominator: int
    of: str
    """What the denominator is: `ended`, `opened`, `answered`, `over`."""
    censored: int
    """So many of the cohort are undecided at the cut, and in neither number unless the denominator is `opened`."""
    since: datetime | None
    """The cohort: cases that began from here on, …"""
    until: datetime | None
    """… the last of them here."""

    @property
    def share(self) -> float | None:
        """Numerator over denominator; None of nothing."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval of the share (E. B. Wilson, JASA 22, 1927)."""
        n, p = self.denominator, self.share
        if p is None:
            return None
        middle = p + Z95**2 / (2 * n)
        half = Z95 * sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n))
        low, high = (middle - half) / (1 + Z95**2 / n), (middle + half) / (1 + Z95**2 / n)
        return (0.0 if self.numerator == 0 else low, 1.0 if self.numerator == n else high)


def rates_of(history: History) -> tuple[Rate, ...]:
    """Ends, handoffs and time limits as rates, each with its cohort."""
    cases = history.cases
    since, last = cohort(cases)
    ended = [case for case in cases if case.end is not None]
    running = len(cases) - len(ended)
    found = []
    if any(case.outcome_kind is not None for case in ended):
        won = sum(case.outcome_kind == "success" for case in ended)
        found.append(Rate("success", won, len(ended), "ended", running, since, last))
        found.append(Rate("success", won, len(cases), "opened", running, since, last))
    for outcome in sorted({case.outcome for case in ended if case.outcome is not None}):
        count = sum(case.outcome == outcome for case in ended)
        found.append(Rate(f"end:{outcome}", count, len(ended), "ended", running, since, last))
    return (*found, *_handoffs(cases, since, last), *_limits(cases, since, last))


def cohort(cases: Iterable[Case]) -> tuple[datetime | None, datetime | None]:
    """When the first and the last of the cases began."""
    starts = [case.start for case in cases]
    return min(starts, default=None), max(starts, default=None)


def _handoffs(cases: Iterable[Case], since: datetime | None, last: datetime | None) -> list[Rate]:
    answers: dict[str, list[str | None]] = {}
    for case in cases:
        for stay in case.stays:
            if stay.kind == "handoff":
                answers.setdefault(stay.place.partition(".")[0], []).append(answer_of(stay.left_by, stay.place))
    found = []
    for name, given in sorted(answers.items()):
        accepted, answered = given.count("accepted"), sum(one in ("accepted", "returned") for one in given)
        running = given.count(None)
        found.append(Rate(f"accepted:{name}", accepted, answered, "answered", running, since, last))
    return found


def answer_of(left_by: str | None, place: str) -> str | None:
    """What became of an offered handoff: `accepted`, `returned`, `left` by another way, or None while it waits."""
    if left_by is None:
        return None
    name = place.partition(".")[0]
    return {f"{name}.accept": "accepted", f"{name}.return": "returned", name: "returned"}.get(left_by, "left")


def _limits(cases: Iterable[Case], since: datetime | None, last: datetime | None) -> list[Rate]:
    over: dict[str, list[bool | None]] = {}
    for case in cases:
        for limit in case.limits:
            over.setdefault(limit.name, []).append(None if limit.end is None else not limit.breached)
    return [
        Rate(f"kept:{name}", found.count(True), len(found) - found.count(None), "over", found.count(None), since, last)
        for name, found in sorted(over.items())
    ]
