"""Named milestones: how long until something first happened, and how many never came to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from axflow.audit.performance.case import Case, History
from axflow.audit.performance.measure import Spread, between


@dataclass(frozen=True, slots=True)
class Milestone:
    """A name for the first time that a case enters a place, reaches an end, or that somebody does an act in it."""

    name: str
    what: str
    """A stage, `<handoff>.offered`, `<track>.<state>`, an end, an event, an evidence type or an activity."""

    @classmethod
    def parse(cls, text: str) -> Milestone:
        """Read `name=what`, or `what` alone. `ValueError` for an empty one."""
        name, equals, what = text.partition("=")
        if not name.strip() or (equals and not what.strip()):
            raise ValueError(f"{text!r} is no milestone: write name=what, such as first_letter=letter")
        return cls(name.strip(), what.strip() or name.strip())

    def reached(self, case: Case) -> datetime | None:
        """When; None where it never was, as far as is known."""
        times = [stay.start for stay in case.stays if stay.place == self.what]
        times += [act.at for act in case.acts if act.name == self.what and not act.refused]
        if case.end is not None and case.outcome == self.what:
            times.append(case.end)
        return min(times, default=None)


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone over all cases: the time from the start of each case to it."""

    name: str
    what: str
    reached: int
    of: int
    """Cases in all."""
    running: int
    """Not reached and still running: censored."""
    missed: int
    """Not reached and over."""
    time: Spread


def milestones_of(history: History, wanted: tuple[Milestone, ...]) -> tuple[Reached, ...]:
    """How each milestone was reached. Raises `ValueError` for one that names nothing which ever happened."""
    found = []
    known = {stay.place for case in history.cases for stay in case.stays}
    known |= {act.name for case in history.cases for act in case.acts}
    known |= {case.outcome for case in history.cases if case.outcome is not None}
    for one in wanted:
        if history.cases and one.what not in known:
            have = ", ".join(sorted(known)[:30])
            raise ValueError(f"milestone {one.name!r}: {one.what!r} never happened here; what did: {have}")
        times = [(case.start, one.reached(case)) for case in history.cases]
        spans = [(start, at) for start, at in times if at is not None]
        running = sum(at is None and case.end is None for (_, at), case in zip(times, history.cases, strict=True))
        missed = len(times) - len(spans) - running
        time = between(spans, running, history.calendar)
        found.append(Reached(one.name, one.what, len(spans), len(times), running, missed, time))
    return tuple(found)


def usual(history: History) -> tuple[Milestone, ...]:
    """A milestone for each stage, in the order in which cases first came to them, and for each end."""
    places: dict[str, None] = {}
    for case in history.cases:
        for stay in case.on("stage"):
            if stay.kind in ("stage", "activity"):
                places.setdefault(stay.place)
    ends = {case.outcome for case in history.cases if case.outcome is not None and history.source == "journal"}
    return tuple(Milestone(name, name) for name in (*places, *sorted(ends)))
