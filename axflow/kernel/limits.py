"""Timers as effects: how one starts, stands, runs on, is extended. Dues are computed here and written in entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from axflow.definition.duration import Duration
from axflow.kernel.case import Case
from axflow.kernel.clocks import Allowance, Span, SpanUnit, due, elapsed, pause
from axflow.kernel.entry import Effect
from axflow.kernel.moment import utc_parse, utc_text
from axflow.kernel.project import HoldState, Timer

DEFAULT_CLOCK = "government"


def start(case: Case, timer: str, allowance: Duration, clock: str | None, *, at: datetime | None = None) -> Effect:
    """The effect that starts a timer now (or from `at`); it stands at once where a hold stops its clock."""
    since = case.at if at is None else at
    order = case.program.orders.get(timer.partition("@")[0], 0)
    stands = clock is not None and clock in stopped_clocks(case, case.project.holds)
    running = None if stands else utc_text(due(since, allowance, case.facts.calendar))
    return put(Timer(timer, order, clock, running, utc_text(since), str(allowance)))


def put(timer: Timer) -> Effect:
    """The effect that sets a timer."""
    value: dict[str, Any] = timer._asdict()
    if not timer.elapsed:
        del value["elapsed"]
    if not timer.extended:
        del value["extended"]
    return ("timer", timer.id, value)


def stop(timer: str) -> Effect:
    """The effect that ends a timer."""
    return ("timer", timer, None)


def stopped_clocks(case: Case, holds: Iterable[str]) -> frozenset[str]:
    """The clocks that stand while `holds` do."""
    declared = case.definition.holds
    return frozenset(clock for name in holds if name in declared for clock in declared[name].stops)


def adjusted(case: Case, before: Mapping[str, HoldState], after: Iterable[str]) -> list[Effect]:
    """The effects on running and standing timers when the holds change from `before` to `after`."""
    was, now = stopped_clocks(case, before), stopped_clocks(case, after)
    if was == now:
        return []
    timers = ((timer, fitted(case, timer, now)) for timer in case.project.timers.values())
    return [put(changed) for timer, changed in timers if changed is not timer]


def fitted(case: Case, timer: Timer, stopped: frozenset[str]) -> Timer:
    """`timer` as it is while the clocks in `stopped` stand: standing with what is left, or running on from now."""
    if timer.clock is None or timer.elapsed or (timer.clock in stopped) == (timer.due is None):
        return timer
    if timer.due is not None:
        return _paused(case, timer)
    running = due(case.at, allowance_of(timer), case.facts.calendar)
    return timer._replace(due=utc_text(running), since=case.at_text)


def extended(case: Case, timer: Timer, by: Duration) -> Effect:
    """The effect that gives a running timer more time, counted on from where it was due."""
    assert timer.due is not None
    later = due(utc_parse(timer.due), by, case.facts.calendar)
    counted: SpanUnit = "microseconds" if by.exact else "days"
    if by.unit == allowance_of(timer).unit == "working_days":
        counted = "working_days"
    left = elapsed(case.at, later, counted, case.facts.calendar)
    return put(
        timer._replace(due=utc_text(later), since=case.at_text, allowance=left.to_json(), extended=timer.extended + 1)
    )


def allowance_of(timer: Timer) -> Allowance:
    """What a timer had when it last began to run or stand."""
    return Duration.parse(timer.allowance) if isinstance(timer.allowance, str) else Span.from_json(timer.allowance)


def _paused(case: Case, timer: Timer) -> Timer:
    since = min(utc_parse(timer.since), case.at)
    left = pause(since, allowance_of(timer), case.at, case.facts.calendar)
    return timer._replace(due=None, since=case.at_text, allowance=left.to_json())
