"""What time analysis works on: cases with their stays, acts, turns and limits. Journals and event logs both give it.

All times are aware datetimes in UTC. A case that still runs is cut off at `History.until`; what is cut off is censored,
never counted as finished.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from axflow.definition.calendar import Calendar

STAGE = "stage"
"""The level of stages; every other level is a track's id."""
FIRM = "firm"
"""Holds the ball where a firm was asked for something."""
NOBODY = ""
"""Nobody's turn: everything is suspended, or the log does not say."""

PlaceKind = Literal["stage", "handoff", "state", "activity"]


class Stay(NamedTuple):
    """A visit of one place."""

    level: str
    place: str
    """A stage, `<handoff>.offered`, `<track>.<state>`, or an activity of an event log."""
    kind: PlaceKind
    owner: str
    """The accountable organisation; of an event log, whoever did it."""
    holder: str
    """Whose turn it is: the receiver of an offered handoff, else the owner."""
    start: datetime
    end: datetime | None
    """None where the case is still there, or was cut off there."""
    seq: int
    """The entry (or the event, counted from 1) that began it."""
    left_by: str | None = None
    """The transition that ended it."""
    next: str | None = None
    """The place that followed on this level."""
    first_act: datetime | None = None
    """The first act of a person or service in it; None where there was none."""
    divisible: bool = True
    """Whether waiting can be told from working: an event log that has only completions does not say."""


class Act(NamedTuple):
    """Something that somebody did, or the workflow by itself (no organisation)."""

    name: str
    """Event, evidence type, or the activity of an event log."""
    kind: str
    at: datetime
    organisation: str
    person: str
    stage: str
    """Where the case was before it."""
    seq: int
    refused: bool = False


class Turn(NamedTuple):
    """A hold while it stood."""

    hold: str
    holder: str | None
    """Whose turn it made it: the firm's, nobody's, or None where it changed nothing about that."""
    start: datetime
    end: datetime | None
    seq: int


class Request(NamedTuple):
    """Something asked of the firm: a record that a hold requires, or the hold itself where it requires none."""

    name: str
    at: datetime
    seq: int


class Limit(NamedTuple):
    """A time limit that began to run, and what became of it."""

    name: str
    kind: str
    """`deadline`, `handoff`, `obligation`, `hold_limit`, …"""
    clock: str
    """Whose time it is; empty for limits that are on nobody's clock."""
    start: datetime
    end: datetime | None
    """When it stopped, met or breached; None while it runs."""
    breached: bool
    place: str
    seq: int


class Reading(NamedTuple):
    """A value of a level, such as a grade of maturity, when it was recorded."""

    level: str
    value: int
    at: datetime
    seq: int


class Case(NamedTuple):
    """One project, or one trace of an event log."""

    id: str
    firm: str
    version: str
    """The version of the definition at opening; empty for an event log."""
    start: datetime
    end: datetime | None
    outcome: str | None
    """The end reached; for an event log, the last activity."""
    outcome_kind: str | None
    """`success`, `failure`, `neutral`, or None where nobody says."""
    stays: tuple[Stay, ...]
    acts: tuple[Act, ...]
    turns: tuple[Turn, ...] = ()
    requests: tuple[Request, ...] = ()
    limits: tuple[Limit, ...] = ()
    levels: tuple[Reading, ...] = ()

    def on(self, level: str) -> tuple[Stay, ...]:
        """The stays of one level, in order."""
        return tuple(stay for stay in self.stays if stay.level == level)


class History(NamedTuple):
    """What was read: cases in order of their ids, until when, and how days are reckoned."""

    title: str
    source: Literal["journal", "log"]
    cases: tuple[Case, ...]
    until: datetime
    """The cut: what has not ended by then is censored."""
    calendar: Calendar | None
    """For working days; None where none is known."""
    versions: tuple[str, ...] = ()
    """In the order in which they were published."""
    clocks: Mapping[str, str] = {}
    """Time limit and whose clock it is on, as far as the cases used it."""
    timezone: str = "UTC"
