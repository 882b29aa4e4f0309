"""Doing an act once more where somebody else wrote at the same time: the second time, it sees what they wrote."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from axflow.store.errors import Busy, Conflict

MOST_TRIES: Final = 20
"""How often it is done before a `Conflict` is handed on."""
_LONGEST_PAUSE: Final = 0.02
_T = TypeVar("_T")


def again(
    act: Callable[[], _T], pause: Callable[[float], None] = time.sleep, begun_again: Callable[[], None] = lambda: None
) -> _T:
    """What `act` gives, which is a whole transaction of its own: nothing of a try that failed is kept.

    `pause` waits for so many seconds; `begun_again` hears of each try after the first. Raises `Conflict` where it never
    came through, and at once `Busy`, since that has waited already.
    """
    for tries in range(1, MOST_TRIES):
        try:
            return act()
        except Busy:
            raise
        except Conflict:
            # Several that lost to one must not meet again in step.
            pause(random.uniform(0, _LONGEST_PAUSE) * min(tries, 5))
            begun_again()
    return act()
