"""Dividing a stay: working, waiting or handed over, and whose turn it was.

- In an offered handoff all time is handoff time; it is the receiver's turn.
- Before the first act of anybody in a place, the case waits there: it lies in a queue.
- While a hold stands that makes it the firm's turn, or nobody's, the case waits too (`held`), whatever place it is in.
- All other time is working time. An act that leaves a place at once was waited for: nothing earlier is on record.
- An event log that has only completions cannot tell waiting from working; its time stays `undivided`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

from axflow.audit.performance.case import Case, Stay

Use = Literal["working", "waiting", "held", "handoff", "undivided"]
USES: tuple[Use, ...] = ("working", "waiting", "held", "handoff", "undivided")


class Piece(NamedTuple):
    """A part of a stay of one kind."""

    stay: Stay
    use: Use
    holder: str
    """Whose turn it was."""
    start: datetime
    end: datetime

    @property
    def time(self) -> timedelta:
        """How long."""
        return self.end - self.start


def pieces(case: Case, stay: Stay, until: datetime) -> Iterator[Piece]:
    """The parts of a stay, in order, up to `until` where it is not over. Their times add up to the time of the stay."""
    start, end = stay.start, min(stay.end or until, until)
    if end <= start:
        return
    turns = [one for one in case.turns if one.holder is not None]
    cuts = {start, end}
    for one in turns:
        cuts |= {at for at in (one.start, one.end) if at is not None and start < at < end}
    if stay.first_act is not None and start < stay.first_act < end:
        cuts.add(stay.first_act)
    marks = sorted(cuts)
    for first, last in pairwise(marks):
        # The hold placed last says whose turn it is.
        standing = [t for t in turns if t.start <= first and (t.end is None or t.end > first)]
        turn = standing[-1] if standing else None
        holder = stay.holder if turn is None or turn.holder is None else turn.holder
        yield Piece(stay, _use(stay, turn is not None, first), holder, first, last)


def _use(stay: Stay, held: bool, at: datetime) -> Use:
    if held:
        return "held"
    if stay.kind == "handoff":
        return "handoff"
    if not stay.divisible:
        return "undivided"
    return "waiting" if stay.first_act is None or at < stay.first_act else "working"


def divided(case: Case, until: datetime, level: str | None = None) -> Iterator[Piece]:
    """The pieces of all stays of a case, or of those of one level."""
    for stay in case.stays:
        if level is None or stay.level == level:
            yield from pieces(case, stay, until)


def sums(found: Iterable[Piece]) -> dict[Use, float]:
    """Seconds by use; a use that did not occur has none."""
    total: dict[Use, timedelta] = dict.fromkeys(USES, timedelta())
    for piece in found:
        total[piece.use] += piece.time
    return {use: time.total_seconds() for use, time in total.items()}
