"""Time by place, by organisation, by pair of organisations, and whose turn it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from axflow.audit.performance.case import FIRM, NOBODY, STAGE, Case, History, Stay
from axflow.audit.performance.division import Piece, Use, divided, pieces, sums
from axflow.audit.performance.measure import Spread, between, spread
from axflow.audit.performance.rate import answer_of


@dataclass(frozen=True, slots=True)
class Uses:
    """Seconds by use: see `division`."""

    working: float
    waiting: float
    held: float
    handoff: float
    undivided: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.working + self.waiting + self.held + self.handoff + self.undivided

    @classmethod
    def of(cls, found: Iterable[Piece]) -> Uses:
        """The sums of pieces."""
        total: dict[Use, float] = sums(found)
        return cls(**{str(use): seconds for use, seconds in total.items()})


@dataclass(frozen=True, slots=True)
class PlaceTime:
    """A stage, a handoff, a track's state or an activity."""

    level: str
    place: str
    owner: str
    cases: int
    visits: int
    time: Spread
    """Of visits that are over."""
    uses: Uses
    """Of all visits, running ones up to the cut."""


@dataclass(frozen=True, slots=True)
class HolderTime:
    """How long it was an organisation's turn, on the level of stages, and what it spent in its tracks."""

    holder: str
    """`firm`, an organisation, or empty where it was nobody's turn."""
    cases: int
    uses: Uses
    share: float
    """Of the time of all cases."""
    tracks: float
    """Seconds in states of tracks that it is accountable for; they run beside the stages."""
    acts: int


@dataclass(frozen=True, slots=True)
class PairTime:
    """Handoffs from one organisation to another."""

    handoff: str
    sender: str
    receiver: str
    offered: int
    accepted: int
    returned: int
    left: int
    """Ended another way: withdrawn, run out."""
    waiting: int
    """Not answered yet."""
    answer: Spread
    """From the offer to acceptance or return."""
    first_act: Spread
    """From acceptance to the receiver's first act."""


@dataclass(frozen=True, slots=True)
class FirmTime:
    """What firms and government waited for each other, case by case."""

    requests: int
    """Made to firms."""
    asked: int
    """Cases in which any was made."""
    most_requests: int
    """In one case."""
    pauses_without_request: int
    """Times that a hold gave the firm the turn with no request recorded in the case since the one before."""
    for_government: Spread
    """A case's time in which it was some organisation's turn. Running cases are left out."""
    for_firm: Spread
    """A case's time in which it was the firm's turn. Running cases are left out."""


def places_of(history: History, tracks: bool = False) -> tuple[PlaceTime, ...]:
    """Time by place, in the order in which places first occur: stages, or the states of tracks."""
    stays: dict[tuple[str, str], list[tuple[Case, Stay]]] = {}
    for case in history.cases:
        for stay in case.stays:
            if (stay.level != STAGE) == tracks:
                stays.setdefault((stay.level, stay.place), []).append((case, stay))
    return tuple(_place(history, level, place, found) for (level, place), found in stays.items())


def _place(history: History, level: str, place: str, found: list[tuple[Case, Stay]]) -> PlaceTime:
    over = [(stay.start, stay.end) for _, stay in found if stay.end is not None]
    owners = list(dict.fromkeys(stay.owner for _, stay in found if stay.owner))
    return PlaceTime(
        level, place, ", ".join(owners[:3]) + (" …" if len(owners) > 3 else ""), len({case.id for case, _ in found}),
        len(found), between(over, len(found) - len(over), history.calendar),
        Uses.of(piece for case, stay in found for piece in pieces(case, stay, history.until)),
    )  # fmt: skip


