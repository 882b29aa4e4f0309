"""How cases run: variants, routes, what follows what, who hands over to whom, and what is done again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from axflow.audit.performance.case import FIRM, STAGE, Case, History
from axflow.audit.performance.division import pieces
from axflow.audit.performance.measure import Spread, between
from axflow.audit.performance.places import cases_time


@dataclass(frozen=True, slots=True)
class Path:
    """Cases that ran alike."""

    path: tuple[str, ...]
    """The places of the top level in order and the end reached, each visit for a variant, each place once for a
    route."""
    cases: int
    share: float
    time: Spread


@dataclass(frozen=True, slots=True)
class Edge:
    """One place followed by another. An empty source is the start; an end is a target like any other."""

    source: str
    target: str
    count: int
    time: Spread
    """How long the cases had been in the source, each time; of an event log, from the one event to the other."""


@dataclass(frozen=True, slots=True)
class Handover:
    """Somebody of one organisation acted, and the next act in the case was the other's."""

    source: str
    target: str
    count: int
    time: Spread
    """Between the two acts."""


@dataclass(frozen=True, slots=True)
class Rework:
    """A place that cases came back to."""

    place: str
    cases: int
    """Cases that came back."""
    again: int
    """Visits after the first."""
    of: int
    """Cases that were ever there."""
    seconds: float
    """Spent in the visits after the first, up to the cut."""


@dataclass(frozen=True, slots=True)
class PingPong:
    """The turn went from one to another and straight back."""

    first: str
    second: str
    count: int
    cases: int


def variants_of(history: History) -> tuple[Path, ...]:
    """Cases by the full sequence of places, the commonest first. Running cases are apart: they have no end."""
    return _paths(history, _sequence)


def routes_of(history: History) -> tuple[Path, ...]:
    """Cases by the stages that they came through, whatever was done again; handoffs and running cases left out."""
    return _paths(history, _route, over=True)


def _paths(history: History, of: Callable[[Case], tuple[str, ...]], over: bool = False) -> tuple[Path, ...]:
    groups: dict[tuple[str, ...], list[Case]] = {}
    taken = [case for case in history.cases if case.end is not None] if over else list(history.cases)
    for case in taken:
        groups.setdefault(of(case), []).append(case)
    found = [
        Path(path, len(cases), len(cases) / len(taken), cases_time(history, cases)) for path, cases in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.cases, one.path)))


def _sequence(case: Case) -> tuple[str, ...]:
    places = [stay.place for stay in case.on(STAGE)]
    ended = case.outcome is not None and case.end is not None and (not places or places[-1] != case.outcome)
    return (*places, str(case.outcome)) if ended else tuple(places)


def _route(case: Case) -> tuple[str, ...]:
    places = [stay.place for stay in case.on(STAGE) if stay.kind != "handoff"]
    sequence = (*places, case.outcome) if case.outcome is not None and case.end is not None else tuple(places)
    return tuple(dict.fromkeys(sequence))


def edges_of(history: History) -> tuple[Edge, ...]:
    """What follows what on the top level."""
    spans: dict[tuple[str, str], list[tuple[datetime, datetime]]] = {}
    for case in history.cases:
        stays = case.on(STAGE)
        if stays:
            spans.setdefault(("", stays[0].place), []).append((stays[0].start, stays[0].start))
        for stay, following in zip(stays, (*stays[1:], None), strict=False):
            target = stay.next if stay.next is not None else following.place if following is not None else None
            if target is None or stay.end is None:
                continue
            span = (stay.start, stay.end)
            if stay.kind == "activity" and following is not None and following.end is not None:
                span = (following.start, following.end)
            spans.setdefault((stay.place, target), []).append(span)
    return tuple(
        Edge(source, target, len(found), between(found, 0, history.calendar))
        for (source, target), found in spans.items()
    )


def handovers_of(history: History) -> tuple[Handover, ...]:
    """The handover matrix, row by row; on the diagonal, an organisation that went on itself."""
    spans: dict[tuple[str, str], list[tuple[datetime, datetime]]] = {}
    for case in history.cases:
        acts = [act for act in case.acts if act.organisation and not act.refused]
        for before, after in pairwise(acts):
            key = (_called(before.organisation, case), _called(after.organisation, case))
            spans.setdefault(key, []).append((before.at, max(after.at, before.at)))
    found = [
        Handover(source, target, len(times), between(times, 0, history.calendar))
        for (source, target), times in spans.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.source, one.target)))


def _called(organisation: str, case: Case) -> str:
    """All firms are one row of the matrix: each case has its own."""
    return FIRM if organisation == case.firm else organisation


def rework_of(history: History) -> tuple[Rework, ...]:
    """Places that cases came back to, those with most visits again first; states of tracks too."""
    visits: dict[str, dict[str, int]] = {}
    seconds: dict[str, float] = {}
    for case in history.cases:
        for stay in case.stays:
            times = visits.setdefault(stay.place, {})
            times[case.id] = times.get(case.id, 0) + 1
            if times[case.id] > 1:
                spent = sum(piece.time.total_seconds() for piece in pieces(case, stay, history.until))
                seconds[stay.place] = seconds.get(stay.place, 0.0) + spent
    found = [
        Rework(
            place, sum(count > 1 for count in times.values()), sum(count - 1 for count in times.values()), len(times),
            seconds.get(place, 0.0),
        )
        for place, times in visits.items()
    ]  # fmt: skip
    return tuple(sorted((one for one in found if one.again), key=lambda one: (-one.again, one.place)))


def ping_pong_of(history: History) -> tuple[PingPong, ...]:
    """How often the turn went to and fro between two organisations: A, B, A again."""
    counts: dict[tuple[str, str], list[str]] = {}
    for case in history.cases:
        turns = _turns(case)
        for first, second, third in zip(turns, turns[1:], turns[2:], strict=False):
            if first == third:
                counts.setdefault((first, second), []).append(case.id)
    found = [PingPong(first, second, len(ids), len(set(ids))) for (first, second), ids in counts.items()]
    return tuple(sorted(found, key=lambda one: (-one.count, one.first, one.second)))


def _turns(case: Case) -> list[str]:
    """Whose turn it was, one after the other, each change once."""
    found: list[str] = []
    for holder in _holders(case):
        if holder and (not found or found[-1] != holder):
            found.append(holder)
    return found


def _holders(case: Case) -> Iterable[str]:
    last = max((stay.end or stay.start for stay in case.stays), default=case.start)
    for stay in case.on(STAGE):
        parts = list(pieces(case, stay, stay.end or last))
        yield from [part.holder for part in parts] or [stay.holder]
