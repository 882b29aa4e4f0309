"""From an event log of another system to cases.

An activity is a place, and its stay runs from the completion before it to its own: a log says when something was done,
not when it began to wait. Where the log has starts too, the start parts waiting from working; where it has only
completions, time stays undivided. A log cannot say whether a case goes on, so every case counts as over with its last
event. Events without a time are left out, and of events at one instant the order of the log is kept.
"""

from __future__ import annotations

from datetime import datetime

from axflow.audit.performance.case import STAGE, Act, Case, History, Stay
from axflow.definition.calendar import Calendar
from axflow.interchange.event_log import Case as LoggedCase
from axflow.interchange.event_log import Event, EventLog


def history_of_log(log: EventLog, *, title: str = "", calendar: Calendar | None = None) -> History:
    """The cases of a log; `calendar` to reckon working days by. The cut is the last event of all."""
    cases = tuple(case for case in map(_case, log) if case is not None)
    ends = [case.end for case in cases if case.end is not None]
    until = max(ends) if ends else datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    zone = calendar.timezone if calendar is not None else "UTC"
    return History(title=title, source="log", cases=cases, until=until, calendar=calendar, timezone=zone)


def _case(case: LoggedCase) -> Case | None:
    timed = [(event.time, event.number, event) for event in case if event.time is not None]
    timed.sort(key=lambda item: item[:2])
    started: dict[str, list[datetime]] = {}
    done: list[tuple[datetime, Event, datetime | None]] = []
    for at, _, event in timed:
        name = event.activity or ""
        lifecycle = (event.lifecycle or "complete").lower()
        if lifecycle == "start":
            started.setdefault(name, []).append(at)
        elif lifecycle == "complete":
            waiting = started.get(name)
            done.append((at, event, waiting.pop(0) if waiting else None))
    if not done:
        return None
    first = timed[0][0]
    stays, acts = [], []
    before, previous = first, ""
    for place, (at, event, begun) in enumerate(done):
        name, who = event.activity or "", event.group or event.resource or ""
        number = event.number - case.events.start + 1
        following = done[place + 1][1].activity or "" if place + 1 < len(done) else None
        work = None if begun is None else max(begun, before)
        stays.append(
            Stay(STAGE, name, "activity", who, who, before, at, number, name, following, work, begun is not None)
        )
        acts.append(Act(name, "event", at, who, event.resource or "", previous, number))
        before, previous = at, name
    return Case(case.id, "", "", first, done[-1][0], done[-1][1].activity or "", None, tuple(stays), tuple(acts))
