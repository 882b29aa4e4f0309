"""The whole time analysis of a history, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from axflow.audit.performance.case import History
from axflow.audit.performance.drift import Drift, drift_of
from axflow.audit.performance.flow import (
    Edge,
    Handover,
    Path,
    PingPong,
    Rework,
    edges_of,
    handovers_of,
    ping_pong_of,
    rework_of,
    routes_of,
    variants_of,
)
from axflow.audit.performance.limits import (
    ClockTime,
    LevelChange,
    LimitTime,
    clocks_of,
    levels_of,
    limits_of,
)
from axflow.audit.performance.measure import Spread
from axflow.audit.performance.milestone import Milestone, Reached, milestones_of, usual
from axflow.audit.performance.places import (
    FirmTime,
    HolderTime,
    PairTime,
    PlaceTime,
    firm_of,
    holders_of,
    pairs_of,
    places_of,
    throughput_of,
)
from axflow.audit.performance.rate import Rate, cohort, rates_of


@dataclass(frozen=True)
class Options:
    """What to look at beside the usual.

    Parameters:
        milestones: named ones; default: each stage and each end.
        change: compare what was opened before and after this instant, instead of version by version.
    """

    milestones: tuple[Milestone, ...] = ()
    change: datetime | None = None


@dataclass(frozen=True)
class Performance:
    """Where the time went. All figures are of the cases in `cases`, cut at `until`."""

    title: str
    source: str
    cases: int
    running: int
    since: datetime | None
    """When the first case began."""
    last: datetime | None
    """When the last case began."""
    until: datetime
    timezone: str
    working_days_known: bool
    throughput: Spread
    stages: tuple[PlaceTime, ...]
    tracks: tuple[PlaceTime, ...]
    holders: tuple[HolderTime, ...]
    firm: FirmTime
    pairs: tuple[PairTime, ...]
    limits: tuple[LimitTime, ...]
    clocks: tuple[ClockTime, ...]
    rates: tuple[Rate, ...]
    milestones: tuple[Reached, ...]
    levels: tuple[LevelChange, ...]
    routes: tuple[Path, ...]
    variants: tuple[Path, ...]
    edges: tuple[Edge, ...]
    handovers: tuple[Handover, ...]
    rework: tuple[Rework, ...]
    ping_pong: tuple[PingPong, ...]
    drift: tuple[Drift, ...]


def analyse(history: History, options: Options = Options()) -> Performance:
    """The time analysis of a history. Pure. Raises `ValueError` for a milestone that never happened in any case."""
    since, last = cohort(history.cases)
    limits = limits_of(history)
    return Performance(
        title=history.title,
        source=history.source,
        cases=len(history.cases),
        running=sum(case.end is None for case in history.cases),
        since=since,
        last=last,
        until=history.until,
        timezone=history.timezone,
        working_days_known=history.calendar is not None,
        throughput=throughput_of(history),
        stages=places_of(history),
        tracks=places_of(history, tracks=True),
        holders=holders_of(history),
        firm=firm_of(history),
        pairs=pairs_of(history),
        limits=limits,
        clocks=clocks_of(limits),
        rates=rates_of(history),
        milestones=milestones_of(history, options.milestones or usual(history)),
        levels=levels_of(history),
        routes=routes_of(history),
        variants=variants_of(history),
        edges=edges_of(history),
        handovers=handovers_of(history),
        rework=rework_of(history),
        ping_pong=ping_pong_of(history),
        drift=drift_of(history, options.change),
    )
