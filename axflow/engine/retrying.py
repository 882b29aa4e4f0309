"""When a message that could not be delivered is tried again, and when no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple


class RetryPolicy(NamedTuple):
    """Waits that double with each attempt, a part of each left to chance, and an end.

    With the defaults a receiver that is down is asked again after 5 s, 10 s, 20 s, …, then every six hours, for about
    two days.
    """

    attempts: int = 20
    """After so many leases a message becomes a dead letter."""
    first: timedelta = timedelta(seconds=5)
    """The longest wait after the first attempt; it doubles with each further one."""
    longest: timedelta = timedelta(hours=6)

    def wait(self, attempt: int, chance: float) -> timedelta:
        """How long to wait after attempt number `attempt`: between half of the longest wait and all of it.

        Parameters:
            attempt: from 1 on.
            chance: from 0 to 1, so that messages which failed together do not come back together.
        """
        full = min(self.first.total_seconds() * 2.0 ** min(attempt - 1, 64), self.longest.total_seconds())
        return timedelta(seconds=full * (1 + chance) / 2)


RETRY: Final = RetryPolicy()