def holders_of(history: History) -> tuple[HolderTime, ...]:
    """Whose turn it was, the longest first. The shares of all holders add up to one."""
    by_holder: dict[str, list[Piece]] = {}
    cases: dict[str, set[str]] = {}
    tracks: dict[str, float] = {}
    acts: dict[str, int] = {}
    for case in history.cases:
        for piece in divided(case, history.until):
            if piece.stay.level == STAGE:
                by_holder.setdefault(piece.holder, []).append(piece)
                cases.setdefault(piece.holder, set()).add(case.id)
            else:
                tracks[piece.stay.owner] = tracks.get(piece.stay.owner, 0.0) + piece.time.total_seconds()
        for act in case.acts:
            if not act.refused:
                name = FIRM if act.organisation == case.firm else act.organisation
                acts[name] = acts.get(name, 0) + 1
    uses = {holder: Uses.of(found) for holder, found in by_holder.items()}
    total = sum(one.total for one in uses.values())
    nothing = Uses(0.0, 0.0, 0.0, 0.0, 0.0)
    found = [
        HolderTime(
            holder, len(cases.get(holder, ())), uses.get(holder, nothing),
            uses[holder].total / total if holder in uses and total else 0.0, tracks.get(holder, 0.0),
            acts.get(holder, 0),
        )
        for holder in dict.fromkeys((*uses, *tracks, *acts))
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.uses.total, -one.tracks, one.holder)))


def pairs_of(history: History) -> tuple[PairTime, ...]:
    """Handoffs by pair, in the order in which they first occur."""
    found: dict[tuple[str, str, str], list[tuple[Stay, Stay | None]]] = {}
    for case in history.cases:
        stays = case.on(STAGE)
        for stay, following in zip(stays, (*stays[1:], None), strict=False):
            if stay.kind == "handoff":
                key = (stay.place.partition(".")[0], stay.owner, stay.holder)
                found.setdefault(key, []).append((stay, following))
    return tuple(_pair(history, *key, offers) for key, offers in found.items())


def _pair(
    history: History, handoff: str, sender: str, receiver: str, offers: list[tuple[Stay, Stay | None]]
) -> PairTime:
    answers = [answer_of(stay.left_by, stay.place) for stay, _ in offers]
    answered = [
        (stay.start, stay.end)
        for (stay, _), answer in zip(offers, answers, strict=True)
        if answer in ("accepted", "returned") and stay.end is not None
    ]
    taken = [next for (_, next), answer in zip(offers, answers, strict=True) if answer == "accepted" and next]
    begun = [(next.start, next.first_act) for next in taken if next.first_act is not None]
    waiting = answers.count(None)
    return PairTime(
        handoff, sender, receiver, len(offers), answers.count("accepted"), answers.count("returned"),
        answers.count("left"), waiting, between(answered, waiting, history.calendar),
        between(begun, sum(next.first_act is None and next.end is None for next in taken), history.calendar),
    )  # fmt: skip


def firm_of(history: History) -> FirmTime:
    """What firms and government waited for each other."""
    over = [case for case in history.cases if case.end is not None]
    running = len(history.cases) - len(over)
    waits: list[tuple[float, float]] = []
    for case in over:
        found = [(piece.holder, piece.time.total_seconds()) for piece in divided(case, history.until, STAGE)]
        firm = sum(seconds for holder, seconds in found if holder == FIRM)
        waits.append((sum(seconds for holder, seconds in found if holder not in (FIRM, NOBODY)), firm))
    return FirmTime(
        sum(len(case.requests) for case in history.cases),
        sum(bool(case.requests) for case in history.cases),
        max((len(case.requests) for case in history.cases), default=0),
        sum(_unasked(case) for case in history.cases),
        spread((government for government, _ in waits), running, (None for _ in waits)),
        spread((firm for _, firm in waits), running, (None for _ in waits)),
    )


def _unasked(case: Case) -> int:
    count = 0
    last: datetime | None = None
    for turn in case.turns:
        if turn.holder != FIRM:
            continue
        if not any((last is None or request.at > last) and request.at <= turn.start for request in case.requests):
            count += 1
        last = turn.start
    return count


def throughput_of(history: History) -> Spread:
    """From the start of a case to its end."""
    return cases_time(history, history.cases)


def cases_time(history: History, cases: Iterable[Case]) -> Spread:
    """From start to end, of some of the cases."""
    given = list(cases)
    over = [(case.start, case.end) for case in given if case.end is not None]
    return between(over, len(given) - len(over), history.calendar)


def ended(cases: Iterable[Case]) -> Iterator[Case]:
    """Those that are over."""
    return (case for case in cases if case.end is not None)
